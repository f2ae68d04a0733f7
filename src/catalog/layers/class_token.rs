//! `class_token`: a learned place before all others.

use super::{Init, Layer, WeightSpec, require_sequence};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, ShapeError, Type};

crate::entry! {
    /// Puts a learned vector before the first place of each sequence, in which attention can gather what is to be said of the whole
    /// (Devlin et al. 2019, arXiv:1810.04805; of pictures Dosovitskiy et al. 2021, arXiv:2010.11929); [`first_pool`](layers.md#first_pool) reads it at the end.
    ///
    /// Shape: `f32[rows, time, n]` to `f32[rows, time + 1, n]`, `time` the same in every row. Weights: `token[n]`, drawn from N(0, 0.02²). Texts,
    /// whose lengths differ, get such a token by the step [`special`](steps.md#special).
    pub struct ClassToken = "class_token" {}
}

impl Layer for ClassToken {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_sequence("class_token", &inputs[0])?;
        super::require_fixed("class_token", &inputs[0])
            .map_err(|error| error.help("texts get one by the step `special(start: true)`"))?;
        let mut output = inputs[0].clone();
        output.axes[1].size = output.axes[1].size.clone() + Dim::int(1);
        Ok(output)
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        vec![WeightSpec::bias("token", vec![inputs[0].last().size.clone()], Init::Normal { deviation: 0.02 })]
    }
}
