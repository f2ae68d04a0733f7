//! `periodic`: waves of each number, and a layer of its own behind them.

use super::{Call, Value, Write};
use crate::catalog::layers::periodic::Periodic;

impl Write for Periodic {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = call.x();
        let spread = call.unsqueeze(&x, 2);
        let frequencies = call.weight(0);
        let phase = call.node("Mul", &[&spread, &frequencies]);
        let phase = call.scaled(&phase, std::f64::consts::TAU);
        let (sine, cosine) = (call.node("Sin", &[&phase]), call.node("Cos", &[&phase]));
        let waves = call.concat(&[sine, cosine], 2);
        // [rows, numbers, 1, waves] by a matrix per number, or by one for all.
        let waves = call.unsqueeze(&waves, 2);
        let weight = call.weight(1);
        let product = call.node("MatMul", &[&waves, &weight]);
        let [sets, width] = *call.weights[2].shape else { return None };
        let bias = call.shaped(2, &[sets, 1, width]);
        let sum = call.node("Add", &[&product, &bias]);
        let output = call.node("Relu", &[&sum]);
        Some(Value::whole(call.reshape(&output, call.sizes)))
    }
}
