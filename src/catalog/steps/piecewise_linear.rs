//! `piecewise_linear`: cuts each number into parts, one per bin.

use super::{Step, needs_numbers};
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// Cuts each number into parts, one per bin, so that what comes after it can bend at every edge: the piecewise linear
    /// encoding of Gorishniy et al. 2022 (arXiv:2203.05556). Trees see a number in this way; for a network it is often the
    /// difference between smooth guesses and sharp ones.
    ///
    /// Shape: `f32[rows, n]` to `f32[rows, n·bins]`. The edges b are the quantiles of the training part, equal ones once. A bin
    /// below the value is 1, one above it 0, and the bin around it holds `(x − b_t) / (b_{t+1} − b_t)`; the first and last bin go
    /// on beyond their outer edge. A column with fewer edges leaves its last bins 0. Missing values stay missing.
    pub struct PiecewiseLinear = "piecewise_linear" {
        /// Bins per number.
        pos bins: usize = 16, in Range::AT_LEAST_ONE;
    }
}

impl Step for PiecewiseLinear {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_numbers("piecewise_linear", input)?;
        if input.rank() != 2 {
            return Err(ShapeError::new(format!("`piecewise_linear` needs numbers side by side, and gets {input}")));
        }
        Ok(input.with_last(input.last().size.clone() * Dim::int(self.bins as i64)))
    }

    fn fitted(&self) -> bool {
        true
    }

    fn removes_scale(&self) -> bool {
        true
    }
}
