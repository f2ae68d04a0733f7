//! `layer_mix`: a learned average of values, such as all layers of a trunk.

use super::{Capabilities, Init, Layer, WeightSpec, same_shape};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, ShapeError, Type};

crate::entry! {
    /// A learned average of values of one shape, scaled: `scale · Σ softmax(w)ₖ · vₖ` (the scalar mix of Peters et al. 2018,
    /// arXiv:1802.05365). Written in a task, it lets that task choose how much it wants of each layer of the trunk.
    ///
    /// Shape: two or more `f32[rows, …]` of one shape, which is the output's. Weights: `weight[n]`, zeros, so that it starts as the
    /// mean; `scale[1]`, one. The report shows the shares.
    ///
    /// ```text
    /// task kind: classification from layer_mix(trunk.low, trunk.middle, trunk.high) { label: shots.kind }
    /// ```
    pub struct LayerMix = "layer_mix" {}
}

impl Layer for LayerMix {
    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        2..=usize::MAX
    }

    fn infer(&self, inputs: &[Type], undecided: &mut Undecided) -> Result<Type, ShapeError> {
        same_shape("layer_mix", inputs, 0, undecided)?;
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        vec![
            WeightSpec::bias("weight", vec![Dim::int(inputs.len() as i64)], Init::Zeros),
            WeightSpec::bias("scale", vec![Dim::int(1)], Init::Ones),
        ]
    }

    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        output.elements_per_row() * Dim::int(inputs.len() as i64)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { reports: Some("mix"), ..Capabilities::default() }
    }
}
