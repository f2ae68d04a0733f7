//! `embed`: a learned vector per class or token.

use burn::tensor::{IndexingUpdateOp, Tensor};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::embed::Embed;
use crate::lower::{Real, Value};

impl Compute for Embed {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let indices = call.inputs[0].index();
        let table = call.weights[0].ranked::<2>();
        let width = table.dims()[1];
        let looked_up = Real::new(table.select(0, indices.flat()));
        let mut shape = indices.shape().to_vec();
        // Several categories stand side by side; tokens keep an axis of their own.
        if shape.len() == 1 || self.is_sequence(call) {
            shape.push(width);
        } else {
            shape[1] *= width;
        }
        Value::Real(looked_up.reshaped(shape))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Embed {
    fn is_sequence(&self, call: &Forward<'_>) -> bool {
        call.sizes.len() == 2
    }
}

impl Vjp for Embed {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let indices = call.inputs[0].index();
        let table = &call.weights[0];
        let weights = if call.wants_weights {
            let grad = cotangent.flat().reshape([indices.elements(), table.width()]);
            let zeros = Tensor::zeros([table.rows(), table.width()], &table.device());
            vec![Some(Real::new(zeros.select_assign(0, indices.flat(), grad, IndexingUpdateOp::Add)))]
        } else {
            Vec::new()
        };
        Cotangents { inputs: vec![None], weights }
    }
}
