//! `split_places`: each place of an axis as a row of its own; how `each` begins.

use super::{Layer, require_real};
use crate::catalog::error::Undecided;
use crate::catalog::{Axis, ShapeError, Type};

crate::words! {
    /// The axis that `each` goes along.
    pub enum Along {
        /// The places of a sequence, the frames of a clip.
        Time = "time",
        /// The members of an ensemble.
        Members = "members",
        /// The channels of pictures.
        Channels = "channels",
    }
}

crate::entry! {
    /// Each place of an axis as a row of its own, padding left out: how `each(time) { … }` begins, which is how it is written.
    ///
    /// Shape: `f32[rows, time, …]` to `f32[places, …]`, where places are those of all rows.
    pub struct SplitPlaces = "split_places" {
        /// The axis.
        pos axis: Along;
    }
}

/// An error unless a value can be taken apart along an axis.
pub(super) fn require_along(along: Along, input: &Type) -> Result<(), ShapeError> {
    let each = format!("each({})", along.word());
    require_real(&each, input)?;
    match input.axis(along.word()) {
        Some(1) if input.rank() > 2 => Ok(()),
        Some(1) => Err(ShapeError::new(format!("inside `{each}` nothing would be left of {input}"))
            .help("a chain works on the features, the pictures, … of each place")),
        Some(_) => Err(ShapeError::new(format!("`{each}` goes along the axis behind the rows, and gets {input}"))),
        None => {
            let names: Vec<&str> = input.names().collect();
            let error =
                ShapeError::new(format!("`{each}` needs values with an axis `{}`, and gets {input}", along.word()));
            Err(match names.iter().all(|name| name.is_empty()) {
                true => error,
                false => error.help(format!("its axes are {}", super::axis_names(input))),
            })
        }
    }
}

impl Layer for SplitPlaces {
    fn written(&self) -> Option<String> {
        Some(format!("each({}) {{ … }}", self.axis.word()))
    }

    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        let input = &inputs[0];
        require_along(self.axis, input)?;
        let places = Axis::new(Axis::PLACES, input.rows().size.clone() * input.axes[1].size.clone());
        let axes = std::iter::once(places).chain(input.axes[2..].iter().cloned()).collect();
        Ok(Type::new(input.kind.clone(), axes))
    }
}
