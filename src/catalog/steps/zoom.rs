//! `zoom`: parts of training pictures, made as large as the whole.

use super::{Step, needs_images};
use crate::catalog::{Range, ShapeError, Share, Type};

/// Something must be left.
const PART: Range = Range { above_min: true, ..Range::UNIT };

crate::entry! {
    /// Cuts a part of each picture of training rows out, of a size, a shape and at a place that are drawn anew in every epoch, and makes it as high and wide as
    /// the picture was (Szegedy et al. 2015). Pictures that are validated, tested or predicted stay as they are. Labels that lie in the picture go along.
    pub struct Zoom = "zoom" {
        /// The least part of the area that is left.
        pos least: Share = Share(0.5), in PART;
        /// The most that the part is wider, or higher, than the picture is, for its height.
        ratio: f64 = 4.0 / 3.0, in Range::AT_LEAST_ONE;
    }
}

impl Step for Zoom {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_images("zoom", input).map(|()| input.clone())
    }

    fn drawn(&self) -> bool {
        true
    }

    fn moves(&self) -> bool {
        true
    }
}
