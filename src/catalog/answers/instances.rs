//! `instances`: any number of things in a picture, each with its pixels.

use super::Answer;
use crate::catalog::{Kind, Type};

crate::entry! {
    /// Any number of things in a picture, each of a class, with its pixels and with how sure the model is of it: the label is `instances`.
    ///
    /// `predict` writes them in one cell, the surest first: `[{"class": "cat", "score": 0.93, "bbox": [26, 50, 8, 14], "segmentation": {"size": [64, 64], "counts": […]}}, …]`, with
    /// run lengths as COCO has them, down each column of pixels, those that are not of the thing first.
    pub struct Instances = "instances" {}
}

impl Answer for Instances {
    fn holds(&self, label: &Type) -> bool {
        matches!(label.kind, Kind::Instances { .. })
    }

    fn metrics(&self) -> &'static str {
        "for things with their pixels, use `mean_average_precision` or `panoptic_quality`"
    }
}
