//! `stitch`: a learned weighted sum of values, by subspaces and channels.

use burn::tensor::Tensor;

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::stitch::Stitch;
use crate::lower::value::total;
use crate::lower::{Real, Value};

impl Compute for Stitch {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let axis = call.feature_axis();
        let sources: Vec<Tensor<4>> = call.inputs.iter().map(|value| self.parts(value.real(), axis)).collect();
        let weight = self.weight(&call.weights[0]);
        let parts = (0..self.subspaces).map(|part| {
            let all = self.sources(&sources).enumerate().map(|(source, value)| value * pick(&weight, part, source));
            sum(all)
        });
        Value::Real(call.x().like(Tensor::cat(parts.collect(), 1)))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }

    /// The weights, as means over channels.
    fn report(&self, call: &Recorded<'_>) -> Option<Tensor<2>> {
        let weight = &call.weights[0];
        let count = weight.shape()[0] * weight.shape()[1];
        let each = weight.flat().reshape([count, weight.elements() / count]);
        Some(each.mean_dim(1).reshape([1, count]))
    }
}

impl Stitch {
    /// `[places before, subspaces, channels of each, places after]`
    fn parts(&self, value: &Real, axis: usize) -> Tensor<4> {
        let [before, channels, after] = value.by_axis(axis).dims();
        value.flat().reshape([before, self.subspaces, channels / self.subspaces, after])
    }

    /// `[subspaces, sources, channels of each or 1]`
    fn weight(&self, weight: &Real) -> Tensor<3> {
        let (parts, sources) = (weight.shape()[0], weight.shape()[1]);
        weight.flat().reshape([parts, sources, weight.elements() / (parts * sources)])
    }

    /// Every part of every value, in the order of the weights.
    fn sources<'v>(&self, values: &'v [Tensor<4>]) -> impl Iterator<Item = Tensor<4>> + 'v {
        let parts = self.subspaces;
        values.iter().flat_map(move |value| (0..parts).map(move |part| value.clone().narrow(1, part, 1)))
    }
}

/// The weight from a source to a part of the output, to be multiplied with `[before, 1, channels, after]`.
fn pick(weight: &Tensor<3>, part: usize, source: usize) -> Tensor<4> {
    let one = weight.clone().narrow(0, part, 1).narrow(1, source, 1);
    let channels = one.dims()[2];
    one.reshape([1, 1, channels, 1])
}

fn sum(mut values: impl Iterator<Item = Tensor<4>>) -> Tensor<4> {
    // There are at least two values.
    let first = values.next().unwrap_or_else(|| unreachable!("a stitch has values"));
    values.fold(first, |sum, value| sum + value)
}

impl Vjp for Stitch {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let weight = self.weight(&call.weights[0]);
        let (channels, axis) = (weight.dims()[2], call.feature_axis());
        let grads: Vec<Tensor<4>> = self.sources(&[self.parts(cotangent, axis)]).collect();
        let mut inputs = Vec::with_capacity(call.inputs.len());
        for (index, wanted) in call.wants_inputs.iter().enumerate() {
            inputs.push(wanted.then(|| {
                let parts = (0..self.subspaces).map(|own| {
                    let source = index * self.subspaces + own;
                    sum(grads.iter().enumerate().map(|(part, grad)| grad.clone() * pick(&weight, part, source)))
                });
                call.inputs[index].real().like(Tensor::cat(parts.collect(), 1))
            }));
        }
        let mut weights = Vec::new();
        if call.wants_weights {
            let values: Vec<Tensor<4>> = call.inputs.iter().map(|value| self.parts(value.real(), axis)).collect();
            let sources: Vec<Tensor<4>> = self.sources(&values).collect();
            let mut slopes: Vec<Tensor<1>> = Vec::with_capacity(grads.len() * sources.len());
            for grad in &grads {
                for source in &sources {
                    let along = grad.clone() * source.clone();
                    slopes.push(match channels {
                        1 => total(along.flatten(0, 3)),
                        _ => along.sum_dim(3).sum_dim(0).reshape([channels]),
                    });
                }
            }
            weights.push(Some(call.weights[0].like(Tensor::cat(slopes, 0))));
        }
        Cotangents { inputs, weights }
    }
}
