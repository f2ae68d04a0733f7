//! `boxes`: any number of boxes in a picture.

use super::Answer;
use crate::catalog::{Kind, Type};

crate::entry! {
    /// Any number of boxes in a picture, each of a class and with how sure the model is of it: the label is `boxes`.
    ///
    /// `predict` writes them in one cell, the surest first: `[{"class": "cat", "score": 0.93, "bbox": [26, 50, 8, 14]}, …]`, where `bbox` is the left and the upper
    /// edge, width and height, in the unit of the label: pixels of the picture as its file has it, or, of a label that is `relative`, shares of its
    /// width and height.
    pub struct Boxes = "boxes" {}
}

impl Answer for Boxes {
    fn holds(&self, label: &Type) -> bool {
        matches!(label.kind, Kind::Boxes { .. })
    }

    fn metrics(&self) -> &'static str {
        "for boxes, use `mean_average_precision`"
    }
}
