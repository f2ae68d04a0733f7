//! `conv1d`: a convolution over time.

use burn::tensor::Tensor;

use super::{Compute, Cotangents, Forward, Recorded, State, Vjp};
use crate::catalog::layers::conv1d::Conv1d;
use crate::kernels::Kept;
use crate::kernels::time_convolution::{Walk, conv1d, conv1d_kept, gradients};
use crate::lower::value::Lengths;
use crate::lower::{Real, Value, half};

impl Compute for Conv1d {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let bias = self.bias.then(|| half::factor(call.weights[1].flat(), call.half));
        let seen = half::factor(x.filled(0.0).ranked::<3>(), call.half);
        let weight = half::factor(call.weights[0].ranked::<3>(), call.half);
        let (output, kept) = match call.training {
            true => conv1d_kept(&seen, &weight, bias.as_ref(), &self.walk(x)),
            false => (conv1d(&seen, &weight, bias.as_ref(), &self.walk(x)), Kept::new()),
        };
        let output = Real::new(half::product(output, call.half));
        let lengths = x.extents().of(1).map(|lengths| {
            let places: Vec<usize> = lengths.iter().map(|length| self.places(*length)).collect();
            (1, Lengths::from(places))
        });
        call.keep(kept);
        Value::Real(output.with_extents(lengths.into_iter().collect()))
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
        let product = half::matmul(taps, filters(&call.weights[0]), call.half);
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
}

/// `[taps · features, channels]`
fn filters(weight: &Real) -> Tensor<2> {
    let [channels, features, taps] = weight.ranked::<3>().dims();
    weight.ranked::<3>().permute([2, 1, 0]).reshape([taps * features, channels])
}

impl Vjp for Conv1d {
    fn reads_output(&self) -> bool {
        false
    }

    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
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
