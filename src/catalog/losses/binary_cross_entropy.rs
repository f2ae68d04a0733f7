//! `binary_cross_entropy`: binary cross-entropy of logits or probabilities, averaged over the target's components.

use super::{Loss, require_same_shape};
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Binary cross-entropy of logits or probabilities, averaged over the target's components.
    ///
    /// Computed from logits in the stable form `max(z, 0) − z·t + ln(1 + e^−|z|)`. Output: `f32[rows, k]` logits; target:
    /// `f32[rows, k]` of zeros and ones. Unit: row, in nats.
    ///
    /// `from: probabilities` is for a head that ends in probabilities, such as a product of two: `−t·ln p − (1 − t)·ln(1 − p)`,
    /// with p kept 1e−7 away from 0 and 1. Where logits can be had, they are exact and learn faster.
    pub struct BinaryCrossEntropy = "binary_cross_entropy" {
        /// What the head gives.
        from: Scores = Scores::Logits;
    }
}

crate::words! {
    /// What the numbers of a head are.
    pub enum Scores {
        /// Any number: the logarithm of the odds.
        Logits = "logits",
        /// Between 0 and 1.
        Probabilities = "probabilities",
    }
}

impl Loss for BinaryCrossEntropy {
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError> {
        require_same_shape("binary_cross_entropy", output, target, undecided)
    }

    fn supports_class_weights(&self) -> bool {
        true
    }
}
