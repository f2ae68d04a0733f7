//! `keep_above`: numbers above a threshold; all others are missing.

use super::{Step, same_numbers};
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Keeps numbers that are above a threshold; all others become missing.
    ///
    /// Of a label it makes the question how much there is, of those rows alone in which there is something: rows that it leaves without a
    /// number count nowhere in the loss of that target, nor in what later steps learn, and the others train it as if they were all (the
    /// second part of a hurdle model, Cragg 1971). Undone, it changes nothing. Shape: unchanged.
    pub struct KeepAbove = "keep_above" {
        /// The threshold.
        pos at: f64;
    }
}

impl Step for KeepAbove {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        same_numbers("keep_above", input)
    }

    fn invertible(&self) -> bool {
        true
    }

    fn leaves_out_rows(&self) -> bool {
        true
    }
}
