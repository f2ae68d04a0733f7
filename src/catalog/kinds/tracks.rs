//! `tracks`: what moves where in a clip.

use super::image::Broken;
use super::{ColumnKind, ColumnRead};
use crate::catalog::functions::ValueType;
use crate::catalog::{Axis, Dim, Kind, Range, Share, Type};

crate::entry! {
    /// What moves where in a clip, to be learnt: any number of boxes in each frame, of which those of one thing have one number. `tracks("person", "car")`.
    ///
    /// A cell is the path of a text file, relative to its table, as MOTChallenge has it: `frame, track, left, top, width, height` on each line, where frames and pixels are counted from 1; behind
    /// these may stand a 0 for what is to be passed over, and the number of the class, 1 for the first, or -1, which says nothing of it. Or it is a list of objects, as `boxes` has them, with a `frame`, counted from 0, and a `track`; or
    /// in `npz` an array of `(frames, tracks, 4)`, left, top, width and height, in which what is not seen is negative, or no number.
    ///
    /// The clip must be read from its first frame on and without a gap: all of it, or `video(…, take: first)`. Steps take the boxes along as they take those of `boxes`.
    ///
    /// Type: `tracks(n)[rows, objects, 7]`: the number of the class, the left, the upper, the right and the lower edge, in pixels of the frames that the model is given, the number of the frame, and
    /// that of the track. Tracks are a label, and no input.
    pub struct Tracks = "tracks" {
        /// The classes, in the order of their numbers; left out, they are read from the data. What names no class is of the first, or of one that is called `thing`.
        pos classes: Vec<String> = Vec::new();
        /// How much of a box must be left in a picture that was moved, for the box to be learnt from.
        visible: Share = Share(0.25), in Range::UNIT;
        /// Of a cell that is none, or that does not fit its picture: `error`, or `skip`, which takes it as missing, so that its row does not teach it, and says how many.
        broken: Broken = Broken::Error;
        /// Spellings of a missing value in this column, in place of the data set's; `inherited + ["?"]` adds to those.
        missing: Option<Vec<String>>;
    }
}

/// How many numbers an object has: its class, its edges, its frame and its track.
pub const NUMBERS: usize = 7;

impl ColumnKind for Tracks {
    fn skips_broken(&self) -> bool {
        self.broken == Broken::Skip
    }

    fn names_files(&self) -> bool {
        true
    }

    fn in_expressions(&self) -> ValueType {
        ValueType::Text
    }

    fn missing(&self) -> Option<&[String]> {
        self.missing.as_deref()
    }

    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        let (classes, objects) = (read.classes(&self.classes), read.objects());
        let numbers = Axis::new(Axis::FEATURES, Dim::int(NUMBERS as i64));
        Type::new(Kind::Tracks { classes }, vec![read.rows.clone(), objects, numbers])
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
