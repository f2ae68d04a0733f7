//! `dense`: a fully connected layer.

use burn::tensor::Tensor;

use super::shares::Shares;
use super::{Affine, Compute, Cotangents, Forward, Pulled, Recorded, Siblings, Vjp};
use crate::catalog::layers::LayerDef;
use crate::catalog::layers::dense::Dense;
use crate::kernels::dense::bias_gradient;
use crate::lower::{Real, Value, half};

/// Rows of outputs in the shape of the input, but for its features.
fn shaped(output: Tensor<2>, x: &Real) -> Value {
    let mut shape = x.shape().to_vec();
    if let Some(last) = shape.last_mut() {
        *last = output.dims()[1];
    }
    Value::Real(Real::new(output).reshaped(shape))
}

impl Compute for Dense {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let bias = self.bias.then(|| call.weights[1].flat());
        shaped(half::dense(&call.x().by_last(), &call.weights[0].ranked(), bias.as_ref(), call.half), call.x())
    }

    fn folded(&self, weights: &[Real], by: &Affine) -> Option<(LayerDef, Vec<Real>)> {
        let def = LayerDef::Dense(Dense { bias: true, ..self.clone() });
        Some((def, by.folded_into(&weights[0], 1, weights.get(1))))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Dense {
    fn reads_output(&self) -> bool {
        false
    }

    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, grad) = (call.x(), cotangent.by_last());
        let back = call.wants_inputs[0].then(|| x.like(half::of_rows(&call.weights[0].ranked(), &grad, call.half)));
        let mut weights = Vec::new();
        if call.wants_weights {
            weights.push(Some(Real::new(half::of_weight(&x.by_last(), &grad, call.half))));
            if self.bias {
                weights.push(Some(Real::new(bias_gradient(&grad))));
            }
        }
        Cotangents { inputs: vec![back], weights }
    }

    /// The inputs' cotangents come from one product for all tasks, the rows of one below those of the other; so do the
    /// weights', task by task in one batched product.
    fn pull_each(&self, call: &Recorded<'_>, cotangents: &[Real]) -> Vec<Cotangents> {
        if cotangents.len() < 2 {
            return cotangents.iter().map(|cotangent| self.pull(call, cotangent)).collect();
        }
        let (x, grads) = (call.x(), Real::stack(cotangents));
        let [tasks, rows, units] = grads.dims();
        let mut results: Vec<Cotangents> =
            (0..tasks).map(|_| Cotangents { inputs: vec![None], weights: Vec::new() }).collect();
        if call.wants_inputs[0] {
            let weight = call.weights[0].ranked::<2>().transpose();
            let back = half::matmul(grads.clone().reshape([tasks * rows, units]), weight, call.half);
            let back = Real::rows_of(back, x.shape());
            results.iter_mut().zip(back).for_each(|(result, back)| result.inputs[0] = Some(back));
        }
        if call.wants_weights {
            let weight = half::matmul(x.by_last().transpose().unsqueeze(), grads.clone(), call.half);
            let of_weights = [weight].into_iter().chain(self.bias.then(|| grads.sum_dim(1)));
            for (of_each, weight) in of_weights.zip(call.weights) {
                let of_each = Real::rows_of(of_each, weight.shape());
                results.iter_mut().zip(of_each).for_each(|(result, own)| result.weights.push(Some(own)));
            }
        }
        results
    }

    fn gramian(&self, call: &Recorded<'_>, cotangents: &[Real]) -> Option<Tensor<2>> {
        let x = call.x().by_last();
        let [rows, inputs] = x.dims();
        let shares = Shares::of(rows, inputs, cotangents.first()?.width(), cotangents.len())?;
        shares.gramian(&x, Real::stack(cotangents), self.bias)
    }

    fn siblings(&self) -> Option<&dyn Siblings> {
        Some(self)
    }
}

/// Side by side, they are one layer with the units of all.
impl Siblings for Dense {
    fn forward_together(&self, first: &Forward<'_>, weights: &[Vec<Real>]) -> Vec<Value> {
        let x = first.x();
        let all: Vec<Tensor<2>> = weights.iter().map(|own| own[0].ranked::<2>()).collect();
        let units: Vec<usize> = all.iter().map(|own| own.dims()[1]).collect();
        // Of layers without a bias, some of several kinds: none where all have none.
        let biased = weights.iter().any(|own| own.len() > 1);
        let bias = |own: &Vec<Real>, units: &usize| {
            own.get(1).map_or_else(|| Tensor::zeros([*units], first.device), Real::flat)
        };
        let biases =
            biased.then(|| Tensor::cat(weights.iter().zip(&units).map(|(own, units)| bias(own, units)).collect(), 0));
        let output = half::dense(&x.by_last(), &Tensor::cat(all, 1), biases.as_ref(), first.half);
        let of_rows = |piece: Real| if x.rank() == 2 { Value::Real(piece) } else { shaped(piece.by_rows(), x) };
        Real::columns_of(output, &units).into_iter().map(of_rows).collect()
    }

    fn pull_together(&self, first: &Recorded<'_>, weights: &[Vec<Real>], cotangents: &[Real]) -> Pulled {
        let x = first.x();
        let grads = Real::side_by_side(cotangents);
        let input = first.wants_inputs[0].then(|| {
            let all: Tensor<2> = Tensor::cat(weights.iter().map(|own| own[0].ranked::<2>()).collect(), 1);
            x.like(half::of_rows(&all, &grads, first.half))
        });
        if !first.wants_weights {
            return Pulled { input, weights: Vec::new() };
        }
        let for_weights = half::matmul(grads.clone().transpose(), x.by_last(), first.half);
        let for_biases: Tensor<2> = bias_gradient(&grads).unsqueeze();
        let mut start = 0;
        let mut own = |own: &Vec<Real>, cotangent: &Real| {
            let units = cotangent.width();
            let weight = own[0].like(for_weights.clone().narrow(0, start, units).transpose());
            let bias = own.get(1).map(|bias| bias.like(for_biases.clone().narrow(1, start, units)));
            start += units;
            std::iter::once(weight).chain(bias).collect()
        };
        Pulled {
            input,
            weights: weights.iter().zip(cotangents).map(|(weights, cotangent)| own(weights, cotangent)).collect(),
        }
    }
}
