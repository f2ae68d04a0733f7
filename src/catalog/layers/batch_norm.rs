//! `batch_norm`: normalises each channel over the batch.

use super::{Capabilities, Init, Layer, WeightSpec, require_real};
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Normalises each channel by mean and variance over the batch while training, and by their running means when evaluating
    /// (Ioffe and Szegedy 2015, arXiv:1502.03167), then scales and shifts.
    ///
    /// A batch that brings it one number per channel, as the one row of a data set among those of others, has no variance: it is
    /// normalised by the running means, and leaves them as they are. The last batch of an epoch never is a single row: that row
    /// joins the batch before.
    ///
    /// Shape: `f32[rows, C]` or `f32[rows, C, H, W]`, unchanged. Weights: `weight[C]`, `bias[C]`; state: `running_mean[C]`,
    /// `running_variance[C]`. Defaults are PyTorch's.
    pub struct BatchNorm = "batch_norm" {
        /// The share of the batch's statistics in the running ones.
        momentum: f64 = 0.1, in Range::UNIT;
        /// Added to the variance.
        epsilon: f64 = 1e-5, in Range::POSITIVE;
    }
}

impl Layer for BatchNorm {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("batch_norm", &inputs[0])?;
        super::require_fixed("batch_norm", &inputs[0])
            .map_err(|error| error.help("for sequences, use `layer_norm`"))?;
        if !inputs[0].is_vector() && !inputs[0].is_picture() {
            return Err(ShapeError::new(format!(
                "`batch_norm` needs `f32[rows, C]` or `f32[rows, C, H, W]`, and gets {}",
                inputs[0]
            ))
            .help("for sequences, use `layer_norm`"));
        }
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let shape = vec![inputs[0].axes[1].size.clone()];
        vec![
            WeightSpec::bias("weight", shape.clone(), Init::Ones),
            WeightSpec::bias("bias", shape.clone(), Init::Zeros),
            WeightSpec::state("running_mean", shape.clone(), Init::Zeros),
            WeightSpec::state("running_variance", shape, Init::Ones),
        ]
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { mode_dependent: true, mixes_rows: true, ..Capabilities::default() }
    }
}
