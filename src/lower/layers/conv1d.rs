//! `conv1d`: a convolution over time.

use burn::tensor::Tensor;

use super::conv2d::{of_weights, wanted};
use super::{Affine, Compute, Cotangents, Forward, Recorded, State, Vjp};
use crate::catalog::layers::LayerDef;
use crate::catalog::layers::conv1d::Conv1d;
use crate::kernels::Kept;
use crate::kernels::convolution::{self, conv2d, conv2d_gradients};
use crate::kernels::time_convolution::{Walk, conv1d, conv1d_kept, gradients};
use crate::lower::{Real, Value, half};

impl Compute for Conv1d {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let bias = self.bias.then(|| half::factor(call.weights[1].flat(), call.half));
        let seen = half::factor(x.filled(0.0).ranked::<3>(), call.half);
        let weight = half::factor(call.weights[0].ranked::<3>(), call.half);
        let (output, kept) = match call.training {
            _ if self.groups > 1 => {
                let filters = weight.unsqueeze_dim::<4>(2);
                let output = conv2d(&self.line(seen), &filters, bias.as_ref(), &self.along_line());
                (as_sequences(output), Kept::new())
            }
            true => conv1d_kept(&seen, &weight, bias.as_ref(), &self.walk(x)),
            false => (conv1d(&seen, &weight, bias.as_ref(), &self.walk(x)), Kept::new()),
        };
        let output = Real::new(half::product(output, call.half));
        let output = output.with_extents(x.extents_after(|length| self.places(length)));
        call.keep(kept);
        Value::Real(output)
    }

    fn folded(&self, weights: &[Real], by: &Affine) -> Option<(LayerDef, Vec<Real>)> {
        let def = LayerDef::Conv1d(Conv1d { bias: true, ..self.clone() });
        Some((def, by.folded_into(&weights[0], 0, weights.get(1))))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }

    /// The state is the places that the window sees before this one, zeros at first.
    fn step(&self, call: &mut Forward<'_>, state: &mut State) -> Value {
        let x = call.x();
        let [rows, _, features] = x.ranked::<3>().dims();
        let before = self.before();
        let seen = match state.written.first() {
            Some(seen) => seen.ranked::<3>(),
            None => Tensor::zeros([rows, before, features], &x.device()),
        };
        let window = if before == 0 { x.ranked::<3>() } else { Tensor::cat(vec![seen, x.ranked::<3>()], 1) };
        if before > 0 {
            state.written = vec![Real::new(window.clone().narrow(1, 1, before))];
        }
        let taps = (0..self.kernel).map(|tap| window.clone().narrow(1, tap * self.dilation, 1)).collect();
        let taps = Tensor::cat(taps, 1).reshape([rows, self.kernel * features]);
        let product = half::matmul(taps, filters(self.that_see_all(&call.weights[0])), call.half);
        let output = if self.bias { product + call.weights[1].flat().unsqueeze::<2>() } else { product };
        let channels = output.dims()[1];
        Value::Real(Real::new(output).reshaped(vec![rows, 1, channels]))
    }
}

impl Conv1d {
    /// Places of the output; one at least, which is padding if every row is too short for a window.
    fn steps(&self, x: &Real) -> usize {
        self.places(x.shape()[1]).max(1)
    }

    fn walk(&self, x: &Real) -> Walk {
        Walk {
            taps: self.kernel,
            stride: self.stride,
            dilation: self.dilation,
            before: self.before(),
            steps: self.steps(x),
        }
    }

    /// Groups are what the kernels of pictures know: a sequence as a picture of one line, with the zeros around it.
    fn line(&self, x: Tensor<3>) -> Tensor<4> {
        let [rows, time, features] = x.dims();
        let zeros = |count: usize| Tensor::zeros([rows, count, features], (&x.device(), x.dtype()));
        let behind = self.behind().max(self.extent().saturating_sub(self.before() + time));
        let mut parts = vec![x.clone()];
        if self.before() > 0 {
            parts.insert(0, zeros(self.before()));
        }
        if behind > 0 {
            parts.push(zeros(behind));
        }
        as_pictures(Tensor::cat(parts, 1))
    }

    fn along_line(&self) -> convolution::Walk {
        let (stride, dilation) = ([1, self.stride], [1, self.dilation]);
        convolution::Walk { stride, dilation, margin: [0; 2], groups: self.groups }
    }

    /// Filters over all features, with zeros where one sees none.
    fn that_see_all(&self, weight: &Real) -> Tensor<3> {
        let weight = weight.ranked::<3>();
        let [channels, own, taps] = weight.dims();
        let each = channels / self.groups;
        let of_group = |group: usize| {
            let zeros = |features: usize| Tensor::zeros([each, features, taps], &weight.device());
            let (before, behind) = (group * own, (self.groups - 1 - group) * own);
            let mut parts = vec![weight.clone().narrow(0, group * each, each)];
            if before > 0 {
                parts.insert(0, zeros(before));
            }
            if behind > 0 {
                parts.push(zeros(behind));
            }
            Tensor::cat(parts, 1)
        };
        Tensor::cat((0..self.groups).map(of_group).collect(), 0)
    }

    fn pull_grouped(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x();
        let [seen, weight, slopes] =
            [self.line(x.filled(0.0).ranked()), in_pictures(&call.weights[0]), as_pictures(cotangent.ranked())]
                .map(|tensor| half::factor(tensor, call.half));
        let found = conv2d_gradients(&seen, &weight, &slopes, &self.along_line(), wanted(call, false));
        let [back, kernel] =
            [found.pictures, found.weight].map(|gradient| gradient.map(|gradient| half::product(gradient, call.half)));
        let weights = of_weights(
            kernel.map(|kernel| call.weights[0].like(kernel)),
            self.bias.then_some(|| call.weights[1].like(cotangent.by_last().sum_dim(0))),
        );
        let own = |back| as_sequences(back).narrow(1, self.before(), x.shape()[1]);
        Cotangents { inputs: vec![back.map(|back| x.like(own(back)).filled(0.0))], weights }
    }
}

/// Sequences `[rows, time, features]` as pictures `[rows, features, 1, time]`.
pub(super) fn as_pictures(x: Tensor<3>) -> Tensor<4> {
    x.swap_dims(1, 2).unsqueeze_dim(2)
}

/// Undoes [`as_pictures`].
pub(super) fn as_sequences(pictures: Tensor<4>) -> Tensor<3> {
    let [rows, features, _, time] = pictures.dims();
    pictures.reshape([rows, features, time]).swap_dims(1, 2)
}

/// Filters over time as filters of such pictures.
pub(super) fn in_pictures(weight: &Real) -> Tensor<4> {
    weight.ranked::<3>().unsqueeze_dim(2)
}

/// `[taps · features, channels]`
fn filters(weight: Tensor<3>) -> Tensor<2> {
    let [channels, features, taps] = weight.dims();
    weight.permute([2, 1, 0]).reshape([taps * features, channels])
}

impl Vjp for Conv1d {
    fn reads_output(&self) -> bool {
        false
    }

    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        if self.groups > 1 {
            return self.pull_grouped(call, cotangent);
        }
        let x = call.x();
        let [seen, weight, slopes] = [x.filled(0.0).ranked::<3>(), call.weights[0].ranked(), cotangent.ranked()]
            .map(|tensor| half::factor(tensor, call.half));
        let wanted = [call.wants_inputs[0], call.wants_weights];
        let [back, filters] = gradients(&seen, &weight, &slopes, &self.walk(x), wanted, &call.kept())
            .map(|gradient| gradient.map(|gradient| half::product(gradient, call.half)));
        let mut weights = Vec::new();
        if let Some(filters) = filters {
            weights.push(Some(Real::new(filters)));
            if self.bias {
                weights.push(Some(call.weights[1].like(cotangent.by_last().sum_dim(0))));
            }
        }
        let back = back.map(|back| x.like(back).filled(0.0));
        Cotangents { inputs: vec![back], weights }
    }
}
