//! `pointer_generator`: a token is written, or one of the source copied.

use super::{Init, Layer, WeightSpec, require_features, require_sequence, same_axes, same_rows};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Kind, ShapeError, Type};

crate::entry! {
    /// Lets a head that writes copy from what was read (See et al. 2017, [arXiv:1704.04368](https://arxiv.org/abs/1704.04368)): the next token is written, as the logits say, with
    /// probability g, and else is a token of the source, as likely as it is looked at: ln(g·softmax(logits) + (1 − g)·Σ aᵢ·[token i]). The logarithms stand where logits
    /// stood, so that losses and decoders are as before.
    ///
    /// It takes four values: `pointer_generator(logits, states, read, tokens)`, the logits of the target's tokens, what they were made of, the encoder's output at each place of
    /// the source, and the tokens that stand there. Source and target are of one vocabulary (`characters(shared: "letters")` in both, or `bytes`), for a copied token is written as it was
    /// read. Places are looked at by a·k/√n, in one head, and g = σ(w·[state, what was looked at] + b).
    ///
    /// Shape: `f32[rows, time, v]`, `f32[rows, time, n]`, `f32[rows, source, m]` and `tokens(v)[rows, source]` to `f32[rows, time, v]`. Weights: `weight_query[n, n]`,
    /// `weight_key[m, n]`, `weight_gate[n + m, 1]`, drawn uniformly from ±1/√n (keys ±1/√m), and `bias_gate[1]`, zero.
    pub struct PointerGenerator = "pointer_generator" {}
}

impl Layer for PointerGenerator {
    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        4..=4
    }

    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        let name = "pointer_generator";
        for (index, input) in inputs[..3].iter().enumerate() {
            require_sequence(name, input).map_err(|error| error.inputs([index]))?;
            require_features(name, input).map_err(|error| error.inputs([index]))?;
        }
        let Kind::Tokens { vocabulary } = &inputs[3].kind else {
            return Err(ShapeError::new(format!(
                "`{name}` copies tokens, and the fourth value is {}",
                inputs[3].kind.words()
            ))
            .inputs([3])
            .help("give the input as it is before `embed`: `input letters from …` without layers, and `letters -> embed(64)` where it is read"));
        };
        (1..4).try_for_each(|index| same_rows(name, inputs, index))?;
        same_axes(name, inputs, 0, 1)?;
        let (read, tokens) = (&inputs[2].axes[1].size, &inputs[3].axes[1].size);
        if read != tokens {
            return Err(ShapeError::new(format!(
                "`{name}` needs the tokens at the places that were read: there are {tokens} tokens, and {read} places"
            ))
            .inputs([2, 3])
            .help("give what layers make of these tokens without changing their number"));
        }
        if *vocabulary != inputs[0].last().size {
            return Err(ShapeError::new(format!(
                "`{name}` writes what it copies, and source and target have tokens of their own: {vocabulary} and {}",
                inputs[0].last().size
            ))
            .inputs([0, 3])
            .help("let both have one vocabulary: `characters(shared: \"letters\")` in the input, `characters(shared: \"letters\", end: true)` in the target"));
        }
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let (width, memory) = (inputs[1].last().size.clone(), inputs[2].last().size.clone());
        let uniform = |fan: &Dim| Init::Uniform { bound_squared_times_fan: 1.0, fan: fan.clone() };
        let gate = vec![width.clone() + memory.clone(), Dim::int(1)];
        vec![
            WeightSpec::matrix("weight_query", vec![width.clone(), width.clone()], uniform(&width)),
            WeightSpec::matrix("weight_key", vec![memory.clone(), width.clone()], uniform(&memory)),
            WeightSpec::matrix("weight_gate", gate, uniform(&width)),
            WeightSpec::bias("bias_gate", vec![Dim::int(1)], Init::Zeros),
        ]
    }

    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        let (width, places) = (inputs[1].last().size.clone(), inputs[2].axes[1].size.clone());
        inputs[1].elements_per_row() * (width + places.clone()) + output.elements_per_row() * places
    }

    /// Of what is written a place knows itself alone, of the source all.
    fn along_time_of(&self, input: usize) -> AlongTime {
        if input < 2 { AlongTime::Place } else { AlongTime::All }
    }
}
