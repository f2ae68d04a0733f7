//! `class_token`: a learned place before all others.

use burn::tensor::Tensor;

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::class_token::ClassToken;
use crate::lower::{Real, Value};

impl Compute for ClassToken {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x().ranked::<3>();
        let [rows, _, width] = x.dims();
        let token = call.weights[0].flat().reshape([1, 1, width]).expand([rows, 1, width]);
        Value::Real(Real::new(Tensor::cat(vec![token, x], 1)))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for ClassToken {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (grad, places) = (cotangent.ranked::<3>(), call.x().shape()[1]);
        let token = || Some(call.weights[0].like(grad.clone().narrow(1, 0, 1).sum_dim(0)));
        let weights = if call.wants_weights { vec![token()] } else { Vec::new() };
        let back = call.wants_inputs[0].then(|| call.x().like(grad.clone().narrow(1, 1, places)));
        Cotangents { inputs: vec![back], weights }
    }
}
