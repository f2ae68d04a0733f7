//! `truncate`: of long texts some of the tokens.

use super::{Piece, Refusal, StepHalf, Training};
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
            let (first, surplus) = self.first(row.len());
            kept.extend_from_slice(&row[..first]);
            kept.extend_from_slice(&row[first + surplus..]);
        });
        Ok(cut.unwrap_or(values))
    }

    fn moved(&self, pieces: Vec<Piece>) -> Vec<Piece> {
        let (first, surplus) = self.first(pieces.len());
        pieces
            .into_iter()
            .enumerate()
            .filter(|(at, _)| *at < first || *at >= first + surplus)
            .map(|(_, piece)| piece)
            .collect()
    }

    fn cuts(&self, values: &Values) -> usize {
        let Values::Tokens { starts, .. } = values else { return 0 };
        starts.windows(2).filter(|row| row[1] - row[0] > self.length).count()
    }
}

impl Truncate {
    /// Of so many tokens, how many are kept before those that are left out, and how many these are.
    fn first(&self, tokens: usize) -> (usize, usize) {
        let surplus = tokens.saturating_sub(self.length);
        let first = match self.keep {
            Side::First => self.length.min(tokens),
            Side::Last => 0,
            Side::Both if surplus == 0 => tokens,
            Side::Both => self.length.div_ceil(2),
        };
        (first, surplus)
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
