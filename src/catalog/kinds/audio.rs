//! `audio`: a sound per row.

use super::image::Broken;
use super::{ColumnKind, ColumnRead, Media};
use crate::catalog::functions::ValueType;
use crate::catalog::{Axis, Dim, Kind, Range, Type};

crate::words! {
    /// What becomes of a sound that is too long.
    pub enum Long {
        Error = "error",
        /// What it begins with is read.
        Cut = "cut",
    }
}

crate::entry! {
    /// A sound per row: the path of its file, relative to the folder of the table (or, of `folder`, to that folder), or in Parquet and Arrow its bytes
    /// (`heard: audio as "heard.bytes"`).
    ///
    /// WAV (of 8 to 32 bits, whole or floating, µ-law, A-law, ADPCM), AIFF, FLAC, Ogg Vorbis and MP3, told by how they begin, whatever they are called. A file may have any rate and
    /// several channels: these become one, their mean, which then has `rate` samples a second, by a windowed sinc as torchaudio's `resample` has it.
    /// `-> log_mel(64)` makes numbers of it, with the axes `time` and `features`. A sound is as long as it is: the axis `time` differs from row to row, as that of texts does, a batch is
    /// as long as its longest, and what is said of a sound does not depend on the sounds beside it. The identity of a run covers what the files hold.
    ///
    /// Type: `sound[rows, time]`, of `samples(column)`.
    pub struct Audio = "audio" {
        /// How many samples a second has. Half of it is the highest frequency that is left: speech is understood at 8000, and mostly kept at 16000.
        pos rate: usize = 16_000, in Range { min: 1000.0, max: 192_000.0, ..Range::ANY };
        /// How many seconds a sound has at most, up to an hour.
        longest: f64 = 60.0, in Range { max: 3600.0, ..Range::POSITIVE };
        /// Of a sound that is longer: `error`, or `cut`, which reads what it begins with.
        long: Long = Long::Error;
        /// Of a sound that is not there, or is damaged: `error`, or `skip`, which leaves its row out and says so.
        broken: Broken = Broken::Error;
    }
}

impl ColumnKind for Audio {
    fn names_files(&self) -> bool {
        true
    }

    fn media(&self) -> Option<Media> {
        Some(Media::Sounds)
    }

    fn in_expressions(&self) -> ValueType {
        ValueType::Text
    }

    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        let time = Axis::new(Axis::TIME, Dim::extent(format!("samples({})", read.column)));
        Type::new(Kind::Sound { rate: self.rate }, vec![read.rows.clone(), time])
    }
}
