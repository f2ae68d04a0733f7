//! `moving_centers`: heats of middles, edges near them, and where they were in the frame before.

use super::Loss;
use crate::catalog::error::Undecided;
use crate::catalog::steps::centers::EDGES;
use crate::catalog::steps::moving_centers::{BACK, BESIDE};
use crate::catalog::{Axis, Dim, Range, ShapeError, Type};

crate::entry! {
    /// What a tracker learns from maps of [`moving_centers`](steps.md#moving_centers) (Zhou et al. 2020, arXiv:2004.01177): heats and edges as [`centers`](losses.md#centers) has them, and, where places
    /// count for it, the distance down and across between the ways back that the output and the target say, in places, times `moves`. All is summed over the frames and places of a row and divided by its number
    /// of boxes, if it has any.
    ///
    /// Output: `f32[rows, frames, n + 6, height, width]`; target: `f32[rows, frames, n + 8, height, width]`. Unit: row.
    pub struct MovingCenters = "moving_centers" {
        /// How much edges count beside heats.
        edges: f64 = 2.0, in Range::NON_NEGATIVE;
        /// How much ways back do.
        moves: f64 = 0.5, in Range::NON_NEGATIVE;
    }
}

fn is_clip(of: &Type) -> bool {
    of.is_real()
        && of.axes[1..].iter().map(|axis| axis.name).eq([Axis::TIME, Axis::CHANNELS, Axis::HEIGHT, Axis::WIDTH])
}

impl Loss for MovingCenters {
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError> {
        let help = "write `target: moving_centers(frames, height, width)`, and `each(time) { conv2d(label.classes + 6, kernel: 1) }` at the end of the head";
        let refused = |message: String| Err(ShapeError::new(message).help(help));
        if !is_clip(target) {
            return refused(format!(
                "`moving_centers` compares maps of centres frame by frame, and the target is {target}"
            ));
        }
        if !is_clip(output) {
            return refused(format!(
                "`moving_centers` needs an answer at every place of every frame, and gets {output}"
            ));
        }
        let beside = (BESIDE - EDGES - BACK) as i64;
        let channels = output.axes[2].size.clone() + Dim::int(beside);
        let why = "the head has a channel for each class, four for edges and two for the way back";
        if !undecided.require(&channels, &target.axes[2].size, why) {
            return refused(format!(
                "`moving_centers` needs a channel for each class, {EDGES} for edges and {BACK} for the way back, and gets {output} against {target}"
            ));
        }
        let same = |axis: usize| {
            undecided.require(
                &output.axes[axis].size,
                &target.axes[axis].size,
                "`moving_centers` can compare output and target place by place",
            )
        };
        if [1, 3, 4].into_iter().all(same) {
            return Ok(());
        }
        if output.axes[1].varies() {
            let frames = &target.axes[1].size;
            return Err(ShapeError::new(format!(
                "`moving_centers` compares {frames} frames of every clip, and these clips differ in length: {output} against {target}"
            ))
            .help("let their column fill clips up that are shorter: `short: repeat` in place of `short: pad`"));
        }
        let [frames, height, width] = [1, 3, 4].map(|axis| &output.axes[axis].size);
        Err(ShapeError::new(format!(
            "`moving_centers` needs an answer at every place of the target's maps: {output} against {target}"
        ))
        .help(format!("the target is as large as the output with `moving_centers({frames}, {height}, {width})`")))
    }
}
