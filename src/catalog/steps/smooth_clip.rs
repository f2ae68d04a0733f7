//! `smooth_clip`: draws extreme values in, without a corner.

use super::{Step, same_numbers};
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// `x / √(1 + (x / limit)²)`: leaves small values as they are and draws extreme ones in, so that all lie between −limit and
    /// limit, and no two become one (RealMLP, Holzmüller et al. 2024, arXiv:2407.04491).
    ///
    /// Meant for what has been scaled already: `robust_scale -> smooth_clip`.
    pub struct SmoothClip = "smooth_clip" {
        /// What extreme values tend to.
        pos limit: f64 = 3.0, in Range::POSITIVE;
    }
}

impl Step for SmoothClip {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        same_numbers("smooth_clip", input)
    }
}
