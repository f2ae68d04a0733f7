//! `attention`: every place of a sequence looks at the others.

use super::{Init, Layer, WeightSpec, require_sequence};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// Multi-head self-attention (Vaswani et al. 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762)): each place becomes a mean of all
    /// places of its row, weighed by how well its query fits their keys, softmax(q·kᵀ/√width)·v, in several heads side by side.
    ///
    /// Padding is looked at by none. It does not know the order of the places: put `positions` before. A block of a transformer is
    /// `let a = x + (x -> layer_norm -> attention(heads: 4))` and then `a + (a -> layer_norm -> dense(4·n) -> gelu -> dense(n))`.
    ///
    /// If `causal`, a place sees itself and those before it. So it can stand in a head that writes, and then keeps keys and values of
    /// what came before.
    ///
    /// Shape: `f32[rows, time, n]`, unchanged; `heads` divides n. Weights: `weight_input[n, 3·n]` and `bias_input[3·n]` for queries, keys and
    /// values side by side, drawn uniformly from ±√(6/(4·n)) and zeros, `weight_output[n, n]`, drawn uniformly from ±1/√n, and
    /// `bias_output[n]`, zeros, as PyTorch's `MultiheadAttention` has them.
    pub struct Attention = "attention" {
        /// How many means are made side by side, each of its share of the features.
        heads: usize = 1, in Range::AT_LEAST_ONE;
        /// Whether a place sees no place behind it.
        causal: bool = false;
    }
}

impl Layer for Attention {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        let input = &inputs[0];
        require_sequence("attention", input)?;
        heads_fit(self.heads, input)?;
        Ok(input.clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let width = inputs[0].last().size.clone();
        let all = width.clone() * Dim::int(3);
        // Glorot's for a product of n and 3·n.
        let glorot = Init::Uniform { bound_squared_times_fan: 6.0, fan: width.clone() * Dim::int(4) };
        let uniform = Init::Uniform { bound_squared_times_fan: 1.0, fan: width.clone() };
        vec![
            WeightSpec::matrix("weight_input", vec![width.clone(), all.clone()], glorot),
            WeightSpec::bias("bias_input", vec![all], Init::Zeros),
            WeightSpec::matrix("weight_output", vec![width.clone(), width.clone()], uniform),
            WeightSpec::bias("bias_output", vec![width], Init::Zeros),
        ]
    }

    /// The four products; and each place with each other one, where their number is known.
    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        let (width, time) = (inputs[0].last().size.clone(), inputs[0].axes[1].size.clone());
        output.elements_per_row() * (width * Dim::int(4) + time * Dim::int(2))
    }

    fn along_time(&self) -> AlongTime {
        if self.causal { AlongTime::Past } else { AlongTime::All }
    }
}

/// An error unless so many heads can share the features.
pub(super) fn heads_fit(heads: usize, input: &Type) -> Result<(), ShapeError> {
    match input.last().size.value() {
        Some(width) if width % heads as i64 != 0 => {
            Err(ShapeError::new(format!("{heads} heads cannot share {width} features evenly"))
                .parameter("heads")
                .help(format!("use `heads: {}`, or make the features a multiple of {heads}", fitting(width, heads))))
        }
        _ => Ok(()),
    }
}

/// The largest number of heads up to so many that divides the features.
fn fitting(width: i64, heads: usize) -> i64 {
    (1..=heads as i64).rev().find(|heads| width % heads == 0).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Axis;

    #[test]
    fn heads_share_the_features() {
        let infer = |heads: usize, width: i64| {
            let text = Type::real(Axis::new("rows", Dim::symbol("rows(d)")), [Dim::int(7), Dim::int(width)]);
            let text = Type {
                axes: text
                    .axes
                    .into_iter()
                    .zip(["rows", Axis::TIME, Axis::FEATURES])
                    .map(|(axis, name)| Axis::new(name, axis.size))
                    .collect(),
                ..text
            };
            Attention { heads, causal: false }.infer(&[text], &mut Undecided::default())
        };
        assert!(infer(4, 12).is_ok());
        assert!(infer(5, 12).is_err());
        assert_eq!((fitting(12, 5), fitting(7, 5)), (4, 1));
    }
}
