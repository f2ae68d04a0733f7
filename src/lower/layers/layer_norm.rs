//! `layer_norm`: normalises along the last axis.

use burn::tensor::Tensor;

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::Type;
use crate::catalog::layers::layer_norm::LayerNorm;
use crate::kernels::Kept;
use crate::kernels::layer_norm::{gradients, layer_norm, layer_norm_kept};
use crate::lower::{Real, Value};

impl Compute for LayerNorm {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let [gain, bias] = [0, 1].map(|at| call.weights[at].flat());
        let rows = places(call.x(), call.types[0]);
        let (output, kept) = match call.training {
            true => layer_norm_kept(&rows, &gain, &bias, self.epsilon),
            false => (layer_norm(&rows, &gain, &bias, self.epsilon), Kept::new()),
        };
        call.keep(kept);
        Value::Real(as_it_was(output, call.x(), call.types[0]))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for LayerNorm {
    fn reads_output(&self) -> bool {
        false
    }

    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x();
        let ty = call.types[0];
        let (rows, slopes) = (places(x, ty), places(cotangent, ty));
        let found = gradients(&rows, &call.weights[0].flat(), &slopes, self.epsilon, &call.kept());
        let weights = if call.wants_weights {
            [found.gain, found.bias].into_iter().map(|gradient| Some(Real::new(gradient))).collect()
        } else {
            Vec::new()
        };
        Cotangents { inputs: vec![call.wants_inputs[0].then(|| as_it_was(found.rows, x, ty))], weights }
    }
}

/// `[places, features]`, or channels
fn places(x: &Real, ty: &Type) -> Tensor<2> {
    if !ty.is_picture() {
        return x.by_last();
    }
    let [rows, channels, height, width] = x.ranked::<4>().dims();
    let places = x.flat().reshape([rows, channels, height * width]).swap_dims(1, 2);
    places.reshape([rows * height * width, channels])
}

/// Undoes [`places`].
fn as_it_was(places: Tensor<2>, x: &Real, ty: &Type) -> Real {
    if !ty.is_picture() {
        return x.like(places);
    }
    let [rows, channels, height, width] = x.ranked::<4>().dims();
    x.like(places.reshape([rows, height * width, channels]).swap_dims(1, 2))
}
