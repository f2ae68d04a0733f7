//! `binary_cross_entropy`: binary cross-entropy of logits, averaged over the target's components.

use super::{Loss, require_same_shape};
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Binary cross-entropy of logits, averaged over the target's components.
    ///
    /// Computed from logits in the stable form `max(z, 0) − z·t + ln(1 + e^−|z|)`. Output: `f32[rows, k]` logits; target:
    /// `f32[rows, k]` of zeros and ones. Unit: row, in nats.
    pub struct BinaryCrossEntropy = "binary_cross_entropy" {}
}

impl Loss for BinaryCrossEntropy {
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError> {
        require_same_shape("binary_cross_entropy", output, target, undecided)
    }

    fn supports_class_weights(&self) -> bool {
        true
    }
}
