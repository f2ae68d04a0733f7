//! `dense`: a fully connected layer.

use burn::tensor::{Tensor, module};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::dense::Dense;
use crate::lower::{Real, Value, half};

impl Compute for Dense {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let weight = call.weights[0].ranked::<2>();
        let mut shape = x.shape().to_vec();
        if let Some(last) = shape.last_mut() {
            *last = weight.dims()[1];
        }
        let bias = self.bias.then(|| call.weights[1].flat());
        let output = if call.half {
            let product = half::matmul(x.by_last(), weight, true);
            bias.map_or(product.clone(), |bias| product + bias.unsqueeze::<2>())
        } else {
            module::linear(x.by_last(), weight, bias)
        };
        Value::Real(Real::new(output).reshaped(shape))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Dense {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, grad) = (call.x(), cotangent.by_last());
        let back =
            call.wants_inputs[0].then(|| x.like(half::matmul(grad.clone(), call.weights[0].ranked::<2>().transpose(), call.half)));
        let mut weights = Vec::new();
        if call.wants_weights {
            weights.push(Some(Real::new(half::matmul(x.by_last().transpose(), grad.clone(), call.half))));
            if self.bias {
                weights.push(Some(call.weights[1].like(grad.sum_dim(0))));
            }
        }
        Cotangents { inputs: vec![back], weights }
    }

    /// ⟨XᵀG_i, XᵀG_j⟩ = ⟨G_i, K·G_j⟩ with K = X·Xᵀ: cheaper than the weight gradients where rows are few. K is
    /// symmetric, so that the Gramian is S + Sᵀ with S_ij = ⟨G_i, U·G_j⟩, where U is the upper triangle of K, its
    /// diagonal halved: of the blocks of K, those below the diagonal are neither computed nor multiplied.
    ///
    /// Task by task: one product for all would have to be copied together, and gains nothing on a CPU.
    fn gramian(&self, call: &Recorded<'_>, cotangents: &[Real]) -> Option<Tensor<2>> {
        let x = call.x().by_last();
        let [rows, inputs] = x.dims();
        let (units, tasks) = (cotangents.first()?.width(), cotangents.len());
        let bands = (rows / LEAST_BAND).clamp(1, MOST_BANDS);
        // Multiplications for each row: of U, of U with the cotangents, and of the one weight gradient that is made in
        // the end, against those of a weight gradient per task.
        let seen_rows = rows * (bands + 1) / (2 * bands);
        if seen_rows * (inputs + tasks * units) + inputs * units >= tasks * inputs * units {
            return None;
        }
        let size = rows.div_ceil(bands);
        let upper: Vec<(usize, Tensor<2>)> =
            (0..rows).step_by(size).map(|start| (start, self.band(&x, start, rows.min(start + size)))).collect();
        let seen = cotangents.iter().flat_map(|grad| {
            let below = |start: &usize| grad.by_last().narrow(0, *start, rows - start);
            upper.iter().map(move |(start, band)| band.clone().matmul(below(start)).flatten(0, 1))
        });
        let one_row_each = |parts: Vec<Tensor<1>>| Tensor::cat(parts, 0).reshape([tasks, rows * units]);
        let seen = one_row_each(seen.collect());
        let grads = one_row_each(cotangents.iter().map(Real::flat).collect());
        let half = grads.matmul(seen.transpose());
        Some(half.clone() + half.transpose())
    }
}

/// Rows of a band of K below which cutting it finer gains nothing.
const LEAST_BAND: usize = 64;

/// Each doubling of the bands saves half as much as the one before.
const MOST_BANDS: usize = 4;

impl Dense {
    /// Some rows of X·Xᵀ from the diagonal on, the block on the diagonal halved.
    fn band(&self, x: &Tensor<2>, start: usize, end: usize) -> Tensor<2> {
        let own = x.clone().narrow(0, start, end - start);
        let product = |other: Tensor<2>| {
            let product = own.clone().matmul(other.transpose());
            // The bias is a weight of an input that is always 1.
            if self.bias { product + 1.0 } else { product }
        };
        let diagonal = product(own.clone()) * 0.5;
        match x.dims()[0] - end {
            0 => diagonal,
            rest => Tensor::cat(vec![diagonal, product(x.clone().narrow(0, end, rest))], 1),
        }
    }
}
