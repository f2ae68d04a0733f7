//! `concat`: values side by side.

use super::{Layer, require_real, same_axes, same_rows};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, ShapeError, Type};

crate::entry! {
    /// Puts values of the same rows side by side: along the channels of pictures and clips, along the features of all else.
    ///
    /// Shape: `f32[rows, a]` and `f32[rows, b]` to `f32[rows, a + b]`; `f32[rows, A, H, W]` and `f32[rows, B, H, W]` to
    /// `f32[rows, A + B, H, W]`. All other axes must be the same; a length that differs from row to row is only the same as
    /// itself. Rows of different data sets cannot stand side by side: stack them with `union`.
    pub struct Concat = "concat" {}
}

impl Layer for Concat {
    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        2..=usize::MAX
    }

    fn infer(&self, inputs: &[Type], undecided: &mut Undecided) -> Result<Type, ShapeError> {
        let first = &inputs[0];
        super::require_rank("concat", first, 2..=usize::MAX)?;
        require_real("concat", first)?;
        let Some(axis) = first.feature_axis() else {
            return Err(ShapeError::new(format!("`concat` joins along channels or features, and {first} has neither")));
        };
        let mut size = Dim::int(0);
        for (index, input) in inputs.iter().enumerate() {
            require_real("concat", input).map_err(|error| error.inputs([index]))?;
            same_rows("concat", inputs, index)?;
            same_axes("concat", inputs, 0, index)?;
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
                    .inputs([0, index])
                    .help(help));
            }
            size = size + input.axes[axis].size.clone();
        }
        let mut output = first.clone();
        output.axes[axis].size = size;
        Ok(output)
    }
}
