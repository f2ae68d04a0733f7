//! `conv2d`: a convolution.

use burn::tensor::{Int, Tensor, TensorData};

use super::shares::Shares;
use super::{Affine, Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::LayerDef;
use crate::catalog::layers::conv2d::{Conv2d, places};
use crate::kernels::convolution::{Walk, Wanted, conv2d_bias_gradient, conv2d_gradients, conv2d_then};
use crate::lower::value::Lengths;
use crate::lower::{Real, Value, half};

impl Compute for Conv2d {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let bias = self.bias.then(|| half::factor(call.weights[1].flat(), call.half));
        let x = half::factor(windowed(call.x(), self.extent(), self.margin()).ranked::<4>(), call.half);
        let weight = half::factor(call.weights[0].ranked::<4>(), call.half);
        let output = conv2d_then(&x, &weight, bias.as_ref(), &walk(self), call.then);
        let output = Real::new(half::product(output, call.half));
        Value::Real(with_sizes(output, call.x(), |size| places(size, self.extent(), self.stride, self.margin())))
    }

    fn folded(&self, weights: &[Real], by: &Affine) -> Option<(LayerDef, Vec<Real>)> {
        let def = LayerDef::Conv2d(Conv2d { bias: true, ..self.clone() });
        Some((def, by.folded_into(&weights[0], 0, weights.get(1))))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Conv2d {
    fn reads_output(&self) -> bool {
        false
    }

    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let grad = cotangent.ranked::<4>();
        let real = windowed(call.x(), self.extent(), self.margin());
        let [x, weight, slopes] = [real.ranked::<4>(), call.weights[0].ranked::<4>(), grad.clone()]
            .map(|tensor| half::factor(tensor, call.half));
        let wanted = wanted(call, self.bias);
        let found = conv2d_gradients(&x, &weight, &slopes, &walk(self), wanted);
        let [back, kernel] = [found.pictures, found.weight]
            .map(|gradient| gradient.map(|gradient| Real::new(half::product(gradient, call.half))));
        let weights = of_weights(
            kernel,
            self.bias.then_some(|| Real::new(found.bias.unwrap_or_else(|| conv2d_bias_gradient(&grad)))),
        );
        Cotangents { inputs: vec![back.map(|back| as_it_was(back, call.x()))], weights }
    }

    /// Windows side by side make a dense layer of it, with as many rows as there are places: of small pictures deep in a net these are few.
    fn gramian(&self, call: &Recorded<'_>, cotangents: &[Real]) -> Option<Tensor<2>> {
        let [rows, channels, height, width] = cotangents.first()?.ranked::<4>().dims();
        let inputs = call.weights[0].elements() / channels;
        if self.groups > 1 {
            return None;
        }
        let shares = Shares::of(rows * height * width, inputs, channels, cotangents.len())?;
        let x = windowed(call.x(), self.extent(), self.margin()).ranked::<4>();
        let by_place = |cotangent: Tensor<3>| {
            let by_channel = cotangent.reshape([cotangents.len(), rows, channels, height * width]);
            by_channel.swap_dims(2, 3).reshape([cotangents.len(), rows * height * width, channels])
        };
        shares.gramian(&windows(self, x, [height, width]), by_place(Real::stack(cotangents)), self.bias)
    }
}

/// Which gradients of a convolution are wanted. That of a bias is a sum, which bfloat16 is not for.
pub(super) fn wanted(call: &Recorded<'_>, bias: bool) -> Wanted {
    Wanted {
        pictures: call.wants_inputs[0],
        weight: call.wants_weights,
        bias: call.wants_weights && bias && !call.half,
    }
}

/// What the weights of a convolution are given back: that of the filters, and of the bias if there is one; nothing where no weight is asked for.
pub(super) fn of_weights(filters: Option<Real>, bias: Option<impl FnOnce() -> Real>) -> Vec<Option<Real>> {
    let Some(filters) = filters else { return Vec::new() };
    [Some(filters)].into_iter().chain(bias.map(|bias| Some(bias()))).collect()
}

/// What the filters see at each place, `[rows · places, channels · kernel²]`.
fn windows(conv: &Conv2d, x: Tensor<4>, places: [usize; 2]) -> Tensor<2> {
    let device = x.device();
    let x = [2, 3].into_iter().fold(x, |x, axis| {
        if conv.margin() == 0 {
            return x;
        }
        let mut shape = x.dims();
        shape[axis] = conv.margin();
        let edge = Tensor::zeros(shape, &device);
        Tensor::cat(vec![edge.clone(), x, edge], axis)
    });
    let seen = |tap: usize, places: usize| -> Tensor<1, Int> {
        let at: Vec<i64> = (0..places).map(|place| (place * conv.stride + tap * conv.dilation) as i64).collect();
        Tensor::from_data(TensorData::new(at, [places]), &device)
    };
    let taps = (0..conv.kernel).flat_map(|row| (0..conv.kernel).map(move |column| (row, column)));
    let taps = taps.map(|(row, column)| {
        let seen_rows = x.clone().select(2, seen(row, places[0]));
        seen_rows.select(3, seen(column, places[1])).unsqueeze_dim::<5>(2)
    });
    let [rows, channels, ..] = x.dims();
    let windows = Tensor::cat(taps.collect(), 2).permute([0, 3, 4, 1, 2]);
    windows.reshape([rows * places[0] * places[1], channels * conv.kernel * conv.kernel])
}

fn walk(conv: &Conv2d) -> Walk {
    Walk { stride: [conv.stride; 2], dilation: [conv.dilation; 2], margin: [conv.margin(); 2], groups: conv.groups }
}

/// Pictures of different sizes as a window walks over them: zeros around each, and room for one window at least.
pub(super) fn windowed(x: &Real, extent: usize, margin: usize) -> Real {
    if x.extents().is_empty() {
        return x.clone();
    }
    let least = extent.saturating_sub(2 * margin);
    let shape: Vec<usize> =
        (0..4).map(|axis| if axis < 2 { x.shape()[axis] } else { x.shape()[axis].max(least) }).collect();
    x.filled(0.0).padded_to(&shape)
}

/// What a window makes of such pictures, with how large each of them is then.
pub(super) fn with_sizes(output: Real, x: &Real, places: impl Fn(usize) -> usize) -> Real {
    let sizes = [2, 3].into_iter().filter_map(|axis| {
        let left: Vec<usize> = x.extents().of(axis)?.iter().map(|size| places(*size)).collect();
        Some((axis, Lengths::from(left)))
    });
    output.with_extents(sizes.collect())
}

/// A cotangent of windowed pictures as one of the pictures, zero at padding.
pub(super) fn as_it_was(back: Real, x: &Real) -> Real {
    if x.extents().is_empty() {
        return back;
    }
    back.cut_to(x.shape()).with_extents(x.extents().clone()).filled(0.0)
}
