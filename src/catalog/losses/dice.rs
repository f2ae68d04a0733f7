//! `dice`: how little the pixels of each class and those that are given it overlap.

use super::Loss;
use super::of_classes::require_class_for_each;
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// How little the pixels of a class and those that are given it overlap (Milletari et al. 2016, [arXiv:1606.04797](https://arxiv.org/abs/1606.04797)): with p the softmax of the
    /// logits and y the one class that a pixel has, `1 − (2·Σ p·y + smooth) / (Σ p + Σ y + smooth)` over the pixels of a row, mean over the classes that the row has.
    ///
    /// A class of few pixels counts as much as one of many, without the broad edges that weights of classes lead to. Beside `cross_entropy`, which says more of single pixels at
    /// first, it is one term: `loss: cross_entropy + dice`.
    ///
    /// Output: `f32[rows, classes, height, width]` logits; target: a map of classes, `category(classes)[rows, height, width]`. Pixels that the label ignores, or whose class has
    /// the weight 0, count nowhere; other weights of classes it does not heed. Unit: row; a row without any pixel that counts has loss 0.
    pub struct Dice = "dice" {
        /// What is added above and below, so that classes of a pixel or two do not shake the step.
        smooth: f64 = 1.0, in Range::NON_NEGATIVE;
    }
}

impl Loss for Dice {
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError> {
        if target.classes_of_pixels().is_none() {
            let message = format!("`dice` compares classes of pixels, and the target is {}", target.words());
            return Err(ShapeError::new(message)
                .help("for a class per row or per word use `cross_entropy`, or `focal` if some classes are rare"));
        }
        require_class_for_each("dice", output, target, undecided)
    }
}
