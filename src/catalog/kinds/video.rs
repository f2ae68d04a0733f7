//! `video`: a clip per row.

use super::image::{Broken, Channels};
use super::{ColumnKind, ColumnRead, Media};
use crate::catalog::functions::ValueType;
use crate::catalog::{Axis, Dim, Kind, Range, Type};

crate::words! {
    /// Which frames of a clip are read.
    pub enum Take {
        /// Evenly over all of it.
        Even = "even",
        /// Those that it begins with.
        First = "first",
    }
}

crate::words! {
    /// What becomes of a clip that has fewer frames.
    pub enum Short {
        Error = "error",
        /// The last frame stands in for those that it lacks.
        Repeat = "repeat",
        /// It is as long as it is, and padded in a batch.
        Pad = "pad",
    }
}

crate::entry! {
    /// A clip per row, of which so many frames are read: `video(8)`. A cell is the path of its file, relative to the folder of the table, or of a folder with a picture for
    /// each frame, whose names end in their numbers (`0001.png`, `0002.png`, …); or in Parquet and Arrow the bytes of a file; or in `npz` an array of
    /// bytes, `(frames, height, width)` or `(frames, height, width, 3)`.
    ///
    /// GIF, APNG and WebP, Y4M, AVI whose frames are JPEG (Motion-JPEG); everything else through the program `ffmpeg`, if it is there. A clip has up to 268 million
    /// pixels in all its frames. Steps for pictures are steps for clips: what is drawn is drawn once for all frames of a clip. `-> resize(64, 64) -> normalize` makes numbers of
    /// them, that have the axes `time`, `channels`, `height` and `width`, and `each(time) { … }` computes with each frame.
    ///
    /// Type: `image[rows, time, channels]`, of so many frames; with `short: pad` of `frames(column)`, so many at most.
    pub struct Video = "video" {
        /// How many frames of each clip are read.
        pos frames: usize, in Range::AT_LEAST_ONE;
        /// `rgb`, or `gray`: 0.299 of red, 0.587 of green, 0.114 of blue.
        pos channels: Channels = Channels::Rgb;
        /// Which frames: `even`, from the beginning to the end as far apart as can be, or the `first`.
        take: Take = Take::Even;
        /// Of a clip with fewer frames: `error`; `repeat`, its last frame stands in for those that it lacks; or `pad`, it has those that it has, and a batch is as long as its longest
        /// clip. Then the axis `time` differs from row to row, as that of texts does, and what is said of a clip does not depend on the clips beside it.
        short: Short = Short::Error;
        /// Of a clip that is not there, or is damaged: `error`, or `skip`, which leaves its row out and says so.
        broken: Broken = Broken::Error;
    }
}

impl ColumnKind for Video {
    fn names_files(&self) -> bool {
        true
    }

    fn media(&self) -> Option<Media> {
        Some(Media::Pictures)
    }

    fn in_expressions(&self) -> ValueType {
        ValueType::Text
    }

    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        let frames = match self.short {
            Short::Pad => Dim::extent(format!("frames({})", read.column)),
            Short::Error | Short::Repeat => Dim::int(self.frames as i64),
        };
        let time = Axis::new(Axis::TIME, frames);
        let channels = Axis::new(Axis::CHANNELS, Dim::int(self.channels.count() as i64));
        Type::new(Kind::Image, vec![read.rows.clone(), time, channels])
    }
}
