//! `heat_maps`: points where heat is highest.

use super::{Decoded, Decoder, Role};
use crate::catalog::{Axis, Kind, Range, ShapeError, Type};

crate::entry! {
    /// Points from the output of a head that has learnt [`heat_maps`](steps.md#heat_maps), `f32[rows, n, height, width]`: of each point the mean place of the heat around the hottest place, where heat is the softmax over all
    /// places; it is as sure as that heat is a share of all (after Sun et al. 2018, arXiv:1711.08229).
    ///
    /// Points come out in pixels of the picture as its file has it.
    pub struct HeatMaps = "heat_maps" {
        /// How many places around the hottest one count, up and down and to both sides.
        around: usize = 3, in Range::AT_LEAST_ONE;
    }
}

impl Decoder for HeatMaps {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        if input.role != Role::Raw || !input.ty.is_picture() {
            return Err(ShapeError::new("`heat_maps` reads the maps of a head, and must come first in `predict`")
                .help("the head ends in `conv2d(label.classes, kernel: 1)`"));
        }
        let classes = input.ty.axes[1].size.clone();
        let points = Axis::new(Axis::PLACES, classes.clone());
        Ok(Decoded {
            role: Role::Answer,
            ty: Type::new(Kind::Keypoints { classes }, vec![input.ty.rows().clone(), points]),
        })
    }

    fn locates(&self) -> bool {
        true
    }
}
