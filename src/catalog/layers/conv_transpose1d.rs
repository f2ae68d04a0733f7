//! `conv_transpose1d`: the transpose of a convolution over time.

use super::conv_transpose2d::weights_of;
use super::conv2d::require_groups;
use super::padding::Padding;
use super::spread::Spread;
use super::{Layer, WeightSpec, require_sequence};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// A transposed convolution over time: each place of a sequence is spread over several places of a longer one by learned filters. The way back
    /// from what [`conv1d`](layers.md#conv1d) with a stride has made shorter: `conv_transpose1d(16)` doubles the length.
    ///
    /// Shape: `f32[rows, time, n]` to `f32[rows, time′, channels]` with `time′ = (time − 1)·stride + dilation·(kernel − 1) + 1` for `valid`,
    /// `time·stride` for `same`, which cuts as much from both ends and so needs kernel and stride to be both even or both odd (of a dilated kernel how far it
    /// reaches), and 2p less than of `valid` for a number p, which is cut from each end. Sequences that differ in length differ in it afterwards, each by
    /// that formula: of a text, `length(x)` becomes `2·length(x)` with `same` and a stride of 2. Weights: `weight[n, channels / groups, kernel]`,
    /// `bias[channels]`, drawn uniformly from ±1/√(channels / groups·kernel), as PyTorch does.
    pub struct ConvTranspose1d = "conv_transpose1d" {
        /// How many features the output has.
        pos channels: Dim, in Range::AT_LEAST_ONE;
        /// How many neighbouring places a place is spread over.
        kernel: usize = 2, in Range::AT_LEAST_ONE;
        /// Step between what two neighbouring places are spread to.
        stride: usize = 2, in Range::AT_LEAST_ONE;
        /// `same`, `valid`, or how much is cut from each end: less than half a kernel.
        padding: Padding = Padding::Valid, in Range::NON_NEGATIVE;
        /// Distance between two taps of a filter.
        dilation: usize = 1, in Range::AT_LEAST_ONE;
        /// How many parts the features fall into, each of which is spread over its own; it divides those of the input and of the output.
        groups: usize = 1, in Range::AT_LEAST_ONE;
        /// Whether a bias is added.
        bias: bool = true;
    }
}

impl ConvTranspose1d {
    /// Along time.
    pub fn spread(&self) -> Spread {
        let Self { kernel, stride, dilation, padding, .. } = *self;
        Spread { kernel, stride, dilation, padding }
    }
}

impl Layer for ConvTranspose1d {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_sequence("conv_transpose1d", &inputs[0]).map_err(|error| match inputs[0].is_picture() {
            true => error.help("on pictures works `conv_transpose2d`"),
            false => error,
        })?;
        require_groups("conv_transpose1d", self.groups, [&inputs[0].last().size, &self.channels])?;
        self.spread().require_even("kernel")?;
        let mut output = inputs[0].clone();
        output.axes[1].size = self.spread().size(&inputs[0].axes[1].size);
        output.axes[2].size = self.channels.clone();
        Ok(output)
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        weights_of(&inputs[0].last().size, &self.channels, self.groups, &[self.kernel], self.bias)
    }

    fn operations(&self, inputs: &[Type], _output: &Type) -> Dim {
        inputs[0].elements_per_row() * self.channels.floor_div(self.groups as i64) * Dim::int(self.kernel as i64)
    }
}
