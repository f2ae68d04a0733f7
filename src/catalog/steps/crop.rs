//! `crop`: a part of each picture.

use super::{SIDE, Step, needs_sized_images};
use crate::catalog::{Axis, Dim, ShapeError, Type};

crate::words! {
    /// Where the part lies.
    pub enum Place {
        Random = "random",
        Center = "center",
    }
}

crate::entry! {
    /// Cuts a part of this size out of each picture: of a training row at a place that is drawn anew in every epoch, else in the middle. Labels go along. Where it answers for each pixel,
    /// a model says nothing of what was cut off, and is not judged there; boxes and things that lie there are missed.
    ///
    /// Type: `image[rows, channels, H, W]` to `image[rows, channels, height, width]`.
    pub struct Crop = "crop" {
        /// Height in pixels.
        pos height: usize, in SIDE;
        /// Width in pixels; as the height unless it is said.
        pos width: Option<usize>, in SIDE;
        /// Where the part lies in pictures of training rows: `random`, or in the `center`, as in all others.
        at: Place = Place::Random;
    }
}

impl Crop {
    /// Height and width.
    pub fn size(&self) -> (usize, usize) {
        (self.height, self.width.unwrap_or(self.height))
    }
}

impl Step for Crop {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_sized_images("crop", input)?;
        let (height, width) = self.size();
        let mut cut = input.clone();
        for (name, size) in [(Axis::HEIGHT, height), (Axis::WIDTH, width)] {
            let Some(place) = cut.axis(name) else { continue };
            let has = cut.axes[place].size.value().unwrap_or(i64::MAX);
            if has < size as i64 {
                let message = format!("`crop` cuts a {name} of {size} pixels out of pictures that have {has}");
                return Err(ShapeError::new(message).help("resize the pictures to more than that first, or cut less"));
            }
            cut.axes[place].size = Dim::int(size as i64);
        }
        Ok(cut)
    }

    fn drawn(&self) -> bool {
        self.at == Place::Random
    }

    fn moves(&self) -> bool {
        true
    }

    fn keeps_whole(&self) -> bool {
        false
    }
}
