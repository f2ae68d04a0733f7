//! `dice`: how little the pixels of each class and those that are given it overlap.

use burn::tensor::{IndexingUpdateOp, Tensor, activation};

use super::ComputeLoss;
use super::places::Places;
use crate::catalog::losses::dice::Dice;
use crate::kernels::dice as kernel;
use crate::lower::{Real, Value};

/// What a row's loss is made of.
struct Overlap {
    /// The softmax, `[rows, classes, places]`, 0 where a place does not count.
    given: Tensor<3>,
    /// 1 at each place's class.
    have: Tensor<3>,
    /// `2·Σ p·y + smooth`, of each row and class `[rows, classes, 1]`.
    both: Tensor<3>,
    /// `Σ p + Σ y + smooth`
    all: Tensor<3>,
    /// What each class of a row counts: 1 / (the classes that the row has) of these, 0 of others.
    share: Tensor<3>,
}

impl Dice {
    /// What a kernel is told, which takes the logits as they lie.
    fn with<R>(&self, output: &Real, target: &Value, compute: impl FnOnce(&Tensor<1>, kernel::Target<'_>) -> R) -> R {
        let [_, classes, places] = output.by_axis(1).dims();
        let (labels, counts) = (target.index().flat(), Places::counts(target));
        let target = kernel::Target { labels: &labels, classes, places, smooth: self.smooth, counts: counts.as_ref() };
        compute(&output.flat(), target)
    }

    fn overlap(&self, output: &Real, target: &Value) -> Overlap {
        let logits = output.by_axis(1);
        let [rows, classes, places] = logits.dims();
        let (given, device) = (activation::softmax(logits, 1), output.flat().device());
        let right = target.index().flat().reshape([rows, 1, places]);
        let one = Tensor::ones([rows, 1, places], &device);
        let have = Tensor::zeros([rows, classes, places], &device).scatter(1, right, one, IndexingUpdateOp::Add);
        let (given, have) = match Places::counts(target) {
            Some(counts) => {
                let out = counts.equal_elem(0.0).reshape([rows, 1, places]).expand([rows, classes, places]);
                (given.mask_fill(out.clone(), 0.0), have.mask_fill(out, 0.0))
            }
            None => (given, have),
        };
        let of_class = have.clone().sum_dim(2);
        let present = of_class.clone().greater_elem(0.0).float();
        let share = present.clone() / present.sum_dim(1).clamp_min(1.0);
        let both = (given.clone() * have.clone()).sum_dim(2) * 2.0 + self.smooth;
        let all = given.clone().sum_dim(2) + of_class + self.smooth;
        Overlap { given, have, both, all, share }
    }
}

impl ComputeLoss for Dice {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        if let Some(losses) = self.with(&outputs[0], target, |logits, target| kernel::losses(logits, &target)) {
            return losses;
        }
        let Overlap { both, all, share, .. } = self.overlap(&outputs[0], target);
        let [rows, ..] = share.dims();
        // A class that a row lacks has no share; neither sum is 0 for one that it has.
        ((-both / all.clamp_min(f32::MIN_POSITIVE) + 1.0) * share).sum_dim(1).reshape([rows])
    }

    /// At each probability of a class the slope is `−(2·y − both / all) / all` times the class's share; through the softmax it is what lies above
    /// the mean of these, weighed by the probabilities.
    fn slopes(&self, outputs: &[Real], target: &Value) -> Option<Vec<Real>> {
        if let Some(slopes) = self.with(&outputs[0], target, |logits, target| kernel::slopes(logits, &target)) {
            return Some(vec![outputs[0].like(slopes)]);
        }
        let Overlap { given, have, both, all, share } = self.overlap(&outputs[0], target);
        let all = all.clamp_min(f32::MIN_POSITIVE);
        let at_given = ((both / all.clone()) - have * 2.0) * (share / all);
        let through = given.clone() * (at_given.clone() - (given * at_given).sum_dim(1));
        Some(vec![outputs[0].like(through)])
    }
}
