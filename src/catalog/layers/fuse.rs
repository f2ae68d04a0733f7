//! `fuse`: values side by side, brought back to the width of one.

use super::{Capabilities, Init, Layer, WeightSpec, same_shape};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// Joins values of one shape along the channels and maps them linearly to the channels of one, at every place alike (a 1×1
    /// convolution): the layer of neural discriminative dimensionality reduction (Gao et al. 2019, arXiv:1801.08297). It starts as a
    /// weighted sum and learns which channels go where.
    ///
    /// Shape: n ≥ 2 values `f32[rows, …]` of one shape, which is the output's; channels are those of pictures, and features of all else.
    /// Weights: `weight[n, C, C]`, from each value's channels to the output's, `own` times the identity for the first and equal
    /// shares of the rest, to 1, for the others; no bias. The report shows each value's part: the root mean square of its matrix,
    /// as a share of all.
    pub struct Fuse = "fuse" {
        /// What the first value counts at the start.
        own: f64 = 0.9, in Range::UNIT;
    }
}

impl Layer for Fuse {
    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        2..=usize::MAX
    }

    fn infer(&self, inputs: &[Type], undecided: &mut Undecided) -> Result<Type, ShapeError> {
        same_shape("fuse", inputs, 0, undecided)?;
        super::require_channels("fuse", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let channels = super::channels(&inputs[0]).clone();
        let rest = (1.0 - self.own) / (inputs.len().max(2) - 1) as f64;
        let factors = (0..inputs.len()).map(|value| if value == 0 { self.own } else { rest }).collect();
        let shape = vec![Dim::int(inputs.len() as i64), channels.clone(), channels];
        vec![WeightSpec::matrix("weight", shape, Init::Identities(factors))]
    }

    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        let channels = super::channels(output).clone();
        output.elements_per_row() * channels * Dim::int(inputs.len() as i64)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { reports: Some("fuse"), ..Capabilities::default() }
    }
}
