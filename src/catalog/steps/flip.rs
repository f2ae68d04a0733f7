//! `flip`: mirrors half of the training pictures.

use super::{Step, needs_images};
use crate::catalog::{ShapeError, Type};

crate::words! {
    /// Which sides change places.
    pub enum Direction {
        /// Left and right.
        Horizontal = "horizontal",
        /// Top and bottom.
        Vertical = "vertical",
    }
}

crate::entry! {
    /// Mirrors half of the pictures of training rows, drawn anew in every epoch; pictures that are validated, tested or predicted stay as
    /// they are. A label that has a class for each pixel is mirrored with its picture.
    ///
    /// Leave it out where left and right mean something: a mirrored `2` is none.
    pub struct Flip = "flip" {
        /// `horizontal` changes left and right, `vertical` top and bottom.
        pos direction: Direction;
    }
}

impl Step for Flip {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_images("flip", input).map(|()| input.clone())
    }

    fn drawn(&self) -> bool {
        true
    }

    fn moves(&self) -> bool {
        true
    }
}
