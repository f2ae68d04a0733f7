//! `adamw`: Adam with decoupled weight decay.

use burn::tensor::Tensor;
use mtlc_kernels::optimizer::Decay;

use super::{ComputeOptimizer, Settings, Update};
use crate::catalog::optimizers::adamw::AdamW;

impl ComputeOptimizer for AdamW {
    fn update(&self, update: Update<'_>) -> Tensor<1> {
        let Self { beta1, beta2, epsilon, weight_decay, .. } = *self;
        update.adaptive(Settings { beta1, beta2, epsilon, decay: Decay::Decoupled(weight_decay) })
    }
}
