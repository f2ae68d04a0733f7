//! `conv_transpose2d`: the transpose of a two-dimensional convolution.

use super::padding::Padding;
use super::{Init, Layer, WeightSpec, require_picture};
use crate::catalog::error::Undecided;
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Type};

crate::entry! {
    /// A transposed convolution (Zeiler et al. 2010): what is learnt of a small picture is spread over a larger one, each place by a
    /// filter of its own size. The way back up of a segmentation: `conv_transpose2d(16)` doubles height and width.
    ///
    /// Shape: `f32[rows, C, H, W]` to `f32[rows, channels, H′, W′]` with `H′ = (H − 1)·stride + kernel` for `valid`, `H·stride` for
    /// `same`, which cuts as much from both sides and so needs kernel and stride to be both even or both odd, and `(H − 1)·stride + kernel − 2p`
    /// for a number p, which is cut from each side. Weights:
    /// `weight[C, channels, kernel, kernel]`, `bias[channels]`, drawn uniformly from ±1/√(channels·kernel²), as PyTorch does.
    pub struct ConvTranspose2d = "conv_transpose2d" {
        /// How many channels the output has.
        pos channels: Dim, in Range::AT_LEAST_ONE;
        /// Height and width of the filters.
        kernel: usize = 2, in Range::AT_LEAST_ONE;
        /// Step between what two neighbouring places are spread to.
        stride: usize = 2, in Range::AT_LEAST_ONE;
        /// `same`, `valid`, or how much is cut from each side: less than half a kernel.
        padding: Padding = Padding::Valid, in Range::NON_NEGATIVE;
        /// Whether a bias is added.
        bias: bool = true;
    }
}

impl ConvTranspose2d {
    /// What is cut from each side.
    pub fn margin(&self) -> usize {
        match self.padding {
            Padding::Valid => 0,
            Padding::Same => self.kernel.saturating_sub(self.stride) / 2,
            Padding::Zeros(margin) => margin,
        }
    }

    fn require_even(&self) -> Result<(), ShapeError> {
        if let Padding::Zeros(margin) = self.padding
            && 2 * margin >= self.kernel
        {
            let message = format!("`padding: {margin}` cuts all of a kernel of {}", self.kernel);
            return Err(ShapeError::new(message)
                .parameter("padding")
                .help(format!("use `padding: {}` at most", (self.kernel - 1) / 2)));
        }
        if self.padding != Padding::Same {
            return Ok(());
        }
        if self.kernel < self.stride {
            return Err(ShapeError::new("`padding: same` needs a kernel as large as the stride")
                .parameter("kernel")
                .help(format!("use `kernel: {}`, or `padding: valid`", self.stride)));
        }
        if !(self.kernel - self.stride).is_multiple_of(2) {
            return Err(ShapeError::new(
                "`padding: same` cuts as much from both sides, and here it would be half a place",
            )
            .parameter("kernel")
            .help(format!("use `kernel: {}`, or `padding: valid`", self.kernel + 1)));
        }
        Ok(())
    }
}

impl Layer for ConvTranspose2d {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_picture("conv_transpose2d", &inputs[0])?;
        self.require_even()?;
        let axes = &inputs[0].axes;
        let rest = self.kernel as i64 - self.stride as i64 - 2 * self.margin() as i64;
        let size = |axis: usize| axes[axis].size.clone() * Dim::int(self.stride as i64) + Dim::int(rest);
        Ok(Type::new(
            Kind::Real,
            vec![
                axes[0].clone(),
                Axis::new("channels", self.channels.clone()),
                Axis::new("height", size(2)),
                Axis::new("width", size(3)),
            ],
        ))
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let kernel = Dim::int(self.kernel as i64);
        let fan = self.channels.clone() * kernel.clone() * kernel.clone();
        let init = Init::Uniform { bound_squared_times_fan: 1.0, fan };
        let shape = vec![inputs[0].axes[1].size.clone(), self.channels.clone(), kernel.clone(), kernel];
        let mut weights = vec![WeightSpec::matrix("weight", shape, init.clone())];
        if self.bias {
            weights.push(WeightSpec::bias("bias", vec![self.channels.clone()], init));
        }
        weights
    }

    fn operations(&self, inputs: &[Type], _output: &Type) -> Dim {
        let kernel = Dim::int((self.kernel * self.kernel) as i64);
        inputs[0].elements_per_row() * self.channels.clone() * kernel
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_pytorch() {
        let size = |kernel: usize, stride: usize, padding: Padding| {
            let layer = ConvTranspose2d { channels: Dim::int(3), kernel, stride, padding, bias: true };
            let rows = Axis::new("rows", Dim::symbol("rows(d)"));
            let picture = Type::real(rows, [Dim::int(2), Dim::int(7), Dim::int(5)]);
            layer.infer(&[picture], &mut Undecided::default()).map(|ty| [2, 3].map(|axis| ty.axes[axis].size.value()))
        };
        assert_eq!(size(2, 2, Padding::Valid), Ok([Some(14), Some(10)]));
        assert_eq!(size(3, 2, Padding::Valid), Ok([Some(15), Some(11)]));
        assert_eq!(size(1, 3, Padding::Valid), Ok([Some(19), Some(13)]));
        assert_eq!(size(4, 2, Padding::Same), Ok([Some(14), Some(10)]));
        assert_eq!(size(3, 2, Padding::Zeros(1)), Ok([Some(13), Some(9)]));
        assert!(size(4, 2, Padding::Zeros(2)).is_err());
        assert!(size(3, 2, Padding::Same).is_err());
        assert!(size(1, 2, Padding::Same).is_err());
    }
}
