//! `mixture`: a sum weighed row by row by a gate.

use super::{Layer, require_rank, require_real, same_rows, same_shape};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, ShapeError, Type};

crate::entry! {
    /// The sum of values of one shape, each times its column of a gate: `mixture(x -> gate(2), a, b)` is g₁·a + g₂·b, with other
    /// shares for every row (mixture of experts, Jacobs et al. 1991).
    ///
    /// Shape: `f32[rows, n]`, then n values `f32[rows, …]` of one shape, which is the output's.
    pub struct Mixture = "mixture" {}
}

impl Layer for Mixture {
    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        2..=usize::MAX
    }

    fn infer(&self, inputs: &[Type], undecided: &mut Undecided) -> Result<Type, ShapeError> {
        let (gate, values) = (&inputs[0], inputs.len() - 1);
        require_real("mixture", gate)?;
        require_rank("mixture", gate, 2..=2)?;
        same_shape("mixture", inputs, 1, undecided)?;
        same_rows("mixture", inputs, 1)?;
        let wanted = Dim::int(values as i64);
        if !undecided.require(&gate.last().size, &wanted, "each value of a `mixture` has a share") {
            return Err(ShapeError::new(format!(
                "`mixture` needs one share per value: it gets {} for {values}",
                gate.last().size
            ))
            .help(format!("the first value is the gate: `mixture(x -> gate({values}), …)`")));
        }
        Ok(inputs[1].clone())
    }

    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        output.elements_per_row() * Dim::int(inputs.len() as i64 - 1)
    }
}
