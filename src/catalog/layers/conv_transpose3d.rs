//! `conv_transpose3d`: the transpose of a convolution over time and place.

use super::conv_transpose2d::weights_of;
use super::conv2d::require_groups;
use super::padding::Padding;
use super::spread::Spread;
use super::{Layer, WeightSpec, require_clips};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// A transposed convolution of clips: each place of a frame is spread over several frames of a longer, larger clip by learned filters. The way back
    /// from what [`conv3d`](layers.md#conv3d) with strides has made smaller: `conv_transpose3d(16)` doubles length, height and width.
    ///
    /// Shape: `f32[rows, T, C, H, W]` to `f32[rows, T′, channels, H′, W′]`, each size as of [`conv_transpose2d`](#conv_transpose2d), along time with `frames`,
    /// `time_stride` and `time_dilation`. Clips that differ in length differ in it afterwards, each by that formula. Weights:
    /// `weight[C, channels / groups, frames, kernel, kernel]`, `bias[channels]`, drawn uniformly from ±1/√(channels / groups·frames·kernel²), as
    /// PyTorch does.
    pub struct ConvTranspose3d = "conv_transpose3d" {
        /// How many channels the output has.
        pos channels: Dim, in Range::AT_LEAST_ONE;
        /// Height and width of the filters.
        kernel: usize = 2, in Range::AT_LEAST_ONE;
        /// How many neighbouring frames a frame is spread over.
        frames: usize = 2, in Range::AT_LEAST_ONE;
        /// Step between what two neighbouring places are spread to.
        stride: usize = 2, in Range::AT_LEAST_ONE;
        /// Step between what two neighbouring frames are spread to.
        time_stride: usize = 2, in Range::AT_LEAST_ONE;
        /// `same`, `valid`, or how much is cut from each side, in time and place: less than half a kernel.
        padding: Padding = Padding::Valid, in Range::NON_NEGATIVE;
        /// Distance between two taps of a filter in a frame.
        dilation: usize = 1, in Range::AT_LEAST_ONE;
        /// Distance between two frames of a filter.
        time_dilation: usize = 1, in Range::AT_LEAST_ONE;
        /// How many parts the channels fall into, each of which is spread over its own; it divides those of the input and of the output.
        groups: usize = 1, in Range::AT_LEAST_ONE;
        /// Whether a bias is added.
        bias: bool = true;
    }
}

impl ConvTranspose3d {
    /// Along either side of a frame.
    pub fn spread(&self) -> Spread {
        let Self { kernel, stride, dilation, padding, .. } = *self;
        Spread { kernel, stride, dilation, padding }
    }

    pub fn along_frames(&self) -> Spread {
        let Self { frames, time_stride, time_dilation, padding, .. } = *self;
        Spread { kernel: frames, stride: time_stride, dilation: time_dilation, padding }
    }
}

impl Layer for ConvTranspose3d {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        let input = &inputs[0];
        require_clips("conv_transpose3d", input).map_err(|error| match input.is_picture() {
            true => error.help("on pictures works `conv_transpose2d`"),
            false => error,
        })?;
        require_groups("conv_transpose3d", self.groups, [&input.axes[2].size, &self.channels])?;
        self.spread().require_even("kernel")?;
        self.along_frames().require_even("frames")?;
        let mut output = input.clone();
        output.axes[1].size = self.along_frames().size(&input.axes[1].size);
        output.axes[2].size = self.channels.clone();
        for axis in [3, 4] {
            output.axes[axis].size = self.spread().size(&input.axes[axis].size);
        }
        Ok(output)
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let taps = [self.frames, self.kernel, self.kernel];
        weights_of(&inputs[0].axes[2].size, &self.channels, self.groups, &taps, self.bias)
    }

    fn operations(&self, inputs: &[Type], _output: &Type) -> Dim {
        let taps = Dim::int((self.frames * self.kernel * self.kernel) as i64);
        inputs[0].elements_per_row() * self.channels.floor_div(self.groups as i64) * taps
    }
}
