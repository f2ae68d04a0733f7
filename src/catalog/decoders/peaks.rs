//! `peaks`: boxes where heat is highest.

use super::{Decoded, Decoder, Role};
use crate::catalog::steps::centers::EDGES;
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Share, Type};

crate::entry! {
    /// Boxes from the output of a head that has learnt [`centers`](steps.md#centers), `f32[rows, n + 4, height, width]`: one at each place whose heat is that of no colder a place
    /// than any of the eight around it (Zhou et al. 2019, arXiv:1904.07850), the surest `most` of a picture, each of the class of the heat, as sure as the heat's sigmoid. Of two
    /// boxes of a class that overlap by more than `overlap` the less sure one is left out.
    ///
    /// Boxes come out in the unit of the label, inside of the picture as its file has it.
    pub struct Peaks = "peaks" {
        /// How many boxes a picture has at most.
        most: usize = 100, in Range::AT_LEAST_ONE;
        /// How sure a box must be to be given.
        least: Share = Share(0.01), in Range::UNIT;
        /// How much two boxes of a class may overlap, as the area that they share of that which either has.
        overlap: Share = Share(0.6), in Range::UNIT;
        /// How many places around a peak, down and across, have a say in its edges, each as much as it is hot: they have learnt them as well.
        around: usize = 1;
    }
}

impl Decoder for Peaks {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        if input.role != Role::Raw || !input.ty.is_picture() {
            return Err(ShapeError::new("`peaks` reads the map of a head, and must come first in `predict`")
                .help("the head ends in `conv2d(label.classes + 4, kernel: 1)`"));
        }
        let classes = input.ty.axes[1].size.clone() - Dim::int(EDGES as i64);
        let rows = input.ty.rows().clone();
        let objects = Axis::new(Axis::OBJECTS, Dim::int(self.most as i64));
        Ok(Decoded { role: Role::Answer, ty: Type::new(Kind::Boxes { classes }, vec![rows, objects]) })
    }

    fn locates(&self) -> bool {
        true
    }
}
