//! `centers`: the focal loss of heats, and the generalised overlap of boxes.

use burn::tensor::{Tensor, TensorData};

use super::ComputeLoss;
use super::heats::focal;
use crate::catalog::losses::centers::Centers;
use crate::catalog::steps::centers::{EDGES, PRIOR};
use crate::kernels::centers::Maps;
use crate::lower::{Real, Value};

/// Distances are powers of e of what a head gives, up to this.
const MOST: f64 = 8.0;

impl Centers {
    fn maps(&self, output: &Real) -> Maps {
        let [_, channels, height, width] = output.ranked::<4>().dims();
        Maps { classes: channels - EDGES, size: [height, width], prior: PRIOR, edges: self.edges, moves: None }
    }
}

impl ComputeLoss for Centers {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        let by_kernel = self.maps(&outputs[0]).losses(&outputs[0].flat(), &target.real().flat());
        if let Some([sum, count]) = by_kernel {
            return sum / count.clamp_min(1.0);
        }
        let (output, target) = (outputs[0].ranked::<4>(), target.real().ranked::<4>());
        let [rows, channels, height, width] = output.dims();
        let places = height * width;
        let output = output.reshape([rows, channels, places]);
        let target = target.reshape([rows, channels + 1, places]);
        let (sum, count) = heats_and_edges(output, target, (height, width), self.edges);
        sum / count.clamp_min(1.0)
    }

    fn slopes(&self, outputs: &[Real], target: &Value) -> Option<Vec<Real>> {
        let each = |boxes: &[f32]| boxes.iter().map(|boxes| 1.0 / boxes.max(1.0)).collect();
        let slopes = self.maps(&outputs[0]).slopes(&outputs[0].flat(), &target.real().flat(), each)?;
        Some(vec![outputs[0].like(slopes)])
    }
}

/// Of each picture the losses of heats and, times how much these count, of edges, summed over places, `[rows, n + 4, places]` against `[rows, n + 5, places]`; and how many boxes it has.
pub(super) fn heats_and_edges(
    output: Tensor<3>,
    target: Tensor<3>,
    (height, width): (usize, usize),
    edges: f64,
) -> (Tensor<1>, Tensor<1>) {
    let [rows, channels, _] = output.dims();
    let classes = channels - EDGES;
    let wanted = target.clone().narrow(1, 0, classes);
    let is_middle = wanted.clone().equal_elem(1.0).float();
    let count = is_middle.sum_dim(2).sum_dim(1).reshape([rows]);
    let logits = output.clone().narrow(1, 0, classes);
    let of_heats: Tensor<1> = focal(logits, wanted).sum_dim(2).sum_dim(1).reshape([rows]);
    let distances = output.narrow(1, classes, EDGES).clamp(-MOST, MOST).exp();
    let edge = |of: &Tensor<3>, edge: usize| of.clone().narrow(1, edge, 1);
    let (across, down) = middles(height, width, &distances);
    let given = [
        across.clone() - edge(&distances, 0),
        down.clone() - edge(&distances, 1),
        across + edge(&distances, 2),
        down + edge(&distances, 3),
    ];
    let truth = target.clone().narrow(1, classes, EDGES);
    let truth = [0, 1, 2, 3].map(|number| edge(&truth, number));
    let weights = target.narrow(1, classes + EDGES, 1);
    let of_edges: Tensor<1> = ((-generalised_overlap(&given, &truth) + 1.0) * weights).sum_dim(2).reshape([rows]);
    (of_heats + of_edges * edges, count)
}

/// Column and row of the middle of each place, `[1, 1, places]`.
fn middles(height: usize, width: usize, like: &Tensor<3>) -> (Tensor<3>, Tensor<3>) {
    let places = height * width;
    let tensor = |of: &dyn Fn(usize) -> usize| {
        let values: Vec<f32> = (0..places).map(|place| of(place) as f32 + 0.5).collect();
        Tensor::from_data(TensorData::new(values, [1, 1, places]), &like.device())
    };
    (tensor(&|place| place % width), tensor(&|place| place / width))
}

/// The overlap of boxes, less how much of the smallest box around both is in neither. Edges that are no box's, left and right the same, give 0 of 0, which is made 0.
fn generalised_overlap(given: &[Tensor<3>; 4], truth: &[Tensor<3>; 4]) -> Tensor<3> {
    let area = |[left, top, right, bottom]: &[Tensor<3>; 4]| {
        (right.clone() - left.clone()).clamp_min(0.0) * (bottom.clone() - top.clone()).clamp_min(0.0)
    };
    let [both, around] = [false, true].map(|around| {
        let low = |edge: usize| {
            let (one, other) = (given[edge].clone(), truth[edge].clone());
            if around { one.min_pair(other) } else { one.max_pair(other) }
        };
        let high = |edge: usize| {
            let (one, other) = (given[edge].clone(), truth[edge].clone());
            if around { one.max_pair(other) } else { one.min_pair(other) }
        };
        area(&[low(0), low(1), high(2), high(3)])
    });
    const LEAST: f64 = 1e-6;
    let either = (area(given) + area(truth) - both.clone()).clamp_min(LEAST);
    let around = around.clamp_min(LEAST);
    both / either.clone() - (around.clone() - either) / around
}
