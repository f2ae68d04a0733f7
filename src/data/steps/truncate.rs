//! `truncate`: of long texts some of the tokens.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::truncate::{Side, Truncate};
use crate::data::tokens;
use crate::data::values::Values;

impl StepHalf for Truncate {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        let Values::Tokens { vocabulary, .. } = values else { return Ok(values) };
        let cut = tokens::changed(&values, vocabulary, |row, kept| {
            let surplus = row.len().saturating_sub(self.length);
            let first = match self.keep {
                Side::First => self.length.min(row.len()),
                Side::Last => 0,
                Side::Both if surplus == 0 => row.len(),
                Side::Both => self.length.div_ceil(2),
            };
            kept.extend_from_slice(&row[..first]);
            if self.keep != Side::First {
                kept.extend_from_slice(&row[(first + surplus).min(row.len())..]);
            }
        });
        Ok(cut.unwrap_or(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_tokens_are_kept() {
        let values = Values::Tokens { vocabulary: 9, starts: vec![0, 5, 7, 7], tokens: vec![2, 3, 4, 5, 6, 7, 8] };
        for (keep, length, starts, tokens) in [
            (Side::First, 3, vec![0, 3, 5, 5], vec![2, 3, 4, 7, 8]),
            (Side::Last, 3, vec![0, 3, 5, 5], vec![4, 5, 6, 7, 8]),
            (Side::Both, 3, vec![0, 3, 5, 5], vec![2, 3, 6, 7, 8]),
            (Side::Both, 1, vec![0, 1, 2, 2], vec![2, 7]),
            (Side::Both, 5, vec![0, 5, 7, 7], vec![2, 3, 4, 5, 6, 7, 8]),
        ] {
            let cut = Truncate { length, keep }.apply(&(), values.clone());
            assert_eq!(cut, Ok(Values::Tokens { vocabulary: 9, starts, tokens }), "{keep:?} {length}");
        }
    }
}
