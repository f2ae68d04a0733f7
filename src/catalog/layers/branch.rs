//! `branch`: learns which one of several values to take.

use super::{Capabilities, Init, Layer, WeightSpec, same_shape};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// Takes one of several values of one shape, the same for every row, and learns which (as in Guo et al. 2020,
    /// arXiv:2006.01895; Sun et al. 2020, arXiv:1911.12423).
    ///
    /// While training, each step draws one by probability softmax(w), with Gumbel noise, and gradients reach `w` as if the draw
    /// had been softmax((w + noise) / temperature) (the straight-through estimator of Jang et al. 2017, arXiv:1611.01144).
    /// When evaluating, it takes the most probable one. Which one a step draws is a function of the seed, the layer's path and the step.
    ///
    /// Shape: two or more `f32[rows, …]` of one shape, which is the output's. Weights: `weight[n]`, zeros: all alike. The report
    /// shows the probabilities.
    pub struct Branch = "branch" {
        /// The higher, the more evenly the gradient spreads over the choices.
        temperature: f64 = 1.0, in Range::POSITIVE;
    }
}

impl Layer for Branch {
    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        2..=usize::MAX
    }

    fn infer(&self, inputs: &[Type], undecided: &mut Undecided) -> Result<Type, ShapeError> {
        same_shape("branch", inputs, 0, undecided)?;
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        vec![WeightSpec::bias("weight", vec![Dim::int(inputs.len() as i64)], Init::Zeros)]
    }

    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        output.elements_per_row() * Dim::int(inputs.len() as i64)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { random: true, mode_dependent: true, reports: Some("branch"), ..Capabilities::default() }
    }
}
