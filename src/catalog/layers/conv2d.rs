//! `conv2d`: a two-dimensional convolution.

use super::padding::Padding;
use super::{Init, Layer, WeightSpec, window};
use crate::catalog::error::Undecided;
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Type};

crate::entry! {
    /// A two-dimensional convolution (cross-correlation, as everywhere in the field) with square kernels.
    ///
    /// Shape: `f32[rows, C, H, W]` to `f32[rows, channels, H′, W′]` with `H′ = ⌊(H + 2p − dilation·(kernel − 1) − 1) / stride⌋ + 1`,
    /// where p is 0 for `valid`, `dilation·(kernel − 1) / 2` for `same` (which needs an odd kernel), and what is written as a number. Weights:
    /// `weight[channels, C / groups, kernel, kernel]`, `bias[channels]`, drawn uniformly from ±1/√(C / groups·kernel²), as PyTorch does.
    ///
    /// Where pictures differ in height and width, there is nothing around each of them, or with `same` and a number zeros, however large the others of the
    /// batch may be, and what the stride makes of its size is its own. One that is smaller than the window has no place left with `valid`.
    ///
    /// With as many `groups` as channels it is a *depthwise* convolution: each channel is seen by filters of its own.
    pub struct Conv2d = "conv2d" {
        /// How many filters, and channels of the output.
        pos channels: Dim, in Range::AT_LEAST_ONE;
        /// Height and width of the filters.
        kernel: usize = 3, in Range::AT_LEAST_ONE;
        /// Step between two places of a filter.
        stride: usize = 1, in Range::AT_LEAST_ONE;
        /// `same`, `valid`, or how many zeros stand on each side.
        padding: Padding = Padding::Valid, in Range::NON_NEGATIVE;
        /// Distance between two taps of a filter.
        dilation: usize = 1, in Range::AT_LEAST_ONE;
        /// How many parts the channels fall into, each of which sees only its own; it divides those of the input and of the output.
        groups: usize = 1, in Range::AT_LEAST_ONE;
        /// Whether a bias is added.
        bias: bool = true;
    }
}

impl Conv2d {
    /// Zeros on each side.
    pub fn margin(&self) -> usize {
        self.padding.margin(self.extent())
    }

    /// From the first tap to the last.
    pub fn extent(&self) -> usize {
        self.dilation * (self.kernel - 1) + 1
    }
}

/// An error unless the groups of a convolution divide the channels that it gets and those that it gives.
pub(super) fn require_groups(layer: &str, groups: usize, [gets, gives]: [&Dim; 2]) -> Result<(), ShapeError> {
    for (what, channels) in [("gets", gets), ("gives", gives)] {
        match channels.value() {
            Some(channels) if channels % groups as i64 != 0 => {
                let message = format!("`{layer}` {what} {channels} channels, which do not fall into {groups} groups");
                return Err(ShapeError::new(message)
                    .parameter("groups")
                    .help("the groups divide the channels of the input and those of the output"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// How many places are left of so many, where a window moves along them.
pub fn places(size: usize, extent: usize, stride: usize, margin: usize) -> usize {
    (size + 2 * margin).checked_sub(extent).map_or(0, |room| room / stride + 1)
}

impl Layer for Conv2d {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        super::require_pictures("conv2d", &inputs[0])?;
        self.padding.require_odd(self.kernel)?;
        require_groups("conv2d", self.groups, [&inputs[0].axes[1].size, &self.channels])?;
        let (extent, around) = (self.extent(), 2 * self.margin());
        let axes = &inputs[0].axes;
        let height = window("conv2d", "height", &axes[2].size, extent, self.stride, around)?;
        let width = window("conv2d", "width", &axes[3].size, extent, self.stride, around)?;
        Ok(Type::new(
            Kind::Real,
            vec![
                axes[0].clone(),
                Axis::new("channels", self.channels.clone()),
                Axis::new("height", height),
                Axis::new("width", width),
            ],
        ))
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let channels = inputs[0].axes[1].size.floor_div(self.groups as i64);
        let kernel = Dim::int(self.kernel as i64);
        let fan = channels.clone() * kernel.clone() * kernel.clone();
        let init = Init::Uniform { bound_squared_times_fan: 1.0, fan };
        let shape = vec![self.channels.clone(), channels, kernel.clone(), kernel];
        let mut weights = vec![WeightSpec::matrix("weight", shape, init.clone())];
        if self.bias {
            weights.push(WeightSpec::bias("bias", vec![self.channels.clone()], init));
        }
        weights
    }

    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        let kernel = Dim::int((self.kernel * self.kernel) as i64);
        output.elements_per_row() * inputs[0].axes[1].size.floor_div(self.groups as i64) * kernel
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(side: Dim) -> Type {
        Type::real(Axis::new("rows", Dim::symbol("rows(d)")), [Dim::int(3), side.clone(), side])
    }

    fn conv(kernel: usize, stride: usize, padding: Padding) -> Conv2d {
        Conv2d { channels: Dim::int(8), kernel, stride, padding, dilation: 1, groups: 1, bias: true }
    }

    #[test]
    fn sizes_are_those_of_pytorch() {
        let size = |conv: Conv2d, side: i64| {
            conv.infer(&[picture(Dim::int(side))], &mut Undecided::default()).map(|ty| ty.axes[2].size.clone())
        };
        assert_eq!(size(conv(3, 1, Padding::Valid), 8), Ok(Dim::int(6)));
        assert_eq!(size(conv(3, 1, Padding::Same), 8), Ok(Dim::int(8)));
        assert_eq!(size(conv(3, 2, Padding::Same), 9), Ok(Dim::int(5)));
        assert_eq!(size(conv(7, 2, Padding::Zeros(3)), 64), Ok(Dim::int(32)));
        assert_eq!(size(conv(4, 2, Padding::Zeros(1)), 8), Ok(Dim::int(4)));
        assert_eq!(size(conv(3, 1, Padding::Zeros(2)), 8), Ok(Dim::int(10)));
        assert!(size(conv(9, 1, Padding::Valid), 8).is_err());
        assert!(size(conv(2, 1, Padding::Same), 8).is_err());
    }

    #[test]
    fn sizes_that_differ_are_those_of_the_term() {
        for (kernel, stride, padding) in [
            (3, 1, Padding::Same),
            (3, 2, Padding::Same),
            (2, 1, Padding::Valid),
            (3, 2, Padding::Valid),
            (4, 2, Padding::Zeros(1)),
            (3, 1, Padding::Zeros(2)),
        ] {
            let conv = conv(kernel, stride, padding);
            let output = conv.infer(&[picture(Dim::extent("height(x)"))], &mut Undecided::default()).expect("pictures");
            for size in 0..12 {
                let facts = crate::catalog::Facts::from([("height(x)".into(), size as i64)]);
                let term = output.axes[2].size.at_longest(&facts).value().expect("a number");
                assert_eq!(
                    places(size, conv.extent(), stride, conv.margin()) as i64,
                    term.max(0),
                    "{conv:?} of {size}"
                );
            }
        }
    }

    #[test]
    fn groups_divide_the_channels() {
        let grouped =
            |channels: i64, groups: usize| Conv2d { channels: Dim::int(channels), groups, ..conv(3, 1, Padding::Same) };
        let picture = [picture(Dim::int(8))];
        assert!(grouped(6, 3).infer(&picture, &mut Undecided::default()).is_ok());
        assert!(grouped(6, 2).infer(&picture, &mut Undecided::default()).is_err(), "of three channels");
        assert!(grouped(8, 3).infer(&picture, &mut Undecided::default()).is_err(), "of eight channels");
        assert_eq!(grouped(6, 3).weights(&picture)[0].shape[1].value(), Some(1));
    }

    #[test]
    fn symbolic_sizes_stay_symbolic() {
        let side = Dim::symbol("height(photo)");
        let out = conv(3, 1, Padding::Same).infer(&[picture(side.clone())], &mut Undecided::default());
        assert_eq!(out.map(|ty| ty.axes[2].size.clone()), Ok(side));
    }
}
