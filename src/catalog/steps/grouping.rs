//! `grouping`: of each pixel its class, and where the middle of its thing is.

use super::{SIDE, Step, refuse};
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Type};

crate::entry! {
    /// Things as a map that a convolution can answer with (after Cheng et al. 2020, arXiv:1911.10194): at each place the number of its class, 0 for nothing and 1 for the
    /// first; the heat of middles, 1 where the mean of a thing's pixels is and less around it; how far that mean lies below and to the right, in places of the
    /// map; and how much the place counts for these two, together 1 for each thing.
    ///
    /// Shape: `instances(n)[rows, …]` to `f32[rows, 5, height, width]`. It is learnt by the loss [`grouping`](losses.md#grouping) and read by the decoder
    /// [`grouping`](decoders.md#grouping).
    pub struct Grouping = "grouping" {
        /// How many places the map is high: as many as the picture, or a part.
        pos height: usize, in SIDE;
        /// How many it is wide; as many unless written.
        pos width: Option<usize>, in SIDE;
        /// How far heat is spread around a middle, as the deviation of a normal curve, in places.
        spread: f64 = 2.0, in Range::POSITIVE;
    }
}

/// Class, heat, two offsets, and a weight.
pub const CHANNELS: usize = 5;

impl Grouping {
    pub fn size(&self) -> (usize, usize) {
        (self.height, self.width.unwrap_or(self.height))
    }
}

impl Step for Grouping {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        let Kind::Instances { .. } = &input.kind else { return Err(refuse("grouping", "instances", input)) };
        let (height, width) = self.size();
        let fixed = |name, size: usize| Axis::new(name, Dim::int(size as i64));
        let axes = vec![
            input.rows().clone(),
            fixed(Axis::CHANNELS, CHANNELS),
            fixed(Axis::HEIGHT, height),
            fixed(Axis::WIDTH, width),
        ];
        Ok(Type::new(Kind::Real, axes))
    }
}
