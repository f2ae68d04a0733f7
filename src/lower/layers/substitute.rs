//! `substitute`: other values in rows that lack an input.

use burn::tensor::{Bool, IndexingUpdateOp, Int, Tensor, TensorData};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::Type;
use crate::catalog::layers::substitute::{Missing, Substitute};
use crate::lower::{Real, Value};

impl Compute for Substitute {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let (numbers, lacking) = (x.by_rows(), lacking(&call.inputs[1], x));
        let numbers = match self.by {
            Missing::Zero => numbers.mask_fill(lacking, 0.0),
            Missing::Learned => {
                let places = places(x, call.types[0]);
                let value = call.weights[0].flat().select(0, table(&places, x));
                let value = value.unsqueeze::<2>().expand(numbers.dims());
                numbers.mask_where(lacking, value)
            }
        };
        Value::Real(x.like(numbers))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Substitute {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, grad) = (call.x(), cotangent.by_rows());
        let lacking = lacking(&call.inputs[1], x);
        let input = call.wants_inputs[0].then(|| x.like(grad.clone().mask_fill(lacking.clone(), 0.0)));
        let mut weights = Vec::new();
        if call.wants_weights && self.by == Missing::Learned {
            let value = &call.weights[0];
            let of_row = grad.mask_fill(lacking.bool_not(), 0.0).sum_dim(0).reshape([-1]);
            let table = table(&places(x, call.types[0]), x);
            let zeros = value.flat().zeros_like();
            weights.push(Some(value.like(zeros.select_assign(0, table, of_row, IndexingUpdateOp::Add))));
        }
        Cotangents { inputs: vec![input, None], weights }
    }
}

/// Of each number, whether its row lacks the input.
fn lacking(present: &Value, x: &Real) -> Tensor<2, Bool> {
    let (rows, width) = (x.rows(), x.elements() / x.rows().max(1));
    present.index().flat().equal_elem(0).reshape([rows, 1]).expand([rows, width])
}

/// Of each number of a row, its place in the learned value, which is the same along every axis that differs from row to row.
fn places(x: &Real, ty: &Type) -> Vec<i64> {
    let mut places = vec![0];
    for (axis, size) in ty.axes.iter().zip(x.shape()).skip(1) {
        let step = |place: i64| {
            (0..*size as i64).map(move |along| if axis.varies() { place } else { place * *size as i64 + along })
        };
        places = places.into_iter().flat_map(step).collect();
    }
    places
}

fn table(places: &[i64], like: &Real) -> Tensor<1, Int> {
    Tensor::from_data(TensorData::new(places.to_vec(), [places.len()]), &like.device())
}
