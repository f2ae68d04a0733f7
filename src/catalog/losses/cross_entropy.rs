//! `cross_entropy`: cross-entropy of logits with one class per row, or per place of a row.

use super::of_classes::require_class_for_each;
use super::{Loss, LossUnit};
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Cross-entropy of logits with one class per row, or per place of a row.
    ///
    /// Output: `f32[rows, classes]` logits; target: `category(classes)[rows]`. With smoothing s the target distribution is
    /// `1 − s + s / classes` on the class and `s / classes` elsewhere (Szegedy et al. 2016, arXiv:1512.00567). Unit: row, in nats.
    ///
    /// Of tokens, `tokens(vocabulary)[rows, time]`, the output is `f32[rows, time, vocabulary]`; of a map of classes, `category(classes)[rows,
    /// height, width]`, it is `f32[rows, classes, height, width]`. The unit is then the token or the pixel: the mean is taken over all
    /// of them, so that a long text counts more than a short one, and padding does not count. Neither do pixels that the label ignores. Class
    /// weights multiply the whole loss of a row or pixel by the weight of its class, what smoothing adds to it as well.
    pub struct CrossEntropy = "cross_entropy" {
        /// How much of the target is spread over all classes.
        smoothing: f64 = 0.0, in Range::UNIT_BELOW_ONE;
    }
}

impl Loss for CrossEntropy {
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError> {
        require_class_for_each("cross_entropy", output, target, undecided)
    }

    fn unit(&self, target: &Type) -> LossUnit {
        if target.rank() > 1 { LossUnit::Place } else { LossUnit::Row }
    }

    fn supports_class_weights(&self) -> bool {
        true
    }
}
