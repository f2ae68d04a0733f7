//! `periodic`: a vector per number, from waves of learned frequencies.

use super::{Init, Layer, WeightSpec};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// Makes a vector of each number, from waves of learned frequencies: the periodic embedding of Gorishniy et al. 2022
    /// (arXiv:2203.05556), `relu(W·[sin(2π·c·x), cos(2π·c·x)] + b)`. A network learns sharp and wavy functions of a number much sooner
    /// from such a vector than from the number itself.
    ///
    /// Shape: `f32[rows, n]` to `f32[rows, n·width]`. The numbers should be of size one: put `-> standardize` or
    /// `-> robust_scale -> smooth_clip` before it. Weights: `frequency[n, frequencies]`, drawn from N(0, sigma²);
    /// `weight[n, 2·frequencies, width]`, drawn uniformly from ±1/√(2·frequencies), and `bias[n, width]`, drawn alike. With `lite`
    /// all numbers share the last two, `weight[1, …]` and `bias[1, …]`.
    pub struct Periodic = "periodic" {
        /// Width of each number's vector.
        pos width: usize = 8, in Range::AT_LEAST_ONE;
        /// Frequencies of each number.
        frequencies: usize = 16, in Range::AT_LEAST_ONE;
        /// How high the frequencies start: the deviation that they are drawn with.
        sigma: f64 = 0.1, in Range::POSITIVE;
        /// Whether all numbers share the layer behind their waves.
        lite: bool = false;
    }
}

impl Layer for Periodic {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        super::require_real("periodic", &inputs[0])?;
        super::require_rank("periodic", &inputs[0], 2..=2)?;
        super::require_features("periodic", &inputs[0])?;
        Ok(inputs[0].with_last(inputs[0].last().size.clone() * Dim::int(self.width as i64)))
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let (waves, width) = (Dim::int(2 * self.frequencies as i64), Dim::int(self.width as i64));
        let numbers = inputs[0].last().size.clone();
        let sets = if self.lite { Dim::int(1) } else { numbers.clone() };
        let init = Init::Uniform { bound_squared_times_fan: 1.0, fan: waves.clone() };
        let frequencies = vec![numbers, Dim::int(self.frequencies as i64)];
        vec![
            WeightSpec::bias("frequency", frequencies, Init::Normal { deviation: self.sigma }),
            WeightSpec::matrix("weight", vec![sets.clone(), waves, width.clone()], init.clone()),
            WeightSpec::bias("bias", vec![sets, width], init),
        ]
    }

    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        let waves = Dim::int(2 * self.frequencies as i64);
        inputs[0].elements_per_row() * waves.clone() + output.elements_per_row() * waves
    }
}
