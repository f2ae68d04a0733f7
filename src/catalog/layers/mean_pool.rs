//! `mean_pool`: the mean along a sequence.

use super::{Layer, require_real};
use crate::catalog::error::Undecided;
use crate::catalog::{Axis, Kind, ShapeError, Type};

crate::entry! {
    /// The mean over time, for example over the tokens of a text; places that are padding do not count, and a row without any place
    /// gives zeros.
    ///
    /// Shape: `f32[rows, time, …]` to `f32[rows, …]`.
    pub struct MeanPool = "mean_pool" {}
}

impl Layer for MeanPool {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("mean_pool", &inputs[0])?;
        let Some(time) = inputs[0].axis(Axis::TIME) else {
            let error = ShapeError::new(format!("`mean_pool` is a mean over time, and {} has none", inputs[0]));
            return Err(match inputs[0].is_picture() {
                true => error.help("the mean over a picture is `-> global_avg_pool`"),
                false => error,
            });
        };
        super::require_rank("mean_pool", &inputs[0], 3..=usize::MAX)?;
        let mut axes = inputs[0].axes.clone();
        axes.remove(time);
        Ok(Type::new(Kind::Real, axes))
    }
}
