//! `batch_norm`: normalises channels over the batch.

use burn::tensor::{Tensor, module};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::batch_norm::BatchNorm;
use crate::kernels::batch_norm::{gradients, normalise};
use crate::lower::{Real, Value};

/// `[rows, channels, places]`: channels stand second, and everything after them is one axis of places.
pub(super) fn by_channel(x: &Real) -> Tensor<3> {
    let (rows, channels) = (x.rows(), x.shape()[1]);
    x.flat().reshape([rows, channels, x.elements() / (rows * channels).max(1)])
}

impl Compute for BatchNorm {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x().clone();
        let input = by_channel(&x);
        let [rows, _, places] = input.dims();
        let vector = |index: usize| call.weights[index].flat();
        // One number per channel has no variance: what was learnt of others normalises it, and it teaches nothing.
        if !call.training || rows * places <= 1 {
            let output = module::batch_norm(input, vector(0), vector(1), vector(2), vector(3), self.epsilon);
            return Value::Real(x.like(output));
        }
        let batch = normalise(&input, &vector(0), &vector(1), self.epsilon);
        // The running variance is the unbiased one, as PyTorch keeps it.
        let count = (rows * places) as f64;
        let unbiased = batch.variance.clone().inner() * (count / (count - 1.0));
        let blend = |index: usize, new: Tensor<1>| {
            let old = vector(index).inner();
            call.weights[index].like(old * (1.0 - self.momentum) + new * self.momentum)
        };
        call.state = vec![(2, blend(2, batch.mean.clone().inner())), (3, blend(3, unbiased))];
        call.keep([vec![batch.mean, batch.variance], batch.kept].concat());
        Value::Real(x.like(batch.output))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for BatchNorm {
    fn reads_output(&self) -> bool {
        false
    }

    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, slopes) = (by_channel(call.x()), by_channel(cotangent));
        let [_, channels, _] = x.dims();
        let gain = call.weights[0].flat();
        let (back, of_gain, of_bias) = match call.kept().as_slice() {
            [mean, variance, kept @ ..] => {
                let found = gradients(&x, [mean, variance], &gain, &slopes, self.epsilon, kept);
                (found.x, found.gain, found.bias)
            }
            // By what was learnt of other batches, which are numbers like any other.
            _ => {
                let spread = |vector: Tensor<1>| vector.reshape([1, channels, 1]);
                let scale = (call.weights[3].flat() + self.epsilon).sqrt().recip();
                let normal = (x - spread(call.weights[2].flat())) * spread(scale.clone());
                let all = |values: Tensor<3>| values.sum_dim(2).sum_dim(0).reshape([channels]);
                (slopes.clone() * spread(scale * gain), all(slopes.clone() * normal), all(slopes))
            }
        };
        let weights = if call.wants_weights {
            vec![Some(Real::new(of_gain)), Some(Real::new(of_bias)), None, None]
        } else {
            Vec::new()
        };
        Cotangents { inputs: vec![call.wants_inputs[0].then(|| call.x().like(back))], weights }
    }
}
