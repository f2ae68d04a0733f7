//! `group_norm`: normalises groups of channels of each row.

use super::{Init, Layer, WeightSpec, channels, require_real};
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Normalises each group of channels of each row, over all places of the picture, to mean 0 and variance 1 (Wu and He 2018,
    /// arXiv:1803.08494), then scales and shifts each channel. Unlike [`batch_norm`](layers.md#batch_norm) it knows nothing of other rows, so that it
    /// does the same in training and evaluation, whatever the batch.
    ///
    /// Shape: `f32[rows, C]` or `f32[rows, C, H, W]`, unchanged. Weights: `weight[C]`, `bias[C]`. With as many groups as channels it is
    /// [`instance_norm`](#instance_norm).
    pub struct GroupNorm = "group_norm" {
        /// How many groups the channels fall into; it divides them.
        pos groups: usize, in Range::AT_LEAST_ONE;
        /// Added to the variance.
        epsilon: f64 = 1e-5, in Range::POSITIVE;
    }
}

/// What both norms within a row take.
pub(super) fn require_whole(layer: &str, input: &Type) -> Result<(), ShapeError> {
    require_real(layer, input)?;
    super::require_fixed(layer, input).map_err(|error| error.help("`layer_norm` normalises each place by itself"))?;
    if input.is_vector() || input.is_picture() {
        return Ok(());
    }
    Err(ShapeError::new(format!("`{layer}` needs vectors or pictures, and gets {input}"))
        .help("for sequences, use `layer_norm`"))
}

/// A scale and a shift of each channel.
pub(super) fn affine(input: &Type) -> Vec<WeightSpec> {
    let shape = vec![channels(input).clone()];
    vec![WeightSpec::bias("weight", shape.clone(), Init::Ones), WeightSpec::bias("bias", shape, Init::Zeros)]
}

impl Layer for GroupNorm {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_whole("group_norm", &inputs[0])?;
        match channels(&inputs[0]).value() {
            Some(channels) if channels % self.groups as i64 != 0 => {
                Err(ShapeError::new(format!("{channels} channels do not fall into {} groups", self.groups))
                    .parameter("groups")
                    .help("the groups divide the channels"))
            }
            _ => Ok(inputs[0].clone()),
        }
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        affine(&inputs[0])
    }
}
