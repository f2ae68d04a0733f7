//! `grouping`: classes of pixels, heats of middles, and ways to them.

use burn::tensor::{IndexingUpdateOp, Tensor, activation};

use super::ComputeLoss;
use super::heats::{focal, focal_slopes};
use crate::catalog::losses::grouping::{BESIDE, Grouping};
use crate::catalog::steps::grouping::CHANNELS;
use crate::kernels::cross_entropy as kernel;
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
        let of_classes = class_losses(channel(&output, 0, classes), channel(&target, 0, 1));
        let weights = channel(&target, 4, 1);
        // Each thing's places count 1 together.
        let things = all(weights.clone()).clamp_min(1.0);
        let of_heats = focal(channel(&output, classes, 1), channel(&target, 1, 1));
        let ways = (channel(&output, classes + 1, 2) - channel(&target, 2, 2)).abs().sum_dim(1);
        let near = (all(of_heats) * self.heats + all(ways * weights) * self.offsets) / things;
        all(of_classes) / places as f64 + near
    }

    fn slopes(&self, outputs: &[Real], target: &Value) -> Option<Vec<Real>> {
        let (output, target) = (outputs[0].ranked::<4>(), target.real().ranked::<4>());
        let [rows, channels, height, width] = output.dims();
        let (classes, places) = (channels + 1 - BESIDE, height * width);
        let output = output.reshape([rows, channels, places]);
        let target = target.reshape([rows, CHANNELS, places]);
        let channel = |of: &Tensor<3>, from: usize, count: usize| of.clone().narrow(1, from, count);
        let weights = channel(&target, 4, 1);
        let things = weights.clone().sum_dim(2).clamp_min(1.0);
        let of_classes = class_slopes(channel(&output, 0, classes), channel(&target, 0, 1)) / places as f64;
        let of_heats = focal_slopes(channel(&output, classes, 1), channel(&target, 1, 1)) * self.heats;
        let ways = (channel(&output, classes + 1, 2) - channel(&target, 2, 2)).sign() * weights * self.offsets;
        let near = Tensor::cat(vec![of_heats, ways], 1) / things;
        Some(vec![outputs[0].like(Tensor::cat(vec![of_classes, near], 1))])
    }
}

/// −ln of what the softmax of logits `[rows, classes, places]` gives the class of each place, `[rows, 1, places]`.
fn class_losses(logits: Tensor<3>, wanted: Tensor<3>) -> Tensor<3> {
    let [rows, classes, places] = logits.dims();
    let wanted = wanted.int();
    let (flat, labels) = (logits.clone().reshape([rows * classes * places]), wanted.clone().reshape([rows * places]));
    let target = kernel::Target { labels: &labels, classes, after: places, smoothing: 0.0, weights: None };
    match kernel::losses(&flat, &target) {
        Some(losses) => losses.reshape([rows, 1, places]),
        None => -activation::log_softmax(logits, 1).gather(1, wanted),
    }
}

/// The softmax of logits `[rows, classes, places]`, less 1 at the class of each place.
fn class_slopes(logits: Tensor<3>, wanted: Tensor<3>) -> Tensor<3> {
    let [rows, classes, places] = logits.dims();
    let wanted = wanted.int();
    let (flat, labels) = (logits.clone().reshape([rows * classes * places]), wanted.clone().reshape([rows * places]));
    let target = kernel::Target { labels: &labels, classes, after: places, smoothing: 0.0, weights: None };
    if let Some(slopes) = kernel::slopes(&flat, &target) {
        return slopes.reshape([rows, classes, places]);
    }
    let taken = Tensor::full([rows, 1, places], -1.0, &logits.device());
    activation::softmax(logits, 1).scatter(1, wanted, taken, IndexingUpdateOp::Add)
}
