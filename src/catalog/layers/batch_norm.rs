//! `batch_norm`: normalises each channel over the batch.

use super::group_norm::{affine, require_normed};
use super::{Capabilities, Init, Layer, WeightSpec, channels};
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Normalises each channel by mean and variance over the batch while training, and by their running means when evaluating
    /// (Ioffe and Szegedy 2015, arXiv:1502.03167), then scales and shifts: each feature of vectors, each feature of sequences over all places of all rows, each
    /// channel of pictures and clips over all pixels. Padding of rows that are shorter, or of pictures that are smaller, does not count.
    ///
    /// A batch that brings it one number per channel, as the one row of a data set among those of others, has no variance: it is
    /// normalised by the running means, and leaves them as they are. The last batch of an epoch never is a single row: that row
    /// joins the batch before.
    ///
    /// Shape: `f32[rows, C]`, `f32[rows, time, C]`, `f32[rows, C, H, W]` or `f32[rows, T, C, H, W]`, unchanged. Weights: `weight[C]`, `bias[C]`; state:
    /// `running_mean[C]`, `running_variance[C]`. Defaults are PyTorch's.
    pub struct BatchNorm = "batch_norm" {
        /// The share of the batch's statistics in the running ones.
        momentum: f64 = 0.1, in Range::UNIT;
        /// Added to the variance.
        epsilon: f64 = 1e-5, in Range::POSITIVE;
    }
}

impl Layer for BatchNorm {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_normed("batch_norm", &inputs[0], true)?;
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let shape = vec![channels(&inputs[0]).clone()];
        let mut weights = affine(&inputs[0]);
        weights.push(WeightSpec::state("running_mean", shape.clone(), Init::Zeros));
        weights.push(WeightSpec::state("running_variance", shape, Init::Ones));
        weights
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { mode_dependent: true, mixes_rows: true, ..Capabilities::default() }
    }
}
