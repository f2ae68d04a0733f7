//! `join_places`: what was computed for each place, in the rows again; how `each` ends.

use super::split_places::{Along, require_along};
use super::{Layer, require_real};
use crate::catalog::error::Undecided;
use crate::catalog::{Axis, ShapeError, Type};

crate::entry! {
    /// What was computed for each place, in the rows that the places are of: how `each(time) { … }` ends, which is how it is written.
    ///
    /// Shape: `f32[places, …]` and the value that was taken apart, `f32[rows, time, …]`, to `f32[rows, time, …]` with the axes of
    /// the first behind the time of the second.
    pub struct JoinPlaces = "join_places" {
        /// The axis.
        axis: Along;
    }
}

impl Layer for JoinPlaces {
    fn written(&self) -> Option<String> {
        Some(format!("each({}) {{ … }}", self.axis.word()))
    }

    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        2..=2
    }

    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        let (places, whole) = (&inputs[0], &inputs[1]);
        let each = format!("each({})", self.axis.word());
        require_along(self.axis, whole).map_err(|error| error.inputs([1]))?;
        require_real(&each, places)?;
        if places.rows().size != whole.rows().size.clone() * whole.axes[1].size.clone() {
            return Err(ShapeError::new(format!("`{each}` ends with other places than it began with: {places}")));
        }
        if places.axis(self.axis.word()).is_some() {
            return Err(ShapeError::new(format!(
                "what `{each}` makes of a place has an axis `{}` itself: {places}",
                self.axis.word()
            ))
            .help("make a vector of it inside the braces: `-> mean_pool` or `-> flatten`"));
        }
        let mut axes = vec![Axis::clone(whole.rows()), whole.axes[1].clone()];
        axes.extend(places.axes[1..].iter().cloned());
        Ok(Type::new(places.kind.clone(), axes))
    }
}
