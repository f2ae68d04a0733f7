//! `focal`: cross-entropy that counts the less, the surer the right class is already.

use super::of_classes::require_class_for_each;
use super::{Loss, LossUnit};
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Cross-entropy of logits with one class per row, or per place of a row, that counts the less, the surer the right class is already (Lin et al. 2017,
    /// [arXiv:1708.02002](https://arxiv.org/abs/1708.02002)): `−(1 − p)^gamma · ln p`, p the softmax of the right class. With `gamma: 0` it is `cross_entropy`.
    ///
    /// Output, target, unit and what does not count are as of [`cross_entropy`](#cross_entropy). The α of the paper, one number per class, is `class_weights` of the task.
    pub struct Focal = "focal" {
        /// How fast what is nearly right stops to count.
        gamma: f64 = 2.0, in Range::NON_NEGATIVE;
    }
}

impl Loss for Focal {
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError> {
        require_class_for_each("focal", output, target, undecided)
    }

    fn unit(&self, target: &Type) -> LossUnit {
        if target.rank() > 1 { LossUnit::Place } else { LossUnit::Row }
    }

    fn supports_class_weights(&self) -> bool {
        true
    }
}
