//! `gru`: a gated recurrent unit, walked place by place, and back again.

use burn::tensor::{Tensor, activation};

use super::{Compute, Cotangents, Forward, Recorded, State, Vjp};
use crate::catalog::layers::gru::Gru;
use crate::lower::{Real, Value, half};

impl Compute for Gru {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let [rows, time, _] = x.ranked::<3>().dims();
        let units = call.weights[1].rows();
        let start = Tensor::zeros([rows, units], &x.device());
        let walk = Walk::along(call, start);
        let kept = [walk.reset, walk.update, walk.new, walk.inner].map(|places| Value::Real(joined(places, units)));
        call.kept = kept.to_vec();
        let output = joined(walk.state, units);
        debug_assert_eq!(output.shape()[1], time);
        Value::Real(output)
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }

    /// The state is what it remembers.
    fn step(&self, call: &mut Forward<'_>, state: &mut State) -> Value {
        let (rows, units) = (call.x().rows(), call.weights[1].rows());
        let before = match state.0.first() {
            Some(before) => before.by_last(),
            None => Tensor::zeros([rows, units], &call.x().device()),
        };
        let walk = Walk::along(call, before);
        let output = joined(walk.state, units);
        state.0 = vec![output.reshaped(vec![rows, units])];
        Value::Real(output)
    }
}

/// What was computed at each place: `[rows, units]` each.
#[derive(Default)]
struct Walk {
    reset: Vec<Tensor<2>>,
    update: Vec<Tensor<2>>,
    new: Vec<Tensor<2>>,
    /// h·U_n + c_n.
    inner: Vec<Tensor<2>>,
    state: Vec<Tensor<2>>,
}

impl Walk {
    fn along(call: &Forward<'_>, start: Tensor<2>) -> Self {
        let x = call.x();
        let [rows, time, _] = x.ranked::<3>().dims();
        let [of_input, of_state, input_bias, state_bias] = [0, 1, 2, 3].map(|at| &call.weights[at]);
        let units = of_state.rows();
        let gates = half::matmul(x.by_last(), of_input.ranked::<2>(), call.half) + input_bias.flat().unsqueeze::<2>();
        let gates = gates.reshape([rows, time, 3 * units]);
        let mut walk = Walk::default();
        let mut state = start;
        for place in 0..time {
            let own = gates.clone().narrow(1, place, 1).reshape([rows, 3 * units]);
            let from_state =
                half::matmul(state.clone(), of_state.ranked::<2>(), call.half) + state_bias.flat().unsqueeze::<2>();
            let part = |gates: &Tensor<2>, at: usize| gates.clone().narrow(1, at * units, units);
            let reset = activation::sigmoid(part(&own, 0) + part(&from_state, 0));
            let update = activation::sigmoid(part(&own, 1) + part(&from_state, 1));
            let inner = part(&from_state, 2);
            let new = (part(&own, 2) + reset.clone() * inner.clone()).tanh();
            state = new.clone() + update.clone() * (state - new.clone());
            walk.reset.push(reset);
            walk.update.push(update);
            walk.new.push(new);
            walk.inner.push(inner);
            walk.state.push(state.clone());
        }
        walk
    }
}

/// `[rows, time, units]` of places.
fn joined(places: Vec<Tensor<2>>, units: usize) -> Real {
    let (time, rows) = (places.len(), places.first().map_or(0, |place| place.dims()[0]));
    let places = places.into_iter().map(|place| place.reshape([rows, 1, units])).collect();
    let whole = Real::new(Tensor::<3>::cat(places, 1));
    debug_assert_eq!(whole.shape(), [rows, time, units]);
    whole
}

impl Vjp for Gru {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x();
        let [rows, time, units] = cotangent.ranked::<3>().dims();
        let of_state = call.weights[1].ranked::<2>();
        let at = |real: &Real, place: usize| real.ranked::<3>().narrow(1, place, 1).reshape([rows, units]);
        let kept = |which: usize, place: usize| at(call.kept[which].real(), place);
        let nothing = Tensor::<2>::zeros([rows, units], &x.device());
        let before = |place: usize| if place == 0 { nothing.clone() } else { at(call.y(), place - 1) };
        let one_less = |value: Tensor<2>| value.mul_scalar(-1.0).add_scalar(1.0);
        let (mut of_gates, mut of_inner) = (Vec::with_capacity(time), Vec::with_capacity(time));
        let mut carried = nothing.clone();
        for place in (0..time).rev() {
            let [reset, update, new, inner] = [0, 1, 2, 3].map(|which| kept(which, place));
            let grad = at(cotangent, place) + carried;
            let to_new = grad.clone() * one_less(update.clone()) * one_less(new.clone().square());
            let to_update = grad.clone() * (before(place) - new) * update.clone() * one_less(update.clone());
            let to_reset = to_new.clone() * inner * reset.clone() * one_less(reset.clone());
            let gates = Tensor::cat(vec![to_reset.clone(), to_update.clone(), to_new.clone()], 1);
            let from_state = Tensor::cat(vec![to_reset, to_update, to_new * reset], 1);
            carried = grad * update + half::matmul(from_state.clone(), of_state.clone().transpose(), call.half);
            of_gates.push(gates);
            of_inner.push(from_state);
        }
        of_gates.reverse();
        of_inner.reverse();
        let of_gates = joined(of_gates, 3 * units).by_last();
        let back = call.wants_inputs[0].then(|| {
            let weight = call.weights[0].ranked::<2>().transpose();
            x.like(half::matmul(of_gates.clone(), weight, call.half)).filled(0.0)
        });
        let mut weights = Vec::new();
        if call.wants_weights {
            let of_inner = joined(of_inner, 3 * units).by_last();
            let states = joined((0..time).map(before).collect(), units).by_last();
            let product = |left: Tensor<2>, right: &Tensor<2>| half::matmul(left.transpose(), right.clone(), call.half);
            weights = vec![
                Some(call.weights[0].like(product(x.filled(0.0).by_last(), &of_gates))),
                Some(call.weights[1].like(product(states, &of_inner))),
                Some(call.weights[2].like(of_gates.sum_dim(0))),
                Some(call.weights[3].like(of_inner.sum_dim(0))),
            ];
        }
        Cotangents { inputs: vec![back], weights }
    }
}
