//! `centers`: heats of middles, and edges near them.

use super::{Loss, require_places};
use crate::catalog::error::Undecided;
use crate::catalog::steps::centers::EDGES;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// What a detector learns from a map of [`centers`](steps.md#centers).
    ///
    /// Of heats the focal loss of Law and Deng 2018 (arXiv:1808.01244): with p the sigmoid of the output less 4.595 (so that a head begins by saying one in a hundred) and y the heat, `−(1 − p)²·ln p` where
    /// y = 1 and `−(1 − y)⁴·p²·ln(1 − p)` elsewhere. Of edges, where places count for them, `1 − GIoU` (Rezatofighi et al. 2019, arXiv:1902.09630) of the
    /// box of the target and that of the output, whose four numbers are distances from the middle of the place to the left, upper, right and lower edge, as powers
    /// of e in places of the map, times `edges` and times how much the place counts. Both are summed over the places of a row and divided by its number of boxes, if it has any.
    ///
    /// Output: `f32[rows, n + 4, height, width]`; target: `f32[rows, n + 5, height, width]`. Unit: row.
    pub struct Centers = "centers" {
        /// How much edges count beside heats.
        edges: f64 = 2.0, in Range::NON_NEGATIVE;
    }
}

impl Loss for Centers {
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError> {
        let help =
            "write `target: centers(height, width)`, and `conv2d(label.classes + 4, kernel: 1)` at the end of the head";
        if !target.is_real() || !target.is_picture() {
            return Err(
                ShapeError::new(format!("`centers` compares maps of centres, and the target is {target}")).help(help)
            );
        }
        let channels = output.axes.get(1).map(|axis| axis.size.clone() + Dim::int(1));
        let fits = output.is_real()
            && output.is_picture()
            && channels.is_some_and(|channels| {
                undecided.require(
                    &channels,
                    &target.axes[1].size,
                    "the head has a channel for each class, and four for edges",
                )
            });
        if !fits {
            return Err(ShapeError::new(format!(
                "`centers` needs a channel for each class and {EDGES} for edges, and gets {output} against {target}"
            ))
            .help(help));
        }
        require_places("centers", "centers", output, target, undecided)
    }
}
