//! `concat`: values side by side.

use super::{Layer, require_real, same_axes, same_rows};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, ShapeError, Type};

crate::entry! {
    /// Puts values of the same rows side by side: along the channels of pictures and clips, along the features of all else.
    ///
    /// A vector beside sequences stands at every place of them.
    ///
    /// Shape: `f32[rows, a]` and `f32[rows, b]` to `f32[rows, a + b]`; `f32[rows, time, a]` and `f32[rows, b]` to `f32[rows, time, a + b]`;
    /// `f32[rows, A, H, W]` and `f32[rows, B, H, W]` to
    /// `f32[rows, A + B, H, W]`. All other axes must be the same; a length that differs from row to row is only the same as
    /// itself. Rows of different data sets cannot stand side by side: stack them with `union`.
    pub struct Concat = "concat" {}
}

impl Layer for Concat {
    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        2..=usize::MAX
    }

    fn infer(&self, inputs: &[Type], undecided: &mut Undecided) -> Result<Type, ShapeError> {
        // What the others stand beside: the first value, or the first sequence where vectors come before it.
        let sequence = inputs.iter().position(Type::is_sequence).filter(|_| inputs[0].is_vector());
        let at_first = sequence.unwrap_or(0);
        let first = &inputs[at_first];
        super::require_rank("concat", first, 2..=usize::MAX)?;
        require_real("concat", first)?;
        let Some(axis) = first.feature_axis() else {
            return Err(ShapeError::new(format!("`concat` joins along channels or features, and {first} has neither")));
        };
        let mut size = Dim::int(0);
        for (index, input) in inputs.iter().enumerate() {
            require_real("concat", input).map_err(|error| error.inputs([index]))?;
            same_rows("concat", inputs, index)?;
            if first.is_sequence() && input.is_vector() {
                size = size + input.last().size.clone();
                continue;
            }
            same_axes("concat", inputs, at_first, index)?;
            let fits = input.rank() == first.rank()
                && first.axes.iter().zip(&input.axes).enumerate().skip(1).all(|(at, (left, right))| {
                    at == axis || undecided.require(&left.size, &right.size, "the values can stand side by side")
                });
            if !fits {
                let help = match (first.members(), input.members()) {
                    (Some(members), None) | (None, Some(members)) => format!(
                        "one has the members of an ensemble, the other none: put `-> ensemble({members})` behind that one too, \
                         or join them before they part"
                    ),
                    _ if input.rank() == first.rank() => {
                        "all sizes but the one along which they are joined must be the same".to_string()
                    }
                    _ => super::to_one_shape(
                        first,
                        input,
                        "bring both to the same number of dimensions, for example by `-> flatten`",
                    ),
                };
                return Err(ShapeError::new(format!("`concat` cannot join {first} and {input}"))
                    .inputs([at_first, index])
                    .help(help));
            }
            size = size + input.axes[axis].size.clone();
        }
        let mut output = first.clone();
        output.axes[axis].size = size;
        Ok(output)
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
