//! `conv3d`: a convolution over time and place.

use super::conv2d::require_groups;
use super::padding::Padding;
use super::{Init, Layer, WeightSpec, require_clips, window};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// A three-dimensional convolution of clips: filters that see some frames at once, and so what moves (Tran et al. 2015, arXiv:1412.0767). With
    /// `kernel: 1` it looks along time alone, with `frames: 1` at each frame alone; one behind the other, with fewer weights, they are the
    /// (2+1)-dimensional convolution of Tran et al. 2018, arXiv:1711.11248.
    ///
    /// Shape: `f32[rows, T, C, H, W]` to `f32[rows, T′, channels, H′, W′]`, each size as of [`conv2d`](#conv2d), with `dilation` in a frame and
    /// `time_dilation` along time. Weights: `weight[channels, C / groups, frames, kernel, kernel]`, `bias[channels]`, drawn uniformly from
    /// ±1/√(C / groups·frames·kernel²), as PyTorch does. Clips may differ in length: with `same` and a number there are zeros before and behind each,
    /// however long the others of the batch may be.
    ///
    /// With as many `groups` as channels it is a *depthwise* convolution: each channel is seen by filters of its own.
    pub struct Conv3d = "conv3d" {
        /// How many filters, and channels of the output.
        pos channels: Dim, in Range::AT_LEAST_ONE;
        /// Height and width of the filters.
        kernel: usize = 3, in Range::AT_LEAST_ONE;
        /// How many neighbouring frames a filter sees.
        frames: usize = 3, in Range::AT_LEAST_ONE;
        /// Step between two places of a filter in a frame.
        stride: usize = 1, in Range::AT_LEAST_ONE;
        /// Step between two frames.
        time_stride: usize = 1, in Range::AT_LEAST_ONE;
        /// `same`, `valid`, or how many zeros stand on each side, in time and place.
        padding: Padding = Padding::Valid, in Range::NON_NEGATIVE;
        /// Distance between two taps of a filter in a frame.
        dilation: usize = 1, in Range::AT_LEAST_ONE;
        /// Distance between two frames that a filter sees.
        time_dilation: usize = 1, in Range::AT_LEAST_ONE;
        /// How many parts the channels fall into, each of which sees only its own; it divides those of the input and of the output.
        groups: usize = 1, in Range::AT_LEAST_ONE;
        /// Whether a bias is added.
        bias: bool = true;
    }
}

impl Conv3d {
    /// Zeros on each side of a frame.
    pub fn margin(&self) -> usize {
        self.padding.margin(self.extent())
    }

    /// From the first tap to the last, in a frame.
    pub fn extent(&self) -> usize {
        self.dilation * (self.kernel - 1) + 1
    }

    /// From the first frame to the last that a filter sees.
    pub fn time_extent(&self) -> usize {
        self.time_dilation * (self.frames - 1) + 1
    }

    /// Frames of zeros before the first and behind the last.
    pub fn time_margin(&self) -> usize {
        self.padding.margin(self.time_extent())
    }
}

impl Layer for Conv3d {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        let input = &inputs[0];
        require_clips("conv3d", input).map_err(|error| match input.is_picture() {
            true => error.help("on pictures works `conv2d`"),
            false => error,
        })?;
        self.padding.require_odd(self.kernel)?;
        self.padding.require_odd(self.frames).map_err(|error| error.parameter("frames"))?;
        require_groups("conv3d", self.groups, [&input.axes[2].size, &self.channels])?;
        let mut output = input.clone();
        let axes = &input.axes;
        let (around, in_time) = (2 * self.margin(), 2 * self.time_margin());
        output.axes[1].size = window("conv3d", "time", &axes[1].size, self.time_extent(), self.time_stride, in_time)
            .map_err(|error| error.parameter("frames"))?;
        output.axes[2].size = self.channels.clone();
        for (axis, name) in [(3, "height"), (4, "width")] {
            output.axes[axis].size = window("conv3d", name, &axes[axis].size, self.extent(), self.stride, around)?;
        }
        Ok(output)
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let channels = inputs[0].axes[2].size.floor_div(self.groups as i64);
        let [kernel, frames] = [self.kernel, self.frames].map(|size| Dim::int(size as i64));
        let fan = channels.clone() * frames.clone() * kernel.clone() * kernel.clone();
        let init = Init::Uniform { bound_squared_times_fan: 1.0, fan };
        let shape = vec![self.channels.clone(), channels, frames, kernel.clone(), kernel];
        let mut weights = vec![WeightSpec::matrix("weight", shape, init.clone())];
        if self.bias {
            weights.push(WeightSpec::bias("bias", vec![self.channels.clone()], init));
        }
        weights
    }

    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        let taps = Dim::int((self.kernel * self.kernel * self.frames) as i64);
        output.elements_per_row() * inputs[0].axes[2].size.floor_div(self.groups as i64) * taps
    }
}
