//! `wordpiece`: pieces of words, learnt from the training part.

use super::{Piece, Refusal, StepHalf, Training};
use crate::catalog::steps::wordpiece::Wordpiece;
use crate::data::subwords::{Method, Subwords};
use crate::data::values::Values;

impl StepHalf for Wordpiece {
    type State = Subwords;

    fn fit(&self, training: &Training<'_>) -> Result<Subwords, Refusal> {
        Subwords::train(
            Method::Wordpiece { min_count: self.min_count },
            self.size,
            self.end || self.shared.is_some(),
            training,
        )
    }

    fn apply(&self, state: &Subwords, values: Values) -> Result<Values, Refusal> {
        state.apply(values, self.max, self.end)
    }

    fn pieces(&self, state: &Subwords, text: &str) -> Option<Vec<Piece>> {
        state.pieces(text, self.max, self.end)
    }

    fn spell(&self, state: &Subwords, tokens: &[i64]) -> Option<String> {
        state.spell(tokens)
    }

    fn end(&self, state: &Subwords) -> Option<i64> {
        state.end().filter(|_| self.end)
    }
}
