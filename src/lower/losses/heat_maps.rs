//! `heat_maps`: the cross-entropy of places.

use burn::tensor::{Tensor, activation};

use super::ComputeLoss;
use crate::catalog::losses::heat_maps::HeatMaps;
use crate::lower::{Real, Value};

impl ComputeLoss for HeatMaps {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        let (output, target) = (outputs[0].ranked::<4>(), target.real().ranked::<4>());
        let [rows, points, height, width] = output.dims();
        let [output, target] = [output, target].map(|map| map.reshape([rows, points, height * width]));
        // The heat of a point that is known is 1 together.
        let known: Tensor<1> = target.clone().sum_dim(2).sum_dim(1).reshape([rows]);
        let of_points: Tensor<1> = (activation::log_softmax(output, 2) * target).sum_dim(2).sum_dim(1).reshape([rows]);
        -of_points / known.clamp_min(1.0)
    }
}
