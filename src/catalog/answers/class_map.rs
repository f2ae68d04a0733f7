//! `class_map`: a class for each pixel of a picture.

use super::Answer;
use crate::catalog::{Axis, Kind, Type};

crate::entry! {
    /// A class for each pixel of a picture: the label is a `mask`.
    ///
    /// `predict` writes a picture per row, with a palette, whose pixels are the numbers of the classes; in the table stands its path.
    pub struct ClassMap = "class_map" {}
}

impl Answer for ClassMap {
    fn holds(&self, label: &Type) -> bool {
        matches!(label.kind, Kind::Category { .. }) && label.names().eq([Axis::HEIGHT, Axis::WIDTH])
    }

    fn metrics(&self) -> &'static str {
        "for a class for each pixel, use `mean_iou` or `pixel_accuracy`"
    }
}
