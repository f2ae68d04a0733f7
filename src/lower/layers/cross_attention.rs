//! `cross_attention`: every place of a sequence looks at those of another.

use burn::tensor::Tensor;

use super::looking::Looking;
use super::{Compute, Cotangents, Forward, Recorded, State, Vjp};
use crate::catalog::layers::cross_attention::CrossAttention;
use crate::kernels::Kept;
use crate::kernels::cross_attention::{Across, attend, attend_kept, gradients};
use crate::kernels::dense::bias_gradient;
use crate::lower::{Real, Value, half};

/// X·W + b at every place.
fn linear(x: &Real, weight: &Real, bias: &Real, half: bool) -> Tensor<3> {
    let [rows, places, _] = x.ranked::<3>().dims();
    half::dense(&x.by_last(), &weight.ranked(), Some(&bias.flat()), half).reshape([rows, places, weight.width()])
}

/// Of each row how many places are looked at: one at least, which is zeros where there is none, so that its weights are numbers.
fn seen(memory: &Real) -> Option<Vec<usize>> {
    memory.extents().of(1).map(|lengths| lengths.iter().map(|length| (*length).max(1)).collect())
}

impl CrossAttention {
    fn across<'a>(&self, x: &'a Real, keys: Option<&'a [usize]>) -> Across<'a> {
        Across { heads: self.heads, queries: x.extents().of(1).map(|lengths| &**lengths), keys }
    }
}

impl Compute for CrossAttention {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let (x, memory) = (call.x().filled(0.0), call.inputs[1].real().filled(0.0));
        let seen = seen(&memory);
        let across = self.across(&x, seen.as_deref());
        let queries = linear(&x, &call.weights[0], &call.weights[1], call.half);
        let given = linear(&memory, &call.weights[2], &call.weights[3], call.half);
        let (mixed, kept) = match call.training {
            true => attend_kept(&queries, &given, &across),
            false => (attend(&queries, &given, &across), Kept::new()),
        };
        let mixed = Real::new(mixed);
        let output = x.like(linear(&mixed, &call.weights[4], &call.weights[5], call.half));
        call.kept = [Real::new(queries), Real::new(given), mixed].map(Value::Real).into();
        call.keep(kept);
        Value::Real(output)
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }

    fn attention(&self, call: &Recorded<'_>) -> Option<Tensor<3>> {
        let (x, memory) = (call.x().filled(0.0), call.inputs[1].real().filled(0.0));
        let queries = linear(&x, &call.weights[0], &call.weights[1], call.half);
        let keys = linear(&memory, &call.weights[2], &call.weights[3], call.half).narrow(2, 0, x.width());
        let seen = seen(&memory);
        let looking = Looking { heads: self.heads, causal: false, first: 0, lengths: seen.as_deref(), distances: None };
        Some(looking.seen(queries, keys, &x.device()))
    }

    /// The state is keys and values of the other sequence, which do not change.
    fn step(&self, call: &mut Forward<'_>, state: &mut State) -> Value {
        let (x, memory) = (call.x().clone(), call.inputs[1].real());
        // All beginnings of an answer look at the same places: they are the queries of one row.
        let [beginnings, places, width] = memory.ranked::<3>().dims();
        let each = state.beginnings.max(1);
        let rows = beginnings / each;
        if state.read.is_empty() {
            let memory = memory.filled(0.0).ranked::<3>().reshape([rows, each * places, width]).narrow(1, 0, places);
            state.read = vec![Real::new(linear(&Real::new(memory), &call.weights[2], &call.weights[3], call.half))];
        }
        let queries = linear(&x, &call.weights[0], &call.weights[1], call.half);
        let features = queries.dims()[2];
        let seen = seen(memory).map(|seen| seen.into_iter().step_by(each).collect::<Vec<_>>());
        let across = Across { heads: self.heads, queries: None, keys: seen.as_deref() };
        let mixed = attend(&queries.reshape([rows, each, features]), &state.read[0].ranked(), &across);
        let mixed = Real::new(mixed.reshape([beginnings, 1, features]));
        Value::Real(x.like(linear(&mixed, &call.weights[4], &call.weights[5], call.half)))
    }
}

impl Vjp for CrossAttention {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, memory) = (call.x().filled(0.0), call.inputs[1].real().filled(0.0));
        let seen = seen(&memory);
        let across = self.across(&x, seen.as_deref());
        let [queries, given, mixed] = [0, 1, 2].map(|which| call.kept[which].real());
        let slopes = cotangent.by_last();
        let of_mixed = half::of_rows(&call.weights[4].ranked(), &slopes, call.half);
        let of_mixed = mixed.like(of_mixed).ranked();
        let found = gradients(&queries.ranked(), &given.ranked(), &of_mixed, &across, &call.kept()[3..]);
        let [of_queries, of_given] = found.map(|of| Real::new(of).by_last());
        let back = |input: usize, values: &Real, slopes: &Tensor<2>, weight: usize| {
            call.wants_inputs[input]
                .then(|| values.like(half::of_rows(&call.weights[weight].ranked(), slopes, call.half)).filled(0.0))
        };
        let inputs = vec![back(0, &x, &of_queries, 0), back(1, &memory, &of_given, 2)];
        let mut weights = Vec::new();
        if call.wants_weights {
            for (values, slopes) in [(&x, &of_queries), (&memory, &of_given), (mixed, &slopes)] {
                weights.push(Some(Real::new(half::of_weight(&values.by_last(), slopes, call.half))));
                weights.push(Some(Real::new(bias_gradient(slopes))));
            }
        }
        Cotangents { inputs, weights }
    }
}
