//! `cutmix`: a part of each picture of a batch taken from another one.

use super::{Mixing, Step, needs_alike_images};
use crate::catalog::{Range, ShapeError, Share, Type};

crate::entry! {
    /// Puts a part of another picture of the batch into each training picture, and mixes their labels by how much of each is seen (Yun et al. 2019, arXiv:1905.04899).
    ///
    /// Where the part covers
    /// the share 1 − λ of the pixels, the loss of the row is λ·ℓ(y) + (1 − λ)·ℓ(y′). For `cross_entropy` that is the loss of the soft target λ·y + (1 − λ)·y′.
    ///
    /// The part is as wide and high, for its picture, as √(1 − λ) says, with λ from a Beta(α, α); its middle lies anywhere, what reaches beyond an edge is cut off, and λ is then what is really seen. It
    /// comes from the same place of the picture before in the batch, as with [`mixup`](#mixup), and so does all else that is said there.
    pub struct Cutmix = "cutmix" {
        /// α: near 0 parts are nearly nothing or nearly all; at 1 every λ is as likely.
        pos alpha: f64 = 1.0, in Range::POSITIVE;
        /// How many pictures are mixed.
        share: Share = Share(1.0), in Range::UNIT;
    }
}

impl Step for Cutmix {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_alike_images("cutmix", input).map(|()| input.clone())
    }

    fn drawn(&self) -> bool {
        true
    }

    fn mixes(&self) -> Option<Mixing> {
        Some(Mixing::Shares)
    }
}
