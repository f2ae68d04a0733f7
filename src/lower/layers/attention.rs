//! `attention`: every place of a sequence looks at the others.

use burn::tensor::Tensor;

use super::looking::{Distances, Looking};
use super::rotary::turned;
use super::{Compute, Cotangents, Forward, Recorded, State, Vjp};
use crate::catalog::layers::attention::Attention;
use crate::kernels::Kept;
use crate::kernels::attention::{Looks, attend, attend_kept, gradient};
use crate::kernels::dense::bias_gradient;
use crate::lower::{Real, Value, half};

/// X·W + b, the features last.
fn linear(x: &Real, weight: &Real, bias: &Real, half: bool) -> Tensor<2> {
    half::dense(&x.by_last(), &weight.ranked(), Some(&bias.flat()), half)
}

impl Attention {
    fn looks<'a>(&self, x: &'a Real) -> Looks<'a> {
        Looks { heads: self.heads, lengths: lengths(x), causal: self.causal }
    }

    /// Queries, keys and values side by side of so many places in each row, of which the first stands at `first`.
    fn given(&self, x: &Real, weights: &[Real], half: bool, [places, first]: [usize; 2]) -> Tensor<3> {
        let given = linear(x, &weights[0], &weights[1], half);
        let all = given.dims()[1];
        self.turned(given.reshape([x.rows(), places, all]), first, false)
    }

    /// Queries, keys and values side by side, the first two turned by where their place stands, or back.
    fn turned(&self, given: Tensor<3>, first: usize, back: bool) -> Tensor<3> {
        if self.rotary == 0.0 {
            return given;
        }
        let all = given.dims()[2] / 3;
        let device = given.device();
        // Heads of queries and then of keys.
        let both = turned(given.clone().narrow(2, 0, 2 * all), self.rotary, 2 * self.heads, first, back, &device);
        Tensor::cat(vec![both, given.narrow(2, 2 * all, all)], 2)
    }

    /// For queries from `first` on, of keys that are each row's own.
    fn looking<'a>(&self, weights: &[Real], first: usize, lengths: Option<&'a [usize]>) -> Looking<'a> {
        let table = weights.get(4).map(Real::ranked);
        let distances = table.map(|table| Distances { most: self.relative, table });
        Looking { heads: self.heads, causal: self.causal, first, lengths, distances }
    }
}

/// Of each row, how many places are its own, if they differ.
fn lengths(x: &Real) -> Option<&[usize]> {
    x.extents().of(1).map(|lengths| &**lengths)
}

/// Queries; and keys and values side by side.
struct Parts {
    query: Tensor<3>,
    seen: Tensor<3>,
}

impl Parts {
    fn of(given: Tensor<3>) -> Self {
        let all = given.dims()[2] / 3;
        Self { query: given.clone().narrow(2, 0, all), seen: given.narrow(2, all, 2 * all) }
    }
}

impl Compute for Attention {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x().filled(0.0);
        let given = self.given(&x, call.weights, call.half, [x.shape()[1], 0]);
        let (mixed, kept) = match call.training {
            _ if self.relative > 0 => {
                let Parts { query, seen } = Parts::of(given.clone());
                (self.looking(call.weights, 0, lengths(&x)).attend(query, seen, call.device), Kept::new())
            }
            true => attend_kept(&given, &self.looks(&x)),
            false => (attend(&given, &self.looks(&x)), Kept::new()),
        };
        let mixed = Real::new(mixed);
        let output = x.like(linear(&mixed, &call.weights[2], &call.weights[3], call.half));
        call.kept = vec![Value::Real(Real::new(given)), Value::Real(mixed)];
        call.keep(kept);
        Value::Real(output)
    }

    /// Distances have none of their own.
    fn vjp(&self) -> Option<&dyn Vjp> {
        (self.relative == 0).then_some(self)
    }

    fn attention(&self, call: &Recorded<'_>) -> Option<Tensor<3>> {
        let x = call.x().filled(0.0);
        let given = self.given(&x, call.weights, call.half, [x.shape()[1], 0]);
        let Parts { query, seen } = Parts::of(given);
        let looking = self.looking(call.weights, 0, lengths(&x));
        Some(looking.seen(query, seen.narrow(2, 0, x.width()), &x.device()))
    }

    /// The state is the keys and values of the places before.
    fn step(&self, call: &mut Forward<'_>, state: &mut State) -> Value {
        let x = call.x();
        // Nothing stands behind it.
        let mixed = if self.relative > 0 {
            let before = state.written.first().map(Real::ranked::<3>);
            let first = before.as_ref().map_or(0, |before| before.dims()[1]);
            let own = Parts::of(self.given(x, call.weights, call.half, [1, first]));
            let seen = Tensor::cat(before.into_iter().chain([own.seen]).collect(), 1);
            state.written = vec![Real::new(seen.clone())];
            self.looking(call.weights, first, None).attend(own.query, seen, call.device)
        } else {
            let own = Parts::of(self.given(x, call.weights, call.half, [1, state.past.places()]));
            state.past.push(own.seen);
            state.past.attend(&own.query, self.heads)
        };
        let mixed = Real::new(mixed);
        Value::Real(x.like(linear(&mixed, &call.weights[2], &call.weights[3], call.half)))
    }
}

impl Vjp for Attention {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x().filled(0.0);
        let (given, mixed) = (call.kept[0].real(), call.kept[1].real());
        let slopes = cotangent.by_last();
        let of_mixed = half::of_rows(&call.weights[2].ranked(), &slopes, call.half);
        let of_given = gradient(&given.ranked(), &mixed.like(of_mixed).ranked(), &self.looks(&x), &call.kept()[2..]);
        let of_given = Real::new(self.turned(of_given, 0, true)).by_last();
        let back = call.wants_inputs[0]
            .then(|| x.like(half::of_rows(&call.weights[0].ranked(), &of_given, call.half)).filled(0.0));
        let mut weights = Vec::new();
        if call.wants_weights {
            let product =
                |left: &Real, right: &Tensor<2>| Some(Real::new(half::of_weight(&left.by_last(), right, call.half)));
            let all = |slopes: &Tensor<2>| Some(Real::new(bias_gradient(slopes)));
            weights = vec![product(&x, &of_given), all(&of_given), product(mixed, &slopes), all(&slopes)];
        }
        Cotangents { inputs: vec![back], weights }
    }
}
