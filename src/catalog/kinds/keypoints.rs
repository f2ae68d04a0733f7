//! `keypoints`: named points of one thing in each picture.

use super::image::Broken;
use super::{ColumnKind, ColumnRead};
use crate::catalog::functions::ValueType;
use crate::catalog::{Axis, Dim, Kind, Type};

crate::entry! {
    /// Named points of the one thing that each picture shows, to be learnt: `keypoints("nose", "left_eye", "right_eye")`.
    ///
    /// A cell is a list of as many numbers as COCO has in `keypoints`, across, down, and whether the point is known (0 if not), for each point; a list of points, `[[12, 30], null, [9.5, 31]]`; or a group that has such a
    /// list in `keypoints`, and may have an `area`, alone or as the only one of a list, as `coco` reads them. In text it is the same as JSON, in `npz` an array of `(points, 2)` or `(points, 3)`, in which what is not known is negative, or no number.
    /// An empty list is a picture of which nobody has said where the points are. A point that is known lies in its picture, or up to a pixel beyond an edge of it.
    ///
    /// Points are measured in pixels of the picture as its file has it, upright, from its left upper corner. What moves a picture moves its points along, and one that leaves it is not learnt from. Where a picture is
    /// mirrored, points whose names differ in `left` and `right` alone change places. What is predicted is given in pixels of the file's picture.
    ///
    /// Type: `keypoints(n)[rows, points, 3]`: how far to the right and how far down, in pixels of the picture that the model is given, and 1 if the point is known. Points are a label, and no input.
    pub struct Keypoints = "keypoints" {
        /// The names of the points, in their order.
        pos classes: Vec<String>;
        /// Of a cell that is none, or that does not fit its picture: `error`, or `skip`, which takes it as missing, so that its row does not teach it, and says how many.
        broken: Broken = Broken::Error;
        /// Spellings of a missing value in this column, in place of the data set's; `inherited + ["?"]` adds to those.
        missing: Option<Vec<String>>;
    }
}

/// How many numbers a point has: its place, and whether it is known.
pub const NUMBERS: usize = 3;

impl ColumnKind for Keypoints {
    fn skips_broken(&self) -> bool {
        self.broken == Broken::Skip
    }

    fn in_expressions(&self) -> ValueType {
        ValueType::Text
    }

    fn missing(&self) -> Option<&[String]> {
        self.missing.as_deref()
    }

    fn problem(&self) -> Option<(&'static str, String)> {
        self.class_given_twice().or_else(|| self.class_that_is_missing())
    }

    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        let classes = read.classes(&self.classes);
        let axes = vec![
            read.rows.clone(),
            Axis::new(Axis::PLACES, classes.clone()),
            Axis::new(Axis::FEATURES, Dim::int(NUMBERS as i64)),
        ];
        Type::new(Kind::Keypoints { classes }, axes)
    }

    fn declared_classes(&self) -> Option<&[String]> {
        (!self.classes.is_empty()).then_some(&self.classes)
    }

    fn is_only_a_label(&self) -> bool {
        true
    }

    fn takes_groups(&self) -> bool {
        true
    }
}
