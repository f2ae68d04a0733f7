//! `special`: marks at the ends of texts.

use super::{Piece, Refusal, StepHalf, Training};
use crate::catalog::steps::special::Special;
use crate::data::tokens;
use crate::data::values::Values;

impl StepHalf for Special {
    /// How many tokens there are without the marks.
    type State = usize;

    fn fit(&self, training: &Training<'_>) -> Result<usize, Refusal> {
        match training.like() {
            Values::Tokens { vocabulary, .. } => Ok(*vocabulary),
            _ => Err(Refusal::new("needs tokens")),
        }
    }

    fn apply(&self, size: &usize, values: Values) -> Result<Values, Refusal> {
        let start = self.start.then_some(*size as i64);
        let marked = tokens::changed(&values, size + self.marks(), |row, marked| {
            marked.extend(start);
            marked.extend_from_slice(row);
            marked.extend(StepHalf::end(self, size));
        });
        Ok(marked.unwrap_or(values))
    }

    fn moved(&self, pieces: Vec<Piece>) -> Vec<Piece> {
        self.start.then_some(None).into_iter().chain(pieces).chain(self.end.then_some(None)).collect()
    }

    fn end(&self, size: &usize) -> Option<i64> {
        self.end.then(|| (size + usize::from(self.start)) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_behind_all_other_tokens() {
        let values = Values::Tokens { vocabulary: 5, starts: vec![0, 2, 2], tokens: vec![3, 4] };
        for (start, end, starts, tokens) in [
            (true, true, vec![0, 4, 6], vec![5, 3, 4, 6, 5, 6]),
            (true, false, vec![0, 3, 4], vec![5, 3, 4, 5]),
            (false, true, vec![0, 3, 4], vec![3, 4, 5, 5]),
        ] {
            let step = Special { start, end };
            let vocabulary = 5 + step.marks();
            assert_eq!(step.apply(&5, values.clone()), Ok(Values::Tokens { vocabulary, starts, tokens }));
        }
    }
}
