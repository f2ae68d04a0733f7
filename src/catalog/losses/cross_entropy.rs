//! `cross_entropy`: cross-entropy of logits with one class per row.

use super::Loss;
use crate::catalog::error::Undecided;
use crate::catalog::{Kind, Range, ShapeError, Type};

crate::entry! {
    /// Cross-entropy of logits with one class per row.
    ///
    /// Output: `f32[rows, classes]` logits; target: `category(classes)[rows]`. With smoothing s the target distribution is
    /// `1 − s + s / classes` on the class and `s / classes` elsewhere (Szegedy et al. 2016, arXiv:1512.00567). Unit: row, in nats.
    pub struct CrossEntropy = "cross_entropy" {
        /// How much of the target is spread over all classes.
        smoothing: f64 = 0.0, in Range::UNIT_BELOW_ONE;
    }
}

impl Loss for CrossEntropy {
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError> {
        let Kind::Category { classes } = &target.kind else {
            return Err(ShapeError::new(format!(
                "`cross_entropy` learns one class per row, and the target is {}",
                target.kind.words()
            ))
            .help("for numbers use `mse`, `mae` or `huber`; for zeros and ones `binary_cross_entropy`"));
        };
        if !output.is_real() || output.rank() != 2 {
            return Err(ShapeError::new(format!(
                "`cross_entropy` needs one number per class and row, and the output is {output}"
            ))
            .help("the head's last layer sets the width: `dense(label.classes)`"));
        }
        if !undecided.require(&output.last().size, classes, "the head has one output per class") {
            return Err(ShapeError::new(format!(
                "the head has {} outputs, and the label has {classes} classes",
                output.last().size
            ))
            .help("write `dense(label.classes)`"));
        }
        Ok(())
    }

    fn supports_class_weights(&self) -> bool {
        true
    }
}
