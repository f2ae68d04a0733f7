//! `dense`: a fully connected layer.

use burn::tensor::{Tensor, module};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::dense::Dense;
use crate::lower::{Real, Value, half};

impl Compute for Dense {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let weight = call.weights[0].ranked::<2>();
        let mut shape = x.shape().to_vec();
        if let Some(last) = shape.last_mut() {
            *last = weight.dims()[1];
        }
        let bias = self.bias.then(|| call.weights[1].flat());
        let output = if call.half {
            let product = half::matmul(x.by_last(), weight, true);
            bias.map_or(product.clone(), |bias| product + bias.unsqueeze::<2>())
        } else {
            module::linear(x.by_last(), weight, bias)
        };
        Value::Real(Real::new(output).reshaped(shape))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Dense {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, grad) = (call.x(), cotangent.by_last());
        let back =
            call.wants_inputs[0].then(|| x.like(half::matmul(grad.clone(), call.weights[0].ranked::<2>().transpose(), call.half)));
        let mut weights = Vec::new();
        if call.wants_weights {
            weights.push(Some(Real::new(half::matmul(x.by_last().transpose(), grad.clone(), call.half))));
            if self.bias {
                weights.push(Some(call.weights[1].like(grad.sum_dim(0))));
            }
        }
        Cotangents { inputs: vec![back], weights }
    }

    /// One product for all.
    fn pull_inputs(&self, call: &Recorded<'_>, cotangents: &[Real]) -> Vec<Cotangents> {
        let x = call.x();
        if !call.wants_inputs[0] {
            return cotangents.iter().map(|_| Cotangents::default()).collect();
        }
        let stacked = Tensor::cat(cotangents.iter().map(Real::by_last).collect(), 0);
        let back = half::matmul(stacked, call.weights[0].ranked::<2>().transpose(), call.half);
        let rows = back.dims()[0] / cotangents.len();
        let part = |index: usize| x.like(back.clone().narrow(0, index * rows, rows));
        (0..cotangents.len()).map(|index| Cotangents::input(part(index))).collect()
    }

    /// ⟨XᵀG_i, XᵀG_j⟩ = ⟨G_i, (X Xᵀ) G_j⟩: cheaper than the weight gradients where rows are fewer than what they make
    /// up for, that is for `r·(n + T·u) < T·n·u` with r rows, n inputs, u units and T tasks.
    fn gramian(&self, call: &Recorded<'_>, cotangents: &[Real]) -> Option<Tensor<2>> {
        let x = call.x().by_last();
        let [rows, inputs] = x.dims();
        let (units, tasks) = (cotangents.first()?.width(), cotangents.len());
        if rows * (inputs + tasks * units) >= tasks * inputs * units {
            return None;
        }
        let mut kernel = x.clone().matmul(x.transpose());
        if self.bias {
            // The bias is a weight of an input that is always 1.
            kernel = kernel + 1.0;
        }
        let grads: Vec<Tensor<2>> = cotangents.iter().map(Real::by_last).collect();
        // All tasks in one product: [rows, tasks · units].
        let seen = kernel.matmul(Tensor::cat(grads.clone(), 1));
        let seen: Vec<Tensor<2>> = (0..tasks)
            .map(|task| seen.clone().narrow(1, task * units, units).reshape([1, rows * units]))
            .collect();
        let grads = grads.into_iter().map(|grad| grad.reshape([1, rows * units])).collect();
        Some(Tensor::cat(grads, 0).matmul(Tensor::cat(seen, 0).transpose()))
    }
}
