//! `moving_centers`: what `centers` compares, frame by frame, and the ways back to the frame before.

use burn::tensor::Tensor;

use super::ComputeLoss;
use super::centers::heats_and_edges;
use crate::catalog::losses::moving_centers::MovingCenters;
use crate::catalog::steps::centers::{EDGES, PRIOR};
use crate::catalog::steps::moving_centers::{BACK, BESIDE};
use crate::kernels::centers::Maps;
use crate::lower::{Real, Value};

impl MovingCenters {
    fn maps(&self, output: &Real) -> Maps {
        let [_, _, channels, height, width] = output.ranked::<5>().dims();
        Maps {
            classes: channels - EDGES - BACK,
            size: [height, width],
            prior: PRIOR,
            edges: self.edges,
            moves: Some(self.moves),
        }
    }
}

impl ComputeLoss for MovingCenters {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        let by_kernel = self.maps(&outputs[0]).losses(&outputs[0].flat(), &target.real().flat());
        if let Some(of_frames) = by_kernel {
            let [rows, frames, ..] = outputs[0].ranked::<5>().dims();
            let of_row = |of: Tensor<1>| -> Tensor<1> { of.reshape([rows, frames]).sum_dim(1).reshape([rows]) };
            let [sum, count] = of_frames.map(of_row);
            return sum / count.clamp_min(1.0);
        }
        let (output, target) = (outputs[0].ranked::<5>(), target.real().ranked::<5>());
        let [rows, frames, channels, height, width] = output.dims();
        let (classes, places) = (channels - EDGES - BACK, height * width);
        let output = output.reshape([rows * frames, channels, places]);
        let target = target.reshape([rows * frames, classes + BESIDE, places]);
        let (found, count) = heats_and_edges(
            output.clone().narrow(1, 0, classes + EDGES),
            target.clone().narrow(1, 0, classes + EDGES + 1),
            (height, width),
            self.edges,
        );
        let weights = target.clone().narrow(1, classes + EDGES + 1 + BACK, 1);
        let ways = output.narrow(1, classes + EDGES, BACK) - target.narrow(1, classes + EDGES + 1, BACK);
        let moves = (ways.abs().sum_dim(1) * weights).sum_dim(2);
        let of_row = |of_frames: Tensor<1>| of_frames.reshape([rows, frames]).sum_dim(1).reshape([rows]);
        let moves: Tensor<1> = moves.reshape([rows * frames]);
        of_row(found + moves * self.moves) / of_row(count).clamp_min(1.0)
    }

    fn slopes(&self, outputs: &[Real], target: &Value) -> Option<Vec<Real>> {
        let [_, frames, ..] = outputs[0].ranked::<5>().dims();
        // Of all frames of a row the boxes count together.
        let of_row = |boxes: &[f32]| vec![1.0 / boxes.iter().sum::<f32>().max(1.0); boxes.len()];
        let each = |boxes: &[f32]| boxes.chunks(frames.max(1)).flat_map(of_row).collect();
        let slopes = self.maps(&outputs[0]).slopes(&outputs[0].flat(), &target.real().flat(), each)?;
        Some(vec![outputs[0].like(slopes)])
    }
}
