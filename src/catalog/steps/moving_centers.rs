//! `moving_centers`: where in the frames of a clip the middles of objects are, how far their edges are from there, and where they were in the frame before.

use super::centers::EDGES;
use super::{SIDE, Step, refuse};
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Type};

crate::entry! {
    /// Tracks as maps that a convolution can answer with, one for each frame (Zhou et al. 2020, arXiv:2004.01177): the heats, edges and weights of [`centers`](steps.md#centers); then how far below and to
    /// the right of its middle the middle of the box was in the frame before, in places of the map; and how much each place counts for that, nothing where the box was not seen then.
    ///
    /// Shape: `tracks(n)[rows, …]` to `f32[rows, frames, n + 8, height, width]`. It is learnt by the loss [`moving_centers`](losses.md#moving_centers) and read by the decoder
    /// [`associate`](decoders.md#associate).
    pub struct MovingCenters = "moving_centers" {
        /// How many frames each clip has.
        pos frames: usize, in Range::AT_LEAST_ONE;
        /// How many places the map is high.
        pos height: usize, in SIDE;
        /// How many it is wide; as many unless written.
        pos width: Option<usize>, in SIDE;
        /// How much of a box its heat covers, from the middle to where it has fallen to e^−4.5.
        spread: f64 = 0.54, in Range::POSITIVE;
    }
}

/// Channels behind those of [`centers`](super::centers): two of the way back, and a weight.
pub const BACK: usize = 2;
/// What a target has beside a channel for each class.
pub const BESIDE: usize = EDGES + 1 + BACK + 1;

impl MovingCenters {
    pub fn size(&self) -> (usize, usize) {
        (self.height, self.width.unwrap_or(self.height))
    }
}

impl Step for MovingCenters {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        let Kind::Tracks { classes } = &input.kind else { return Err(refuse("moving_centers", "tracks", input)) };
        let (height, width) = self.size();
        let fixed = |name, size: usize| Axis::new(name, Dim::int(size as i64));
        let axes = vec![
            input.rows().clone(),
            fixed(Axis::TIME, self.frames),
            Axis::new(Axis::CHANNELS, classes.clone() + Dim::int(BESIDE as i64)),
            fixed(Axis::HEIGHT, height),
            fixed(Axis::WIDTH, width),
        ];
        Ok(Type::new(Kind::Real, axes))
    }
}
