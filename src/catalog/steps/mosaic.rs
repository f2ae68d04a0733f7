//! `mosaic`: four pictures of a batch in one, with what lies in them.

use super::{Mixing, Step, needs_sized_images};
use crate::catalog::{Axis, Range, ShapeError, Share, Type};

/// The cut is no nearer to an edge than this, and no further than the middle.
const MARGIN: Range = Range { max: 0.5, ..Range::UNIT };
/// Something must be left.
const SIZE: Range = Range { above_min: true, ..Range::UNIT };

crate::entry! {
    /// Puts training pictures together of parts of four, each with what lies in it (after Bochkovskiy et al. 2020, arXiv:2004.10934).
    ///
    /// The picture is cut across and down at a place that is drawn,
    /// and each quarter is a part of one of four pictures of the batch, the row's own and the three before it. So a model sees objects smaller, in other surroundings, and more of them.
    ///
    /// What is seen in a quarter is made smaller, by as much as is drawn and no more than fills the quarter, and shows any part of its picture. Boxes, instances and masks go along; a box or a thing
    /// of which less is seen than the column's `visible` says goes. All four rows must have the label: a row beside one without is left out of the task. Pictures that are validated, tested or predicted stay
    /// as they are, and a batch of fewer than four pictures repeats some.
    pub struct Mosaic = "mosaic" {
        /// How many pictures are put together.
        pos share: Share = Share(1.0), in Range::UNIT;
        /// How near to an edge the cut may lie.
        margin: Share = Share(0.25), in MARGIN;
        /// The least part of its size that a picture is made smaller to.
        size: Share = Share(0.5), in SIZE;
    }
}

impl Step for Mosaic {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_sized_images("mosaic", input)?;
        if input.axis(Axis::TIME).is_some() {
            return Err(ShapeError::new("`mosaic` puts pictures together, and gets clips")
                .help("leave it out: what moves in a clip would jump from one part into another"));
        }
        Ok(input.clone())
    }

    fn drawn(&self) -> bool {
        true
    }

    fn moves(&self) -> bool {
        true
    }

    fn mixes(&self) -> Option<Mixing> {
        Some(Mixing::Pieces)
    }
}
