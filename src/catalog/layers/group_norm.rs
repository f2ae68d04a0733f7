//! `group_norm`: normalises groups of channels of each row.

use super::{Init, Layer, WeightSpec, channels, require_channels, require_real};
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Normalises each group of channels of each row, over all places of its sequence, picture or clip, to mean 0 and variance 1 (Wu and He 2018,
    /// arXiv:1803.08494), then scales and shifts each channel. Unlike [`batch_norm`](layers.md#batch_norm) it knows nothing of other rows, so that it
    /// does the same in training and evaluation, whatever the batch. Padding of rows that are shorter, or of pictures that are smaller, does not count.
    ///
    /// Shape: `f32[rows, C]`, `f32[rows, time, C]`, `f32[rows, C, H, W]` or `f32[rows, T, C, H, W]`, unchanged. Weights: `weight[C]`, `bias[C]`. With as many groups as channels it is
    /// [`instance_norm`](#instance_norm).
    pub struct GroupNorm = "group_norm" {
        /// How many groups the channels fall into; it divides them.
        pos groups: usize, in Range::AT_LEAST_ONE;
        /// Added to the variance.
        epsilon: f64 = 1e-5, in Range::POSITIVE;
    }
}

/// What norms by channels take; of a vector, which has one number per channel, not all do.
pub(super) fn require_normed(layer: &str, input: &Type, vectors: bool) -> Result<(), ShapeError> {
    require_real(layer, input)?;
    let has_places = input.is_sequence() || input.is_picture() || input.is_clip();
    if has_places || (vectors && input.is_vector()) {
        return require_channels(layer, input);
    }
    let vector = if vectors { "vectors, " } else { "" };
    let error = ShapeError::new(format!("`{layer}` needs {vector}sequences, pictures or clips, and gets {input}"));
    Err(match input.is_vector() {
        true => error.help("`layer_norm` normalises a vector over its features"),
        false => error.help("`layer_norm` normalises each place by itself"),
    })
}

/// A scale and a shift of each channel.
pub(super) fn affine(input: &Type) -> Vec<WeightSpec> {
    let shape = vec![channels(input).clone()];
    vec![WeightSpec::bias("weight", shape.clone(), Init::Ones), WeightSpec::bias("bias", shape, Init::Zeros)]
}

impl Layer for GroupNorm {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_normed("group_norm", &inputs[0], true)?;
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
