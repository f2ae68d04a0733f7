//! `grouping`: classes of pixels, heats of middles, and ways to them.

use burn::tensor::{Tensor, activation};

use super::ComputeLoss;
use super::heats::focal;
use crate::catalog::losses::grouping::{BESIDE, Grouping};
use crate::catalog::steps::grouping::CHANNELS;
use crate::lower::{Real, Value};

impl ComputeLoss for Grouping {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        let (output, target) = (outputs[0].ranked::<4>(), target.real().ranked::<4>());
        let [rows, channels, height, width] = output.dims();
        let (classes, places) = (channels + 1 - BESIDE, height * width);
        let output = output.reshape([rows, channels, places]);
        let target = target.reshape([rows, CHANNELS, places]);
        let channel = |of: &Tensor<3>, from: usize, count: usize| of.clone().narrow(1, from, count);
        let all = |of: Tensor<3>| of.sum_dim(2).sum_dim(1).reshape([rows]);
        let wanted = channel(&target, 0, 1).int();
        let of_classes = -activation::log_softmax(channel(&output, 0, classes), 1).gather(1, wanted);
        let weights = channel(&target, 4, 1);
        // Each thing's places count 1 together.
        let things = all(weights.clone()).clamp_min(1.0);
        let of_heats = focal(channel(&output, classes, 1), channel(&target, 1, 1));
        let ways = (channel(&output, classes + 1, 2) - channel(&target, 2, 2)).abs().sum_dim(1);
        let near = (all(of_heats) * self.heats + all(ways * weights) * self.offsets) / things;
        all(of_classes) / places as f64 + near
    }
}
