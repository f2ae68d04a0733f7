//! `attention_pool`: a mean over time whose weights are learned.

use burn::tensor::activation::softmax;
use burn::tensor::{Bool, Tensor, TensorData};

use super::{Compute, Forward, Recorded};
use crate::catalog::layers::attention_pool::AttentionPool;
use crate::lower::{Real, Value, half};

/// Far below every score, and still a number: a row of padding alone has a softmax, which is then taken away.
const HIDDEN: f64 = -1e9;

/// How much each place counts, `[rows, places]`.
fn shares(x: &Real, weights: &[Real], half: bool) -> Tensor<2> {
    let [weight, bias, context] = [0, 1, 2].map(|place| &weights[place]);
    let (rows, places) = (x.shape()[0], x.shape()[1]);
    let hidden = half::matmul(x.by_last(), weight.ranked::<2>(), half) + bias.flat().unsqueeze();
    let scores = half::matmul(hidden.tanh(), context.ranked::<2>(), half).reshape([rows, places]);
    match x.extents().of(1) {
        None => softmax(scores, 1),
        Some(lengths) => {
            let real = lengths.iter().flat_map(|length| (0..places).map(move |place| place < *length));
            let hidden: Vec<bool> = real.map(|real| !real).collect();
            let hidden = Tensor::<2, Bool>::from_data(TensorData::new(hidden, [rows, places]), &x.device());
            softmax(scores.mask_fill(hidden.clone(), HIDDEN), 1).mask_fill(hidden, 0.0)
        }
    }
}

impl Compute for AttentionPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x().filled(0.0);
        let (rows, places) = (x.shape()[0], x.shape()[1]);
        let shares = shares(&x, call.weights, call.half).reshape([rows, 1, places]);
        Value::Real(Real::new(shares.matmul(x.ranked::<3>()).reshape([rows, x.width()])))
    }

    fn attention(&self, call: &Recorded<'_>) -> Option<Tensor<3>> {
        let x = call.x().filled(0.0);
        Some(shares(&x, call.weights, call.half).reshape([x.shape()[0], 1, x.shape()[1]]))
    }
}
