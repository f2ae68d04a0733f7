//! `add`: the sum of values of one shape.

use super::{Capabilities, Layer, require_real, same_axes, same_rows};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The sum of two or more values, written `a + b`.
    ///
    /// Shape: all `f32` of one shape and one row space, which is the output's.
    pub struct Add = "add" {}
}

impl Layer for Add {
    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        2..=usize::MAX
    }

    fn infer(&self, inputs: &[Type], undecided: &mut Undecided) -> Result<Type, ShapeError> {
        for (index, input) in inputs.iter().enumerate() {
            require_real("+", input).map_err(|error| error.inputs([index]))?;
            same_rows("+", inputs, index)?;
            same_axes("+", inputs, 0, index)?;
            let first = &inputs[0];
            let same = first.rank() == input.rank()
                && first
                    .axes
                    .iter()
                    .zip(&input.axes)
                    .skip(1)
                    .all(|(left, right)| undecided.require(&left.size, &right.size, "the values can be added"));
            if !same {
                return Err(ShapeError::new(format!("`+` needs values of one shape: {first} and {input}"))
                    .inputs([0, index])
                    .help(super::to_one_shape(
                        first,
                        input,
                        "bring both to one width, for example by `-> dense(…)`, or join them with `concat`",
                    )));
            }
        }
        Ok(inputs[0].clone())
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { commutative: true, ..Capabilities::default() }
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
