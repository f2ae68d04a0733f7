//! `tokenizer`: the tokens of a tokenizer that was trained elsewhere.

use std::path::Path;

use super::{Piece, Refusal, StepHalf, Training};
use crate::catalog::steps::tokenizer::Tokenizer;
use crate::data::subwords::Subwords;
use crate::data::values::Values;
use crate::source::{Cannot, Wanted};

impl StepHalf for Tokenizer {
    type State = Subwords;

    fn fit(&self, training: &Training<'_>) -> Result<Subwords, Refusal> {
        let path = training.folder().join(&self.file);
        let json = std::fs::read(&path)
            .map_err(|error| Refusal::new(Cannot::of(Wanted::Read, Path::new(&self.file))(error)))?;
        Subwords::given(&json, self.special, self.max).map_err(Refusal::new)
    }

    fn apply(&self, state: &Subwords, values: Values) -> Result<Values, Refusal> {
        state.apply(values, self.max, false)
    }

    fn pieces(&self, state: &Subwords, text: &str) -> Option<Vec<Piece>> {
        state.pieces(text, self.max, false)
    }

    fn spell(&self, state: &Subwords, tokens: &[i64]) -> Option<String> {
        state.spell(tokens)
    }
}
