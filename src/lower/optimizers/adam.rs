//! `adam`: adaptive moments.

use burn::tensor::Tensor;
use mtlc_kernels::optimizer::Decay;

use super::{ComputeOptimizer, Settings, Update};
use crate::catalog::optimizers::adam::Adam;

impl ComputeOptimizer for Adam {
    fn update(&self, update: Update<'_>) -> Tensor<1> {
        update.adaptive(self.settings())
    }

    fn adaptive(&self) -> Option<Settings> {
        Some(self.settings())
    }
}

impl Adam {
    fn settings(&self) -> Settings {
        let Self { beta1, beta2, epsilon, weight_decay, .. } = *self;
        Settings { beta1, beta2, epsilon, decay: Decay::Penalty(weight_decay) }
    }
}
