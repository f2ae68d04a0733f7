//! `keypoints`: named points in a picture.

use super::Answer;
use crate::catalog::{Kind, Type};

crate::entry! {
    /// Named points of the one thing in a picture, each with how sure the model is of it: the label is `keypoints`.
    ///
    /// `predict` writes them in one cell, `{"nose": [12.5, 30, 0.97], …}`: how far to the right and how far down, in pixels of the picture as its file has it, and how sure.
    pub struct Keypoints = "keypoints" {}
}

impl Answer for Keypoints {
    fn holds(&self, label: &Type) -> bool {
        matches!(label.kind, Kind::Keypoints { .. })
    }

    fn metrics(&self) -> &'static str {
        "for points, use `pck` or `oks`"
    }
}
