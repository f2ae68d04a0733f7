//! `unembed`: how well each token fits, by the vectors that it is read by.

use super::{Capabilities, End, Init, Layer, LayerDef, WeightSpec, require_features};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// How well each token fits what flows in: its product with the vector by which an `embed` reads the token, x·Eᵀ/√n. So the vectors are learnt from both ends, and a
    /// head has no second table as large (Press & Wolf 2017, [arXiv:1608.05859](https://arxiv.org/abs/1608.05859); Vaswani et al. 2017).
    ///
    /// The second value is what the `embed` gives, and says which table it is: `past = previous(target) -> embed(64)` and then
    /// `unembed(…, past)`. Divided by √n, since the vectors start from N(0, 1).
    ///
    /// Shape: `f32[rows, …, n]` and what an `embed(n)` gives to `f32[rows, …, units]`. Weights: those of the `embed`, and none of its own.
    pub struct Unembed = "unembed" {
        /// How many tokens there are; left out, as many as the table has.
        units: Option<Dim>, in Range::AT_LEAST_ONE;
    }
}

impl Layer for Unembed {
    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        2..=2
    }

    fn infer(&self, inputs: &[Type], undecided: &mut Undecided) -> Result<Type, ShapeError> {
        for (index, input) in inputs.iter().enumerate() {
            require_features("unembed", input).map_err(|error| error.inputs([index]))?;
        }
        let (width, of_table) = (&inputs[0].last().size, &inputs[1].last().size);
        if !undecided.require(width, of_table, "`unembed` multiplies with vectors of the same width") {
            return Err(ShapeError::new(format!(
                "`unembed` multiplies with the vectors of an `embed({of_table})`, and gets {width} features"
            ))
            .inputs([0, 1])
            .help(format!("bring them to the width of the vectors: `-> dense({of_table})`")));
        }
        Ok(inputs[0].with_last(self.units()))
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let shape = vec![self.units(), inputs[1].last().size.clone()];
        vec![WeightSpec::matrix("weight", shape, Init::Rows { deviation: 1.0, zeros: End::First })]
    }

    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        output.elements_per_row() * inputs[0].last().size.clone()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { borrows_weights: true, ..Capabilities::default() }
    }

    fn with_lent(&self, weights: &[WeightSpec]) -> Option<LayerDef> {
        let units = weights.first()?.shape.first()?.clone();
        Some(LayerDef::Unembed(Self { units: Some(self.units.clone().unwrap_or(units)) }))
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}

impl Unembed {
    fn units(&self) -> Dim {
        self.units.clone().unwrap_or_else(|| Dim::symbol("units"))
    }
}
