//! `candidates`: the texts among which is chosen.

use super::{Step, needs_text};
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Keeps the different texts of the training part with the model: those among which [`nearest`](decoders.md#nearest) chooses an answer for a row. The value itself
    /// stays as it is, `text[rows]`. It stands first in a target.
    pub struct Candidates = "candidates" {
        /// So many are kept at most, the most frequent ones.
        most: usize = 100_000, in Range::AT_LEAST_ONE;
    }
}

impl Step for Candidates {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_text("candidates", input)?;
        Ok(input.clone())
    }

    fn fitted(&self) -> bool {
        true
    }

    fn invertible(&self) -> bool {
        true
    }
}
