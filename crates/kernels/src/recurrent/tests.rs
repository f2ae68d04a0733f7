//! Ways back against finite differences, and walks against the formulas written down in double precision.

use super::{Walk, gru, lstm};
use crate::drawn::numbers;

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// h·U of one row.
fn product(state: &[f64], weight: &[f32], gate: usize) -> f64 {
    let gates = weight.len() / state.len();
    state.iter().enumerate().map(|(unit, h)| h * f64::from(weight[unit * gates + gate])).sum()
}

fn near(name: &str, found: f32, expected: f64, within: f64) {
    assert!((f64::from(found) - expected).abs() < within * (1.0 + expected.abs()), "{name}: {found}, not {expected}");
}

/// The slope of ⟨cotangents, states⟩ at a number of what the walk is given.
fn slope(cotangents: &[f32], given: &[f32], at: usize, states: impl Fn(&[f32]) -> Vec<f32>) -> f64 {
    let value = |by: f32| -> f64 {
        let mut moved = given.to_vec();
        moved[at] += by;
        states(&moved).iter().zip(cotangents).map(|(h, c)| f64::from(*h) * f64::from(*c)).sum()
    };
    (value(1e-2) - value(-1e-2)) / 2e-2
}

/// More rows than are walked along together.
const WALK: Walk = Walk { rows: 19, time: 5, units: 3 };

#[test]
fn a_gru_is_its_formula() {
    let (inputs, weight, bias) = (numbers(1, 19 * 5 * 9), numbers(2, 27), numbers(3, 9));
    let walked = gru::forward(&WALK, &inputs, &weight, &bias);
    for row in 0..19 {
        let mut state = [0.0; 3];
        for place in 0..5 {
            let input = |gate: usize| f64::from(inputs[(row * 5 + place) * 9 + gate]);
            let of_state = |gate: usize| product(&state, &weight, gate) + f64::from(bias[gate]);
            state = std::array::from_fn(|unit| {
                let reset = sigmoid(input(unit) + of_state(unit));
                let update = sigmoid(input(3 + unit) + of_state(3 + unit));
                let new = (input(6 + unit) + reset * of_state(6 + unit)).tanh();
                (1.0 - update) * new + update * state[unit]
            });
            (0..3).for_each(|unit| near("state", walked.states[(row * 5 + place) * 3 + unit], state[unit], 1e-5));
        }
    }
}

#[test]
fn an_lstm_is_its_formula() {
    let (inputs, weight, bias) = (numbers(1, 19 * 5 * 12), numbers(2, 36), numbers(3, 12));
    let walked = lstm::forward(&WALK, &inputs, &weight, &bias);
    for row in 0..19 {
        let (mut state, mut cell) = ([0.0; 3], [0.0; 3]);
        for place in 0..5 {
            let sum = |gate: usize| {
                let input = f64::from(inputs[(row * 5 + place) * 12 + gate]);
                input + product(&state, &weight, gate) + f64::from(bias[gate])
            };
            let gates: Vec<f64> = (0..12).map(sum).collect();
            for unit in 0..3 {
                cell[unit] = sigmoid(gates[3 + unit]) * cell[unit] + sigmoid(gates[unit]) * gates[6 + unit].tanh();
                state[unit] = sigmoid(gates[9 + unit]) * cell[unit].tanh();
                near("state", walked.states[(row * 5 + place) * 3 + unit], state[unit], 1e-5);
            }
        }
    }
}

#[test]
fn the_way_back_through_a_gru() {
    let (inputs, weight, bias) = (numbers(1, 19 * 5 * 9), numbers(2, 27), numbers(3, 9));
    let cotangents = numbers(4, 19 * 5 * 3);
    let walked = gru::forward(&WALK, &inputs, &weight, &bias);
    let back = gru::backward(&WALK, &weight, &walked.states, &walked.kept, &cotangents);
    for at in (0..inputs.len()).step_by(13) {
        let expected = slope(&cotangents, &inputs, at, |inputs| gru::forward(&WALK, inputs, &weight, &bias).states);
        near("input", back.inputs[at], expected, 1e-2);
    }
    // The bias is added to every product of the state.
    for gate in 0..9 {
        let expected = slope(&cotangents, &bias, gate, |bias| gru::forward(&WALK, &inputs, &weight, bias).states);
        near("bias", back.states.iter().skip(gate).step_by(9).sum(), expected, 1e-2);
    }
}

#[test]
fn the_way_back_through_an_lstm() {
    let (inputs, weight, bias) = (numbers(1, 19 * 5 * 12), numbers(2, 36), numbers(3, 12));
    let cotangents = numbers(4, 19 * 5 * 3);
    let walked = lstm::forward(&WALK, &inputs, &weight, &bias);
    let back = lstm::backward(&WALK, &weight, &walked.kept, &cotangents);
    for at in (0..inputs.len()).step_by(17) {
        let expected = slope(&cotangents, &inputs, at, |inputs| lstm::forward(&WALK, inputs, &weight, &bias).states);
        near("input", back[at], expected, 1e-2);
    }
}

#[test]
fn nothing_to_walk_along() {
    let none = Walk { rows: 0, time: 5, units: 3 };
    assert!(lstm::forward(&none, &[], &numbers(2, 36), &numbers(3, 12)).states.is_empty());
    let none = Walk { rows: 2, time: 0, units: 3 };
    assert!(gru::forward(&none, &[], &numbers(2, 27), &numbers(3, 9)).states.is_empty());
}
