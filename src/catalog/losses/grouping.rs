//! `grouping`: classes of pixels, heats of middles, and ways to them.

use super::{Loss, require_places};
use crate::catalog::error::Undecided;
use crate::catalog::steps::grouping::CHANNELS;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// What a head learns from a map of [`grouping`](steps.md#grouping) (after Cheng et al. 2020, arXiv:1911.10194): the mean over places of the cross-entropy of classes,
    /// of which 0 is nothing; of heats the focal loss that [`centers`](losses.md#centers) has, divided by the number of things; times `offsets` the distance, down and across
    /// together, between the ways to middles, mean over the places of each thing and over things; and times `things` the cross-entropy of classes once more, mean over the places of each thing and over
    /// things: most places are nothing, and the mean over all of them alone learns late what a small thing is.
    ///
    /// Output: `f32[rows, n + 4, height, width]`: n + 1 logits, the number that heat is made of, and two offsets in places; target: `f32[rows, 5, height, width]`. Unit: row.
    pub struct Grouping = "grouping" {
        /// How much heats count beside classes.
        heats: f64 = 1.0, in Range::NON_NEGATIVE;
        /// How much offsets do.
        offsets: f64 = 0.1, in Range::NON_NEGATIVE;
        /// How much the classes of the places of each thing do, whatever its size.
        things: f64 = 0.2, in Range::NON_NEGATIVE;
    }
}

/// What a head gives beside a number for each class: one for nothing, heat, and two offsets.
pub const BESIDE: usize = 4;

impl Loss for Grouping {
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError> {
        let help = "write `target: grouping(height, width)`, and `conv2d(label.classes + 4, kernel: 1)` at the end of the head";
        let is_map = target.is_real() && target.is_picture() && target.axes[1].size == Dim::int(CHANNELS as i64);
        if !is_map {
            return Err(
                ShapeError::new(format!("`grouping` compares maps of things, and the target is {target}")).help(help)
            );
        }
        if !output.is_real()
            || !output.is_picture()
            || output.axes[1].size.value().is_some_and(|size| size <= BESIDE as i64)
        {
            return Err(ShapeError::new(format!(
                "`grouping` needs a channel for each class and {BESIDE} more, and gets {output}"
            ))
            .help(help));
        }
        require_places("grouping", "grouping", output, target, undecided)
    }
}
