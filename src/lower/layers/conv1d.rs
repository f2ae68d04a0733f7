//! `conv1d`: a convolution over time, as one product of all windows with the filters.
//!
//! The windows are looked up by a table of places, in which what lies before the first place and behind the last one is a
//! place of zeros; so strides, dilation and padding are the table's, and both ways back are products too.

use burn::tensor::{IndexingUpdateOp, Int, Tensor, TensorData};

use super::{Compute, Cotangents, Forward, Recorded, State, Vjp};
use crate::catalog::layers::conv1d::Conv1d;
use crate::lower::value::Lengths;
use crate::lower::{Real, Value, half};

impl Compute for Conv1d {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let filters = filters(&call.weights[0]);
        let product = half::matmul(self.windows(x), filters.clone(), call.half);
        let output = if self.bias { product + call.weights[1].flat().unsqueeze::<2>() } else { product };
        let output = Real::new(output).reshaped(vec![x.rows(), self.steps(x), filters.dims()[1]]);
        let lengths = x.extents().of(1).map(|lengths| {
            let places: Vec<usize> = lengths.iter().map(|length| self.places(*length)).collect();
            (1, Lengths::from(places))
        });
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
        let seen = match state.0.first() {
            Some(seen) => seen.ranked::<3>(),
            None => Tensor::zeros([rows, before, features], &x.device()),
        };
        let window = if before == 0 { x.ranked::<3>() } else { Tensor::cat(vec![seen, x.ranked::<3>()], 1) };
        if before > 0 {
            state.0 = vec![Real::new(window.clone().narrow(1, 1, before))];
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

    /// The place of the input that each tap of each window sees; the one behind the last where it sees none.
    fn table(&self, x: &Real) -> Tensor<1, Int> {
        let (time, taps) = (x.shape()[1], self.kernel);
        let seen = |place: usize| {
            let place = (place / taps * self.stride + place % taps * self.dilation).checked_sub(self.before());
            place.filter(|place| *place < time).unwrap_or(time) as i64
        };
        let table: Vec<i64> = (0..self.steps(x) * taps).map(seen).collect();
        let size = table.len();
        Tensor::from_data(TensorData::new(table, [size]), &x.device())
    }

    /// `[rows · steps, taps · features]`
    fn windows(&self, x: &Real) -> Tensor<2> {
        let [rows, _, features] = x.ranked::<3>().dims();
        let nothing = Tensor::zeros([rows, 1, features], &x.device());
        let places = Tensor::cat(vec![x.filled(0.0).ranked::<3>(), nothing], 1);
        places.select(1, self.table(x)).reshape([rows * self.steps(x), self.kernel * features])
    }
}

/// `[taps · features, channels]`
fn filters(weight: &Real) -> Tensor<2> {
    let [channels, features, taps] = weight.ranked::<3>().dims();
    weight.ranked::<3>().permute([2, 1, 0]).reshape([taps * features, channels])
}

impl Vjp for Conv1d {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, weight, grad) = (call.x(), &call.weights[0], cotangent.by_last());
        let back = call.wants_inputs[0].then(|| {
            let [rows, time, features] = x.ranked::<3>().dims();
            let windows = half::matmul(grad.clone(), filters(weight).transpose(), call.half);
            let windows = windows.reshape([rows, self.steps(x) * self.kernel, features]);
            let places = Tensor::zeros([rows, time + 1, features], &x.device());
            let places = places.select_assign(1, self.table(x), windows, IndexingUpdateOp::Add);
            x.like(places.narrow(1, 0, time)).filled(0.0)
        });
        let mut weights = Vec::new();
        if call.wants_weights {
            let [channels, features, taps] = weight.ranked::<3>().dims();
            let filters = half::matmul(self.windows(x).transpose(), grad.clone(), call.half);
            weights.push(Some(weight.like(filters.reshape([taps, features, channels]).permute([2, 1, 0]))));
            if self.bias {
                weights.push(Some(call.weights[1].like(grad.sum_dim(0))));
            }
        }
        Cotangents { inputs: vec![back], weights }
    }
}
