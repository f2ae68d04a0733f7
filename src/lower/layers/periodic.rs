//! `periodic`: waves of each number, and a dense layer behind them, all numbers in one batched product.

use std::f64::consts::TAU;

use burn::tensor::{Tensor, activation};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::periodic::Periodic;
use crate::lower::{Real, Value};

impl Compute for Periodic {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x().ranked::<2>();
        let [rows, numbers] = x.dims();
        let phase = x.unsqueeze_dim::<3>(2) * frequencies(&call.weights[0]);
        let waves = Tensor::cat(vec![phase.clone().sin(), phase.cos()], 2);
        let product = self.grouped(waves.clone()).matmul(call.weights[1].ranked::<3>());
        let bias: Tensor<3> = call.weights[2].ranked::<2>().unsqueeze_dim(1);
        let output = activation::relu(self.ungrouped(product + bias, rows, numbers));
        call.kept = vec![Value::Real(Real::new(waves))];
        Value::Real(Real::new(output.reshape([rows, numbers * self.width])))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Periodic {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x().ranked::<2>();
        let [rows, numbers] = x.dims();
        let through = cotangent.zip(call.y(), |grad, y| grad * y.greater_elem(0.0).float());
        let grad = self.grouped(through.flat().reshape([rows, numbers, self.width]));
        let waves = call.kept[0].real().ranked::<3>();
        // From the waves back to 2π·c·x: the slope of a sine is the cosine, that of a cosine the sine negated.
        let back = grad.clone().matmul(call.weights[1].ranked::<3>().swap_dims(1, 2));
        let back = self.ungrouped(back, rows, numbers);
        let half =
            |value: &Tensor<3>, which: usize| value.clone().narrow(2, which * self.frequencies, self.frequencies);
        let phase = half(&back, 0) * half(&waves, 1) - half(&back, 1) * half(&waves, 0);
        let input =
            call.wants_inputs[0].then(|| call.x().like((phase.clone() * frequencies(&call.weights[0])).sum_dim(2)));
        let mut weights = Vec::new();
        if call.wants_weights {
            let of_frequencies = (phase * x.unsqueeze_dim::<3>(2)).sum_dim(0) * TAU;
            weights.push(Some(call.weights[0].like(of_frequencies)));
            weights.push(Some(Real::new(self.grouped(waves).swap_dims(1, 2).matmul(grad.clone()))));
            weights.push(Some(call.weights[2].like(grad.sum_dim(1))));
        }
        Cotangents { inputs: vec![input], weights }
    }
}

impl Periodic {
    /// From `[rows, numbers, n]` to one matrix per set of weights: `[numbers, rows, n]`, or `[1, rows·numbers, n]`.
    fn grouped(&self, value: Tensor<3>) -> Tensor<3> {
        let [rows, numbers, width] = value.dims();
        if self.lite { value.reshape([1, rows * numbers, width]) } else { value.swap_dims(0, 1) }
    }

    fn ungrouped(&self, value: Tensor<3>, rows: usize, numbers: usize) -> Tensor<3> {
        let width = value.dims()[2];
        if self.lite { value.reshape([rows, numbers, width]) } else { value.swap_dims(0, 1) }
    }
}

/// `[1, numbers, frequencies]`, times 2π.
fn frequencies(weight: &Real) -> Tensor<3> {
    weight.ranked::<2>().unsqueeze() * TAU
}
