//! `batch_norm`: normalises channels over the batch.

use burn::tensor::{Tensor, module};

use super::{Compute, Forward};
use crate::catalog::layers::batch_norm::BatchNorm;
use crate::lower::Value;

impl Compute for BatchNorm {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x().clone();
        // Channels stand second; everything after them is one axis of places.
        let (rows, channels) = (x.rows(), x.shape()[1]);
        let places = x.elements() / (rows * channels);
        let input = x.flat().reshape([rows, channels, places]);
        let vector = |index: usize| call.weights[index].flat();
        // One number per channel has no variance: what was learnt of others normalises it, and it teaches nothing.
        let output = if call.training && rows * places > 1 {
            let batch = module::batch_norm_train(input, vector(0), vector(1), self.epsilon);
            // The running variance is the unbiased one, as PyTorch keeps it.
            let count = (rows * places) as f64;
            let unbiased = batch.variance.inner() * (count / (count - 1.0));
            let blend = |index: usize, new: Tensor<1>| {
                let old = vector(index).inner();
                call.weights[index].like(old * (1.0 - self.momentum) + new * self.momentum)
            };
            call.state = vec![(2, blend(2, batch.mean.inner())), (3, blend(3, unbiased))];
            batch.output
        } else {
            module::batch_norm(input, vector(0), vector(1), vector(2), vector(3), self.epsilon)
        };
        Value::Real(x.like(output))
    }
}
