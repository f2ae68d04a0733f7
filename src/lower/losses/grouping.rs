//! `grouping`: classes of pixels, heats of middles, and ways to them.

use burn::tensor::Tensor;

use super::heats::{focal, focal_slopes};
use super::{ComputeLoss, slopes};
use crate::catalog::losses::cross_entropy::CrossEntropy;
use crate::catalog::losses::grouping::{BESIDE, Grouping};
use crate::catalog::steps::centers::PRIOR;
use crate::catalog::steps::grouping::CHANNELS;
use crate::kernels::grouping as kernel;
use crate::lower::value::Index;
use crate::lower::{Real, Value};

/// By which classes are compared.
const CLASSES: CrossEntropy = CrossEntropy { smoothing: 0.0 };

/// Outputs and targets of a batch, each `[rows, …, places]`.
struct Maps {
    /// Logits of the classes and the class of each place with how much it counts, as `cross_entropy` compares them.
    logits: [Real; 1],
    classes: Value,
    /// What heat is made of, and the heat.
    heats: [Tensor<3>; 2],
    /// Down and across.
    ways: [Tensor<3>; 2],
    /// How much the way of each place counts: the places of a thing 1 together.
    weights: Tensor<3>,
    /// How many things each row has, `[rows, 1, 1]`; 1 where there is none.
    things: Tensor<3>,
}

impl Maps {
    /// `of_things` is how much the classes of the places of things count.
    fn of(of_things: f64, outputs: &[Real], target: &Value) -> Self {
        let (output, target) = (outputs[0].ranked::<4>(), target.real().ranked::<4>());
        let [rows, channels, height, width] = output.dims();
        let (classes, places) = (channels + 1 - BESIDE, height * width);
        let output = output.reshape([rows, channels, places]);
        let target = target.reshape([rows, CHANNELS, places]);
        let channel = |of: &Tensor<3>, from: usize, count: usize| of.clone().narrow(1, from, count);
        let weights = channel(&target, 4, 1);
        let things = weights.clone().sum_dim(2).clamp_min(1.0);
        let of_classes = weights.clone() * of_things / things.clone() + 1.0 / places as f64;
        let of_place = Index::new(channel(&target, 0, 1).int().reshape([rows, height, width]));
        Self {
            logits: [Real::new(channel(&output, 0, classes).reshape([rows, classes, height, width]))],
            classes: Value::Index(of_place.weighed_by(of_classes.reshape([rows * places]))),
            heats: [channel(&output, classes, 1), channel(&target, 1, 1)],
            ways: [channel(&output, classes + 1, 2), channel(&target, 2, 2)],
            weights,
            things,
        }
    }
}

impl Grouping {
    /// What a kernel is told, which takes output and target as they lie.
    fn maps(&self, output: &Real) -> kernel::Maps {
        let [_, channels, places] = output.by_axis(1).dims();
        let (heats, ways, things) = (self.heats, self.offsets, self.things);
        kernel::Maps { classes: channels + 1 - BESIDE, places, prior: PRIOR, heats, ways, things }
    }
}

impl ComputeLoss for Grouping {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        let by_kernel = self.maps(&outputs[0]).losses(&outputs[0].flat(), &target.real().flat());
        if let Some(losses) = by_kernel {
            return losses;
        }
        let maps = Maps::of(self.things, outputs, target);
        let of_classes = CLASSES.rows(&maps.logits, &maps.classes);
        let ([heat, wanted], [given, ways]) = (maps.heats, maps.ways);
        let of_heats = focal(heat, wanted).sum_dim(2) * self.heats;
        let of_ways = ((given - ways).abs().sum_dim(1) * maps.weights).sum_dim(2) * self.offsets;
        let rows = of_classes.dims();
        of_classes + ((of_heats + of_ways) / maps.things).reshape(rows)
    }

    fn slopes(&self, outputs: &[Real], target: &Value) -> Option<Vec<Real>> {
        let by_kernel = self.maps(&outputs[0]).slopes(&outputs[0].flat(), &target.real().flat());
        if let Some(slopes) = by_kernel {
            return Some(vec![outputs[0].like(slopes)]);
        }
        let maps = Maps::of(self.things, outputs, target);
        let of_classes = slopes(&CLASSES, &maps.logits, &maps.classes).remove(0).by_axis(1);
        let ([heat, wanted], [given, ways]) = (maps.heats, maps.ways);
        let of_heats = focal_slopes(heat, wanted) * self.heats;
        let of_ways = (given - ways).sign() * maps.weights * self.offsets;
        let near = Tensor::cat(vec![of_heats, of_ways], 1) / maps.things;
        Some(vec![outputs[0].like(Tensor::cat(vec![of_classes, near], 1))])
    }
}
