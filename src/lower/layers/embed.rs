//! `embed`: a learned vector per class or token.

use burn::tensor::{IndexingUpdateOp, Int, Tensor};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::embed::Embed;
use crate::lower::{Real, Value};

impl Compute for Embed {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let indices = call.inputs[0].index();
        if let [table] = call.weights {
            let looked_up = Real::new(table.ranked::<2>().select(0, indices.flat()));
            return Value::Real(looked_up.reshaped([indices.shape(), &[table.width()]].concat()));
        }
        // Several categories stand side by side, each with a table of its own.
        let columns = Columns { all: indices.flat(), count: call.weights.len() };
        let looked_up = call.weights.iter().enumerate();
        let looked_up = looked_up.map(|(column, table)| table.ranked::<2>().select(0, columns.indices(column)));
        Value::Real(Real::new(Tensor::cat(looked_up.collect(), 1)))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

/// Indices of several columns, row by row.
struct Columns {
    all: Tensor<1, Int>,
    count: usize,
}

impl Columns {
    fn rows(&self) -> usize {
        self.all.dims()[0] / self.count.max(1)
    }

    fn indices(&self, column: usize) -> Tensor<1, Int> {
        let rows = self.rows();
        self.all.clone().reshape([rows, self.count]).narrow(1, column, 1).reshape([rows])
    }
}

/// The gradient of a table: what came back for each index, added up.
fn scattered(table: &Real, indices: Tensor<1, Int>, grad: Tensor<2>) -> Option<Real> {
    let zeros = Tensor::zeros([table.rows(), table.width()], &table.device());
    Some(Real::new(zeros.select_assign(0, indices, grad, IndexingUpdateOp::Add)))
}

impl Vjp for Embed {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let indices = call.inputs[0].index();
        let weights = match call.weights {
            _ if !call.wants_weights => Vec::new(),
            [table] => {
                let grad = cotangent.flat().reshape([indices.elements(), table.width()]);
                vec![scattered(table, indices.flat(), grad)]
            }
            tables => {
                let columns = Columns { all: indices.flat(), count: tables.len() };
                let cotangent = cotangent.by_last();
                let mut start = 0;
                let of_column = |(column, table): (usize, &Real)| {
                    let grad = cotangent.clone().narrow(1, start, table.width());
                    start += table.width();
                    scattered(table, columns.indices(column), grad)
                };
                tables.iter().enumerate().map(of_column).collect()
            }
        };
        Cotangents { inputs: vec![None], weights }
    }
}
