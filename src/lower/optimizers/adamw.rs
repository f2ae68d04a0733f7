//! `adamw`: Adam with decoupled weight decay.

use burn::tensor::Tensor;
use mtlc_kernels::optimizer::Decay;

use super::{ComputeOptimizer, Settings, Update};
use crate::catalog::optimizers::adamw::AdamW;

impl ComputeOptimizer for AdamW {
    fn update(&self, update: Update<'_>) -> Tensor<1> {
        update.adaptive(self.settings())
    }

    fn adaptive(&self) -> Option<Settings> {
        Some(self.settings())
    }
}

impl AdamW {
    fn settings(&self) -> Settings {
        let Self { beta1, beta2, epsilon, weight_decay, .. } = *self;
        Settings { beta1, beta2, epsilon, decay: Decay::Decoupled(weight_decay) }
    }
}
