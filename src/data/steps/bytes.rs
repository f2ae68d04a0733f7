//! `bytes`: the bytes of texts.

use std::convert::Infallible;

use super::{Piece, Refusal, StepHalf, Training};
use crate::catalog::steps::bytes::Bytes;
use crate::catalog::steps::tokens::RESERVED;
use crate::data::tokens;
use crate::data::values::Values;

impl StepHalf for Bytes {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, state: &(), values: Values) -> Result<Values, Refusal> {
        let Values::Text(texts) = values else { return Ok(values) };
        let made = tokens::rows_of_tokens::<Infallible>(&texts, self.vocabulary(), |text, tokens| {
            tokens.extend(text.bytes().take(self.max).map(|byte| i64::from(byte) + RESERVED as i64));
            tokens.extend(StepHalf::end(self, state));
            Ok(())
        });
        Ok(made.unwrap_or_else(|(_, never)| match never {}))
    }

    fn pieces(&self, _state: &(), text: &str) -> Option<Vec<Piece>> {
        Some((0..text.len().min(self.max)).map(|at| Some(at..at + 1)).chain(self.end.then_some(None)).collect())
    }

    /// What is no UTF-8, as where a text was cut inside a character, is written as `�`.
    fn spell(&self, state: &(), tokens: &[i64]) -> Option<String> {
        let end = StepHalf::end(self, state);
        let written = tokens.iter().take_while(|token| Some(**token) != end);
        let bytes: Vec<u8> = written.filter_map(|token| u8::try_from(*token - RESERVED as i64).ok()).collect();
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn end(&self, _state: &()) -> Option<i64> {
        self.end.then(|| self.vocabulary() as i64 - 1)
    }
}
