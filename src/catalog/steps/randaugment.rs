//! `randaugment`: some of the usual changes of training pictures, one after the other.

use super::{Step, needs_images};
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Changes each picture of training rows in so many ways, one after the other, drawn anew in every epoch from fourteen (Cubuk et al. 2020): none, turned,
    /// sheared and moved along either side, brightness, contrast, saturation, sharpness, fewer shades, light values inverted, stretched from black to
    /// white, as many dark as light pixels. Pictures that are validated, tested or predicted stay as they are. Labels that lie in the picture go along.
    pub struct Randaugment = "randaugment" {
        /// How many ways.
        pos count: usize = 2, in COUNT;
        /// How much, from 0 to 30: a turn of as many degrees, a shear or a change of light of 1 % to 3 % for each.
        pos strength: f64 = 9.0, in STRENGTH;
    }
}

/// More changes leave nothing of a picture, and take their time.
const COUNT: Range = Range { max: 100.0, ..Range::AT_LEAST_ONE };

/// The most, as it was published.
pub(crate) const STRENGTH: Range = Range { min: 0.0, max: 30.0, above_min: false, below_max: false };

impl Step for Randaugment {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_images("randaugment", input).map(|()| input.clone())
    }

    fn drawn(&self) -> bool {
        true
    }

    fn moves(&self) -> bool {
        true
    }
}
