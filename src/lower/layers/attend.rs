//! `attend`: what attention does with queries, keys and values that are given.

use burn::tensor::{Device, Tensor};

use super::looking::Looking;
use super::rotary::turned;
use super::{Compute, Cotangents, Forward, Recorded, State, Vjp};
use crate::catalog::layers::attend::Attend;
use crate::kernels::Kept;
use crate::kernels::attention::{Looks, attend, attend_kept, gradient};
use crate::lower::{Real, Value};

impl Attend {
    fn looks<'a>(&self, queries: &'a Real) -> Looks<'a> {
        let lengths = queries.extents().of(1).map(|lengths| &**lengths);
        Looks { heads: self.heads, lengths, causal: self.causal }
    }

    /// Queries, keys and values side by side, turned and with a head of keys for each of queries; of places from `first` on.
    fn side_by_side(&self, inputs: [Tensor<3>; 3], first: usize, device: &Device) -> Tensor<3> {
        let [queries, keys, values] = inputs;
        let (heads, of_keys) = (self.heads, self.of_keys());
        let keys = self.turned(keys, of_keys, first, false, device);
        let parts = [
            self.turned(queries, heads, first, false, device),
            repeated(keys, of_keys, heads / of_keys),
            repeated(values, of_keys, heads / of_keys),
        ];
        Tensor::cat(parts.to_vec(), 2)
    }

    /// Each pair of features of a head, turned by where its place stands; or back.
    fn turned(&self, x: Tensor<3>, heads: usize, first: usize, back: bool, device: &Device) -> Tensor<3> {
        match self.rotary {
            Some(base) => turned(x, base, heads, first, back, device),
            None => x,
        }
    }
}

/// Each head so many times in a row.
fn repeated(x: Tensor<3>, heads: usize, times: usize) -> Tensor<3> {
    if times == 1 {
        return x;
    }
    let [rows, places, all] = x.dims();
    x.reshape([rows * places, heads, 1, all / heads]).expand([rows * places, heads, times, all / heads]).reshape([
        rows,
        places,
        all * times,
    ])
}

/// The sum of what belongs to each head.
fn gathered(x: Tensor<3>, heads: usize, times: usize) -> Tensor<3> {
    if times == 1 {
        return x;
    }
    let [rows, places, all] = x.dims();
    let width = all / heads / times;
    x.reshape([rows * places, heads, times, width]).sum_dim(2).reshape([rows, places, heads * width])
}

impl Compute for Attend {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let inputs = [0, 1, 2].map(|index| call.inputs[index].real().filled(0.0).ranked::<3>());
        let given = self.side_by_side(inputs, 0, call.device);
        let (mixed, kept) = match call.training {
            true => attend_kept(&given, &self.looks(call.x())),
            false => (attend(&given, &self.looks(call.x())), Kept::new()),
        };
        let output = call.x().like(mixed);
        if call.training {
            call.kept = vec![Value::Real(Real::new(given))];
            call.keep(kept);
        }
        Value::Real(output)
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }

    fn attention(&self, call: &Recorded<'_>) -> Option<Tensor<3>> {
        let inputs = [0, 1, 2].map(|index| call.inputs[index].real().filled(0.0).ranked::<3>());
        let device = call.x().device();
        let (given, width) = (self.side_by_side(inputs, 0, &device), call.x().width());
        let (queries, keys) = (given.clone().narrow(2, 0, width), given.narrow(2, width, width));
        let Looks { heads, lengths, causal } = self.looks(call.x());
        Some(Looking { heads, causal, first: 0, lengths, distances: None }.seen(queries, keys, &device))
    }

    /// The state is keys and values of the places before, as they are looked at.
    fn step(&self, call: &mut Forward<'_>, state: &mut State) -> Value {
        let (rows, width) = (call.x().rows(), call.x().width());
        let inputs = [0, 1, 2].map(|index| {
            let x = call.inputs[index].real();
            x.flat().reshape([rows, 1, x.width()])
        });
        let own = self.side_by_side(inputs, state.past.places(), call.device);
        let (query, own) = (own.clone().narrow(2, 0, width), own.narrow(2, width, 2 * width));
        state.past.push(own);
        // Nothing stands behind it.
        Value::Real(call.x().like(state.past.attend(&query, self.heads)))
    }
}

impl Vjp for Attend {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let device = call.x().device();
        let (heads, of_keys) = (self.heads, self.of_keys());
        let shared = heads / of_keys;
        let given = match call.kept.first() {
            Some(given) => given.real().ranked::<3>(),
            // A layer that was evaluated and is looked back at all the same.
            None => {
                let inputs = [0, 1, 2].map(|index| call.inputs[index].real().filled(0.0).ranked::<3>());
                self.side_by_side(inputs, 0, &device)
            }
        };
        let kept = call.kept();
        let kept = kept.get(1..).unwrap_or_default();
        let back = gradient(&given, &cotangent.filled(0.0).ranked(), &self.looks(call.x()), kept);
        let all = back.dims()[2] / 3;
        let part = |which: usize| back.clone().narrow(2, which * all, all);
        let keys = gathered(part(1), of_keys, shared);
        let parts = [
            self.turned(part(0), heads, 0, true, &device),
            self.turned(keys, of_keys, 0, true, &device),
            gathered(part(2), of_keys, shared),
        ];
        let inputs = parts
            .into_iter()
            .enumerate()
            .map(|(index, part)| call.wants_inputs[index].then(|| call.inputs[index].real().like(part).filled(0.0)));
        Cotangents { inputs: inputs.collect(), weights: Vec::new() }
    }
}
