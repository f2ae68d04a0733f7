//! `crf`: how well each tag fits a word, and each tag follows another.

use super::{Init, Layer, WeightSpec, require_sequence};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, ShapeError, Type};

crate::entry! {
    /// The scores of a conditional random field along time (Lafferty et al. 2001; Huang et al. 2015, [arXiv:1508.01991](https://arxiv.org/abs/1508.01991)): from one
    /// score per tag at each place, one for each tag behind each other tag. It stands last in a head, behind `dense(label.vocabulary)`; the loss
    /// [`crf`](losses.md#crf) learns from it and [`viterbi`](decoders.md#viterbi) finds the best sequence.
    ///
    /// At a place with x, the score of tag j behind tag i is x_j + transition_ij; at the first place of a row it is x_j + start_j for every i, and end_j is added at
    /// the last. Shape: `f32[rows, time, n]` to `f32[rows, time, n·n]`, i by i. Weights: `transition[n, n]`, `start[n]` and `end[n]`, zeros.
    pub struct Crf = "crf" {}
}

impl Layer for Crf {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_sequence("crf", &inputs[0])?;
        let tags = inputs[0].last().size.clone();
        Ok(inputs[0].with_last(tags.clone() * tags))
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let tags = inputs[0].last().size.clone();
        vec![
            WeightSpec::matrix("transition", vec![tags.clone(), tags.clone()], Init::Zeros),
            WeightSpec::bias("start", vec![tags.clone()], Init::Zeros),
            WeightSpec::bias("end", vec![tags], Init::Zeros),
        ]
    }

    fn operations(&self, _inputs: &[Type], output: &Type) -> Dim {
        output.elements_per_row()
    }
}
