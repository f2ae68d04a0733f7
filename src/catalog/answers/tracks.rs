//! `tracks`: what moves where in a clip.

use super::Answer;
use crate::catalog::{Kind, Type};

crate::entry! {
    /// Boxes in the frames of a clip, those of one thing with one number: the label is `tracks`.
    ///
    /// `predict` writes them in one cell, frame by frame: `[{"frame": 0, "track": 3, "class": "person", "score": 0.9, "bbox": [26, 50, 8, 14]}, …]`, in pixels of the frames as their file has them, frames
    /// counted from 0.
    pub struct Tracks = "tracks" {}
}

impl Answer for Tracks {
    fn holds(&self, label: &Type) -> bool {
        matches!(label.kind, Kind::Tracks { .. })
    }

    fn metrics(&self) -> &'static str {
        "for tracks, use `mota`, `idf1` or `hota`"
    }
}
