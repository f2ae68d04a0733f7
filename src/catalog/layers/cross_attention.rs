//! `cross_attention`: every place of a sequence looks at those of another.

use super::attention::heads_fit;
use super::{Init, Layer, WeightSpec, require_sequence, same_rows};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// Multi-head attention of one sequence to another of the same rows (Vaswani et al. 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762)), as a decoder
    /// looks at what an encoder has read: `cross_attention(written, read, heads: 4)`. Each place of the first is a query; keys and values are made of the second:
    /// softmax(q·kᵀ/√width)·v, in several heads side by side.
    ///
    /// Padding of the second is looked at by none; a row without any place there sees one of zeros. In a head that writes, the first value may be what is written, since a place of it
    /// knows none of the others; keys and values are then computed once. The block `transformer_decoder` is made of it.
    ///
    /// Shape: `f32[rows, time, n]` and `f32[rows, other, m]` to `f32[rows, time, n]`; `heads` divides n. Weights: `weight_query[n, n]` and `bias_query[n]`,
    /// `weight_memory[m, 2·n]` and `bias_memory[2·n]` for keys and values side by side, drawn uniformly from ±√(6/(4·n)) and ±√(6/(2·n + 2·m)), `weight_output[n, n]`, drawn
    /// uniformly from ±1/√n, and `bias_output[n]`; the biases are zeros: all as PyTorch's `MultiheadAttention` has them where m is n.
    pub struct CrossAttention = "cross_attention" {
        /// How many means are made side by side, each of its share of the features.
        heads: usize = 1, in Range::AT_LEAST_ONE;
    }
}

impl Layer for CrossAttention {
    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        2..=2
    }

    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        for (index, input) in inputs.iter().enumerate() {
            require_sequence("cross_attention", input).map_err(|error| error.inputs([index]))?;
        }
        same_rows("cross_attention", inputs, 1)?;
        heads_fit(self.heads, &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let (width, memory) = (inputs[0].last().size.clone(), inputs[1].last().size.clone());
        let both = width.clone() * Dim::int(2);
        let glorot = |fan: Dim| Init::Uniform { bound_squared_times_fan: 6.0, fan };
        let uniform = Init::Uniform { bound_squared_times_fan: 1.0, fan: width.clone() };
        let square = || vec![width.clone(), width.clone()];
        vec![
            WeightSpec::matrix("weight_query", square(), glorot(width.clone() * Dim::int(4))),
            WeightSpec::bias("bias_query", vec![width.clone()], Init::Zeros),
            WeightSpec::matrix(
                "weight_memory",
                vec![memory.clone(), both.clone()],
                glorot(both.clone() + memory * Dim::int(2)),
            ),
            WeightSpec::bias("bias_memory", vec![both], Init::Zeros),
            WeightSpec::matrix("weight_output", square(), uniform),
            WeightSpec::bias("bias_output", vec![width.clone()], Init::Zeros),
        ]
    }

    /// The products; and each place with each one of the other sequence, where their number is known.
    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        let (width, other) = (inputs[0].last().size.clone(), inputs[1].axes[1].size.clone());
        let of_memory = inputs[1].elements_per_row() * width.clone() * Dim::int(2);
        output.elements_per_row() * (width * Dim::int(2) + other * Dim::int(2)) + of_memory
    }

    /// Of its own sequence a place knows itself alone, of the other all.
    fn along_time_of(&self, input: usize) -> AlongTime {
        if input == 0 { AlongTime::Place } else { AlongTime::All }
    }
}
