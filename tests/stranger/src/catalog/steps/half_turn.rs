//! `half_turn`: turns half of the training pictures upside down.

use super::{Step, needs_images};
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Turns half of the pictures of training rows by 180 degrees, drawn anew in every epoch; pictures that are validated, tested or
    /// predicted stay as they are. A label that has a class for each pixel is turned with its picture.
    pub struct HalfTurn = "half_turn" {}
}

impl Step for HalfTurn {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_images("half_turn", input).map(|()| input.clone())
    }

    fn drawn(&self) -> bool {
        true
    }

    fn moves(&self) -> bool {
        true
    }
}
