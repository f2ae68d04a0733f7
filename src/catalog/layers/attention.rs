//! `attention`: every place of a sequence looks at the others.

use super::{Init, Layer, WeightSpec, require_sequence};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// Multi-head self-attention (Vaswani et al. 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762)): each place becomes a mean of all
    /// places of its row, weighed by how well its query fits their keys, softmax(q·kᵀ/√width)·v, in several heads side by side.
    ///
    /// Padding is looked at by none. It does not know the order of the places: put `positions` before, or let it look by how far apart two places are, which needs none. With
    /// `rotary`, queries and keys are turned by how far along the place stands, the pair of features i and i + w/2 of a head of w by place / base^(2i/w) (Su et al. 2021,
    /// [arXiv:2104.09864](https://arxiv.org/abs/2104.09864)). With `relative`, a query is held against the key and against a learned vector of the distance between the two, a′:
    /// softmax(q·(k + a′)ᵀ/√w)·v (Shaw et al. 2018, [arXiv:1803.02155](https://arxiv.org/abs/1803.02155), without distances in the values); what is farther away than so many
    /// places counts as that far. The first is the faster one, the second learns what is near in texts of all lengths.
    ///
    /// A block of a transformer is `let a = x + (x -> layer_norm -> attention(heads: 4))` and then `a + (a -> layer_norm -> dense(4·n) -> gelu -> dense(n))`.
    ///
    /// If `causal`, a place sees itself and those before it. So it can stand in a head that writes, and then keeps keys and values of
    /// what came before.
    ///
    /// Shape: `f32[rows, time, n]`, unchanged; `heads` divides n. Weights: `weight_input[n, 3·n]` and `bias_input[3·n]` for queries, keys and
    /// values side by side, drawn uniformly from ±√(6/(4·n)) and zeros, `weight_output[n, n]`, drawn uniformly from ±1/√n, and
    /// `bias_output[n]`, zeros, as PyTorch's `MultiheadAttention` has them; `distances[2·relative + 1, n/heads]`, or `distances[relative + 1, n/heads]` if `causal`, the
    /// farthest one before the place first, drawn from N(0, 0.02²).
    pub struct Attention = "attention" {
        /// How many means are made side by side, each of its share of the features.
        heads: usize = 1, in Range::AT_LEAST_ONE;
        /// Whether a place sees no place behind it.
        causal: bool = false;
        /// The base of rotary positions, such as 10000; 0 for none.
        rotary: f64 = 0.0, in Range::NON_NEGATIVE;
        /// Up to how many places away a distance has a vector of its own; 0 for none.
        relative: usize = 0;
    }
}

impl Layer for Attention {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        let input = &inputs[0];
        require_sequence("attention", input)?;
        heads_fit(self.heads, input)?;
        match input.last().size.value() {
            Some(width) if self.rotary > 0.0 => turns_pairs(width / self.heads as i64)?,
            _ => {}
        }
        Ok(input.clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let width = inputs[0].last().size.clone();
        let all = width.clone() * Dim::int(3);
        // Glorot's for a product of n and 3·n.
        let glorot = Init::Uniform { bound_squared_times_fan: 6.0, fan: width.clone() * Dim::int(4) };
        let uniform = Init::Uniform { bound_squared_times_fan: 1.0, fan: width.clone() };
        let of_head = width.clone().floor_div(self.heads as i64);
        let mut weights = vec![
            WeightSpec::matrix("weight_input", vec![width.clone(), all.clone()], glorot),
            WeightSpec::bias("bias_input", vec![all], Init::Zeros),
            WeightSpec::matrix("weight_output", vec![width.clone(), width.clone()], uniform),
            WeightSpec::bias("bias_output", vec![width], Init::Zeros),
        ];
        if self.relative > 0 {
            let shape = vec![Dim::int(self.distances() as i64), of_head];
            weights.push(WeightSpec::bias("distances", shape, Init::Normal { deviation: 0.02 }));
        }
        weights
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

impl Attention {
    /// How many distances have a vector.
    pub fn distances(&self) -> usize {
        if self.causal { self.relative + 1 } else { 2 * self.relative + 1 }
    }
}

/// An error unless the features of a head are pairs.
pub(super) fn turns_pairs(of_head: i64) -> Result<(), ShapeError> {
    if of_head % 2 == 0 {
        return Ok(());
    }
    let what = format!("rotary positions turn pairs of features, and a head has {of_head}");
    Err(ShapeError::new(what).parameter("rotary"))
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
            Attention { heads, causal: false, rotary: 0.0, relative: 0 }.infer(&[text], &mut Undecided::default())
        };
        assert!(infer(4, 12).is_ok());
        assert!(infer(5, 12).is_err());
        assert_eq!((fitting(12, 5), fitting(7, 5)), (4, 1));
    }
}
