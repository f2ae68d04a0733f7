//! `grouping`: things from the pixels that point to one middle.

use super::{Decoded, Decoder, Role};
use crate::catalog::losses::grouping::BESIDE;
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Share, Type};

crate::entry! {
    /// Things from the output of a head that has learnt [`grouping`](steps.md#grouping), `f32[rows, n + 4, height, width]` (Cheng et al. 2020, arXiv:1911.10194): a thing for each peak of
    /// heat, the surest `most` of a picture, with the pixels that are likelier something than nothing and point nearer to it than to any other. It is of the class that
    /// its pixels together hold likeliest, and as sure as its heat times the share that this class has of all classes of things there.
    ///
    /// Things come out in pixels of the picture as its file has it.
    pub struct Grouping = "grouping" {
        /// How many things a picture has at most.
        most: usize = 100, in Range::AT_LEAST_ONE;
        /// How hot a middle must be.
        least: Share = Share(0.1), in Range::UNIT;
        /// How far apart two middles are at least, in places of the map, down or across.
        apart: usize = 3, in Range::AT_LEAST_ONE;
    }
}

impl Decoder for Grouping {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        if input.role != Role::Raw || !input.ty.is_picture() {
            return Err(ShapeError::new("`grouping` reads the map of a head, and must come first in `predict`")
                .help("the head ends in `conv2d(label.classes + 4, kernel: 1)`"));
        }
        let classes = input.ty.axes[1].size.clone() - Dim::int(BESIDE as i64);
        let objects = Axis::new(Axis::OBJECTS, Dim::int(self.most as i64));
        Ok(Decoded {
            role: Role::Answer,
            ty: Type::new(Kind::Instances { classes }, vec![input.ty.rows().clone(), objects]),
        })
    }

    fn locates(&self) -> bool {
        true
    }
}
