//! `ctc`: connectionist temporal classification.

use burn::tensor::{Int, Tensor};

use super::ComputeLoss;
use crate::catalog::losses::ctc::Ctc;
use crate::kernels::ctc as kernel;
use crate::lower::value::Lengths;
use crate::lower::{Real, Value};

impl ComputeLoss for Ctc {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        Asked::of(&outputs[0], target).with(|target| kernel::losses(&outputs[0].ranked(), &target))
    }

    fn slopes(&self, outputs: &[Real], target: &Value) -> Option<Vec<Real>> {
        let slopes = Asked::of(&outputs[0], target).with(|target| kernel::slopes(&outputs[0].ranked(), &target));
        Some(vec![outputs[0].like(slopes)])
    }

    fn out_of_reach(&self, outputs: &[Real], target: &Value) -> usize {
        Asked::of(&outputs[0], target).with(|target| kernel::out_of_reach(&outputs[0].ranked(), &target))
    }
}

/// What a kernel is told of labels and lengths.
struct Asked {
    labels: Tensor<2, Int>,
    lengths: Lengths,
    places: Lengths,
}

impl Asked {
    fn of(output: &Real, target: &Value) -> Self {
        let of_axis = || vec![output.shape()[1]; output.rows()].into();
        Self {
            labels: target.index().ranked(),
            lengths: target.lengths(1),
            places: output.extents().of(1).cloned().unwrap_or_else(of_axis),
        }
    }

    fn with<R>(&self, compute: impl FnOnce(kernel::Target<'_>) -> R) -> R {
        compute(kernel::Target { labels: &self.labels, lengths: &self.lengths, places: &self.places })
    }
}
