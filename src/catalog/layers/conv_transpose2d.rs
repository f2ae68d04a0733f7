//! `conv_transpose2d`: the transpose of a two-dimensional convolution.

use super::conv2d::require_groups;
use super::padding::Padding;
use super::spread::Spread;
use super::{Init, Layer, WeightSpec, require_pictures};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// A transposed convolution (Zeiler et al. 2010): what is learnt of a small picture is spread over a larger one, each place by a
    /// filter of its own size. The way back up of a segmentation: `conv_transpose2d(16)` doubles height and width.
    ///
    /// Shape: `f32[rows, C, H, W]` to `f32[rows, channels, H′, W′]` with `H′ = (H − 1)·stride + dilation·(kernel − 1) + 1` for `valid`, `H·stride` for
    /// `same`, which cuts as much from both sides and so needs kernel and stride to be both even or both odd (of a dilated kernel how far it reaches), and
    /// 2p less than of `valid` for a number p, which is cut from each side. Weights:
    /// `weight[C, channels / groups, kernel, kernel]`, `bias[channels]`, drawn uniformly from ±1/√(channels / groups·kernel²), as PyTorch does. Of pictures
    /// that differ in height and width each is spread to a size of its own.
    pub struct ConvTranspose2d = "conv_transpose2d" {
        /// How many channels the output has.
        pos channels: Dim, in Range::AT_LEAST_ONE;
        /// Height and width of the filters.
        kernel: usize = 2, in Range::AT_LEAST_ONE;
        /// Step between what two neighbouring places are spread to.
        stride: usize = 2, in Range::AT_LEAST_ONE;
        /// `same`, `valid`, or how much is cut from each side: less than half a kernel.
        padding: Padding = Padding::Valid, in Range::NON_NEGATIVE;
        /// Distance between two taps of a filter.
        dilation: usize = 1, in Range::AT_LEAST_ONE;
        /// How many parts the channels fall into, each of which is spread over its own; it divides those of the input and of the output.
        groups: usize = 1, in Range::AT_LEAST_ONE;
        /// Whether a bias is added.
        bias: bool = true;
    }
}

impl ConvTranspose2d {
    /// Along either side.
    pub fn spread(&self) -> Spread {
        let Self { kernel, stride, dilation, padding, .. } = *self;
        Spread { kernel, stride, dilation, padding }
    }
}

/// Filters `[inputs, channels / groups, …]` and a bias.
pub(super) fn weights_of(
    inputs: &Dim,
    channels: &Dim,
    groups: usize,
    taps: &[usize],
    with_bias: bool,
) -> Vec<WeightSpec> {
    let own = channels.floor_div(groups as i64);
    let fan = own.clone() * Dim::int(taps.iter().product::<usize>() as i64);
    let init = Init::Uniform { bound_squared_times_fan: 1.0, fan };
    let shape = [inputs.clone(), own].into_iter().chain(taps.iter().map(|tap| Dim::int(*tap as i64)));
    let mut weights = vec![WeightSpec::matrix("weight", shape.collect(), init.clone())];
    if with_bias {
        weights.push(WeightSpec::bias("bias", vec![channels.clone()], init));
    }
    weights
}

impl Layer for ConvTranspose2d {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_pictures("conv_transpose2d", &inputs[0])?;
        require_groups("conv_transpose2d", self.groups, [&inputs[0].axes[1].size, &self.channels])?;
        self.spread().require_even("kernel")?;
        let mut output = inputs[0].clone();
        output.axes[1].size = self.channels.clone();
        for axis in [2, 3] {
            output.axes[axis].size = self.spread().size(&inputs[0].axes[axis].size);
        }
        Ok(output)
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        weights_of(&inputs[0].axes[1].size, &self.channels, self.groups, &[self.kernel; 2], self.bias)
    }

    fn operations(&self, inputs: &[Type], _output: &Type) -> Dim {
        let kernel = Dim::int((self.kernel * self.kernel) as i64);
        inputs[0].elements_per_row() * self.channels.floor_div(self.groups as i64) * kernel
    }
}
