//! What layers that walk along time have in common: a cell, and weights in one order, of the way there and then of the way back.

use burn::tensor::{Int, Tensor, TensorData};

use super::{Cotangents, Forward, Recorded, State};
use crate::kernels::recurrent::{self, Cell, Walked, Weights};
use crate::lower::{Real, Value};

/// Tensors of the weights of one way.
const WEIGHTS: usize = 4;

fn weights(weights: &[Real]) -> Weights {
    Weights {
        input: weights[0].ranked(),
        state: weights[1].ranked(),
        input_bias: weights[2].flat(),
        state_bias: weights[3].flat(),
    }
}

/// Each way with its weights, and, if it is the way back, what turns each row round for it.
fn ways(all: &[Real], x: &Real) -> impl Iterator<Item = (Weights, Option<Tensor<1, Int>>)> {
    all.chunks(WEIGHTS).enumerate().map(|(way, own)| (weights(own), (way > 0).then(|| backwards(x))))
}

/// The states of all places; where there are weights of two ways, of both side by side.
pub(super) fn forward(cell: Cell, call: &mut Forward<'_>) -> Value {
    let x = call.x().clone();
    let mut states = Vec::new();
    for (weights, turned) in ways(call.weights, &x) {
        let walked = recurrent::walk(cell, &facing(x.ranked(), &turned), &weights, call.training);
        call.keep(walked.kept);
        states.push(facing(walked.states, &turned));
    }
    // A backend copies even one tensor to join it with no other.
    let states = if states.len() == 1 { states.swap_remove(0) } else { Tensor::cat(states, 2) };
    Value::Real(Real::new(states))
}

pub(super) fn pull(cell: Cell, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
    let x = call.x();
    let seen: Tensor<3> = x.filled(0.0).ranked();
    let units = call.weights[1].rows();
    let mut back: Option<Tensor<3>> = None;
    let mut of_weights = Vec::new();
    let (kept, count) = (call.kept(), call.weights.len() / WEIGHTS);
    // As much of each way.
    let per_way = kept.len() / count;
    for (way, (weights, turned)) in ways(call.weights, x).enumerate() {
        let of_way = |real: &Real| facing(real.ranked::<3>().narrow(2, way * units, units), &turned);
        let walked = Walked { states: of_way(call.y()), kept: kept[way * per_way..][..per_way].to_vec() };
        let found = recurrent::gradients(cell, &facing(seen.clone(), &turned), &weights, &walked, &of_way(cotangent));
        let own = facing(found.x, &turned);
        back = Some(match back {
            Some(other) => other + own,
            None => own,
        });
        let found = found.weights;
        of_weights.extend([Real::new(found.input), Real::new(found.state)]);
        of_weights.extend([Real::new(found.input_bias), Real::new(found.state_bias)]);
    }
    let back = back.filter(|_| call.wants_inputs[0]).map(|back| x.like(back).filled(0.0));
    let weights = if call.wants_weights { of_weights.into_iter().map(Some).collect() } else { Vec::new() };
    Cotangents { inputs: vec![back], weights }
}

/// The state is what it remembers.
pub(super) fn step(cell: Cell, call: &Forward<'_>, state: &mut State) -> Value {
    let (x, units) = (call.x(), call.weights[1].rows());
    let before = match state.written.first() {
        Some(before) => before.by_last(),
        None => Tensor::zeros([x.rows(), cell.memory() * units], &x.device()),
    };
    let after = recurrent::step(cell, &x.by_last(), &before, &weights(call.weights));
    state.written = vec![Real::new(after.clone())];
    Value::Real(Real::new(after.narrow(1, 0, units)).reshaped(vec![x.rows(), 1, units]))
}

/// Of each place of all rows, the one that stands there if each row is turned round; padding stays.
fn backwards(x: &Real) -> Tensor<1, Int> {
    let (rows, time) = (x.rows(), x.shape()[1]);
    let length = |row: usize| x.extents().of(1).map_or(time, |lengths| lengths[row]);
    let turned = |row: usize| {
        let length = length(row);
        (0..time).map(move |place| row * time + if place < length { length - 1 - place } else { place })
    };
    let places: Vec<i64> = (0..rows).flat_map(turned).map(|place| place as i64).collect();
    Tensor::from_data(TensorData::new(places, [rows * time]), &x.device())
}

/// As it is, or each row turned round.
fn facing(tensor: Tensor<3>, turned: &Option<Tensor<1, Int>>) -> Tensor<3> {
    let Some(places) = turned else { return tensor };
    let [rows, time, width] = tensor.dims();
    tensor.reshape([rows * time, width]).select(0, places.clone()).reshape([rows, time, width])
}
