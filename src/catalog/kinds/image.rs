//! `image`: a picture per row.

use super::{ColumnKind, ColumnRead, Media};
use crate::catalog::functions::ValueType;
use crate::catalog::{Axis, Dim, Kind, Type};

crate::words! {
    /// What there is of each pixel.
    pub enum Channels {
        /// Red, green and blue.
        Rgb = "rgb",
        /// How light it is.
        Gray = "gray",
    }
}

impl Channels {
    pub fn count(self) -> usize {
        match self {
            Channels::Rgb => 3,
            Channels::Gray => 1,
        }
    }
}

crate::words! {
    /// What becomes of a row whose picture cannot be read.
    pub enum Broken {
        Error = "error",
        Skip = "skip",
    }
}

crate::entry! {
    /// A picture per row: the path of its file, relative to the folder of the table (or, of `folder`, to that folder), or in Parquet and
    /// Arrow its bytes (`photo: image as "image.bytes"`).
    ///
    /// PNG, JPEG, GIF, WebP, BMP, PNM and TIFF, of up to 67 million pixels; of one that moves, the first frame. Pictures stand upright as
    /// their EXIF data says, and what is transparent is laid on white. `-> resize(64, 64) -> normalize` makes numbers of them, that have
    /// the axes `channels`, `height` and `width`. Pictures are decoded for each batch, on threads that run ahead of the training, and kept
    /// as far as memory is set aside for them; the identity of a run covers what the files hold.
    ///
    /// Type: `image[rows, channels]`.
    pub struct Image = "image" {
        /// `rgb`, or `gray`: 0.299 of red, 0.587 of green, 0.114 of blue.
        pos channels: Channels = Channels::Rgb;
        /// Of a picture that is not there, or is damaged: `error`, or `skip`, which leaves its row out and says so.
        broken: Broken = Broken::Error;
    }
}

impl ColumnKind for Image {
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
        let channels = Axis::new(Axis::CHANNELS, Dim::int(self.channels.count() as i64));
        Type::new(Kind::Image, vec![read.rows.clone(), channels])
    }
}
