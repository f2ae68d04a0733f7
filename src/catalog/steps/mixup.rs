//! `mixup`: pictures of a batch laid over each other.

use super::{Mixing, Step, needs_alike_images};
use crate::catalog::{Range, ShapeError, Share, Type};

crate::entry! {
    /// Lays each picture of a training batch over another one, and mixes their labels alike (Zhang et al. 2018, arXiv:1710.09412).
    ///
    /// Of the picture x and the one before it in the batch, x′, comes λ·x + (1 − λ)·x′, and of their losses λ·ℓ(y) + (1 − λ)·ℓ(y′). For `cross_entropy` that is the loss of the soft target λ·y + (1 − λ)·y′, and
    /// for `mse` its gradient is that of the number between.
    ///
    /// λ is drawn anew for each row in every epoch, from a Beta(α, α). The first picture of a batch has the last one beside it, of several data sets each stays among its own, and a
    /// batch of one picture stays as it is. A row whose other picture lacks the label counts λ for that task. Pictures that are validated, tested or predicted stay as they are.
    ///
    /// Labels of a class, of a set of classes or of numbers can be mixed; what lies in the picture, such as boxes, cannot. Several steps that mix may follow one another.
    pub struct Mixup = "mixup" {
        /// α: near 0 one of both pictures is nearly all that is seen; at 1 every λ is as likely.
        pos alpha: f64 = 0.2, in Range::POSITIVE;
        /// How many pictures are mixed.
        share: Share = Share(1.0), in Range::UNIT;
    }
}

impl Step for Mixup {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_alike_images("mixup", input).map(|()| input.clone())
    }

    fn drawn(&self) -> bool {
        true
    }

    fn mixes(&self) -> Option<Mixing> {
        Some(Mixing::Shares)
    }
}
