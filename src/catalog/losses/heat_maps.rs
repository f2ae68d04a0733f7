//! `heat_maps`: where each point is, as a share of its map.

use super::{Loss, require_places};
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// What is learnt from maps of [`heat_maps`](steps.md#heat_maps): with p the softmax of a point's output over all places of its map and y its heat, `−∑ y·ln p`, the mean over the points of a row that are known.
    ///
    /// Output and target: `f32[rows, n, height, width]`. Unit: row.
    pub struct HeatMaps = "heat_maps" {}
}

impl Loss for HeatMaps {
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError> {
        let help =
            "write `target: heat_maps(height, width)`, and `conv2d(label.classes, kernel: 1)` at the end of the head";
        if !target.is_real() || !target.is_picture() {
            return Err(
                ShapeError::new(format!("`heat_maps` compares maps of points, and the target is {target}")).help(help)
            );
        }
        let fits = output.is_real()
            && output.is_picture()
            && undecided.require(&output.axes[1].size, &target.axes[1].size, "the head has a channel for each point");
        if !fits {
            return Err(ShapeError::new(format!(
                "`heat_maps` needs a channel for each point, and gets {output} against {target}"
            ))
            .help(help));
        }
        require_places("heat_maps", "heat_maps", output, target, undecided)
    }
}
