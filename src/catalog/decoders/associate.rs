//! `associate`: tracks of boxes that are found frame by frame.

use super::{Decoded, Decoder, Role};
use crate::catalog::steps::centers::EDGES;
use crate::catalog::steps::moving_centers::BACK;
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Share, Type};

crate::entry! {
    /// Tracks from the output of a head that has learnt [`moving_centers`](steps.md#moving_centers), `f32[rows, frames, n + 6, height, width]` (after Zhou et al. 2020, arXiv:2004.01177). In each frame
    /// there is a box at each peak of the largest heat of any class, as of [`peaks`](decoders.md#peaks). A box goes with a track of the frame before if the way back from its middle leads to that of the track, no further off than
    /// the root of the smaller box's area, so that all pairs together are nearest, and alike in their heats of classes (by the assignment of Jonker and Volgenant 1987). A track that finds no box goes on as it
    /// moved for some frames, and a box that finds no track begins one.
    ///
    /// The class of a track is that of the largest sum of heats, its boxes are as sure as they are on average. Boxes come out in pixels of the frames as their file has them.
    pub struct Associate = "associate" {
        /// How many boxes a frame has at most.
        most: usize = 100, in Range::AT_LEAST_ONE;
        /// How sure a box must be to go on with a track.
        least: Share = Share(0.2), in Range::UNIT;
        /// How sure it must be to begin one.
        sure: Share = Share(0.4), in Range::UNIT;
        /// How much two boxes of a frame may overlap, as the area that they share of that which either has.
        overlap: Share = Share(0.6), in Range::UNIT;
        /// For how many frames a track waits for a box; those between are on the straight line.
        memory: usize = 3;
        /// In how many frames a track must have found a box.
        shortest: usize = 2, in Range::AT_LEAST_ONE;
        /// How much it counts that classes are alike, beside that places are near.
        alike: f64 = 0.5, in Range::NON_NEGATIVE;
    }
}

impl Decoder for Associate {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        let names = input.ty.axes.iter().skip(1).map(|axis| axis.name);
        let is_clip = names.eq([Axis::TIME, Axis::CHANNELS, Axis::HEIGHT, Axis::WIDTH]);
        if input.role != Role::Raw || !input.ty.is_real() || !is_clip {
            return Err(ShapeError::new(
                "`associate` reads the maps of a head, one for each frame, and must come first in `predict`",
            )
            .help("the head ends in `each(time) { conv2d(label.classes + 6, kernel: 1) }`"));
        }
        let classes = input.ty.axes[2].size.clone() - Dim::int((EDGES + BACK) as i64);
        let objects = Axis::new(Axis::OBJECTS, Dim::int(self.most as i64));
        let ty = Type::new(Kind::Tracks { classes }, vec![input.ty.rows().clone(), objects]);
        Ok(Decoded { role: Role::Answer, ty })
    }

    fn locates(&self) -> bool {
        true
    }
}
