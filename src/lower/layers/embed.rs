//! `embed`: a learned vector per class or token; of what is unknown, the mean of the known ones and what was learnt of it.

use burn::tensor::{IndexingUpdateOp, Int, Tensor, TensorData};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::embed::Embed;
use crate::catalog::{Kind, Type};
use crate::kernels::embedding;
use crate::lower::value::Extents;
use crate::lower::weights::REST;
use crate::lower::{Real, Value};

impl Compute for Embed {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let indices = call.inputs[0].index();
        if let [weight] = call.weights {
            let looked_up = Real::new(Table::of(weight, is_tokens(call.types[0])).look_up(
                indices.flat(),
                indices.extents(),
                indices.shape(),
            ));
            return Value::Real(looked_up.reshaped([indices.shape(), &[weight.width()]].concat()));
        }
        // Several categories stand side by side, each with a table of its own.
        let columns = Columns { all: indices.flat(), count: call.weights.len() };
        let looked_up = call.weights.iter().enumerate();
        let looked_up = looked_up.map(|(column, weight)| {
            Table::of(weight, false).look_up(columns.indices(column), &Extents::default(), &[])
        });
        Value::Real(Real::new(Tensor::cat(looked_up.collect(), 1)))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

fn is_tokens(input: &Type) -> bool {
    matches!(input.kind, Kind::Tokens { .. })
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

/// A table, and which of its rows stand for classes, one after another; the two others are added to the mean of these.
pub(super) struct Table<'w> {
    weight: &'w Real,
    start: usize,
    known: usize,
}

impl<'w> Table<'w> {
    pub(super) fn of(weight: &'w Real, tokens: bool) -> Self {
        Self { weight, start: if tokens { REST } else { 0 }, known: weight.rows().saturating_sub(REST) }
    }

    /// The vector of each index.
    /// What stands at padding may be anything, so that it wants no mean.
    fn look_up(&self, indices: Tensor<1, Int>, extents: &Extents, shape: &[usize]) -> Tensor<2> {
        let table = self.weight.ranked::<2>();
        let own = embedding::look_up(&table, &indices).unwrap_or_else(|| table.clone().select(0, indices.clone()));
        if self.known == 0 || self.none_is_rest(&indices, &extents.real_places(shape)) {
            return own;
        }
        own + self.is_rest(indices) * self.mean()
    }

    /// The mean of the rows of classes, `[1, width]`: zeros if there is none.
    pub(super) fn mean(&self) -> Tensor<2> {
        // As a product, whose sums every backend takes in one order.
        self.shares().reshape([1, self.weight.rows()]).matmul(self.weight.ranked::<2>())
    }

    /// The gradient: what came back for each index, added up; what reaches the mean is shared by the rows that it is of.
    fn scattered(&self, indices: Tensor<1, Int>, grad: Tensor<2>) -> Option<Real> {
        let table = [self.weight.rows(), self.weight.width()];
        if let Some((numbers, rows)) = embedding::gradient(&indices, &grad, table) {
            let of_mean = (self.known > 0 && !self.none_is_rest(&indices, &None))
                .then(|| self.is_rest(indices).transpose().matmul(grad) * f64::from(1.0 / self.known as f32))
                .filter(|of_mean| embedding::all_zero(of_mean) != Some(true));
            let known = self.start..self.start + self.known;
            let shared = of_mean.map(|of_mean| (known, of_mean.reshape([table[1]])));
            return Some(Real::of_rows(numbers, embedding::Rows { shared, ..rows }));
        }
        let zeros = Tensor::zeros([self.weight.rows(), self.weight.width()], &self.weight.device());
        let own = zeros.select_assign(0, indices.clone(), grad.clone(), IndexingUpdateOp::Add);
        if self.known == 0 {
            return Some(Real::new(own));
        }
        let of_mean = self.is_rest(indices).transpose().matmul(grad);
        Some(Real::new(own + self.shared(of_mean)))
    }

    /// What reaches the mean, `[1, width]`, shared by the rows that it is of.
    pub(super) fn shared(&self, of_mean: Tensor<2>) -> Tensor<2> {
        self.shares().reshape([self.weight.rows(), 1]) * of_mean
    }

    /// What each row of the table has of the mean.
    fn shares(&self) -> Tensor<1> {
        let known = self.start..self.start + self.known;
        let share = 1.0 / self.known.max(1) as f32;
        let rows = self.weight.rows();
        let shares: Vec<f32> = (0..rows).map(|row| if known.contains(&row) { share } else { 0.0 }).collect();
        Tensor::from_data(TensorData::new(shares, [rows]), &self.weight.device())
    }

    /// Whether every index is known to be that of a class.
    fn none_is_rest(&self, indices: &Tensor<1, Int>, real: &Option<Vec<bool>>) -> bool {
        let rest = match self.start {
            0 => self.known as i64..i64::MAX,
            start => 0..start as i64,
        };
        embedding::any_within(indices, &rest, real.as_deref()) == Some(false)
    }

    /// 1 where an index is that of no class, `[indices, 1]`.
    fn is_rest(&self, indices: Tensor<1, Int>) -> Tensor<2> {
        let count = indices.dims()[0];
        let rest = match self.start {
            0 => indices.greater_equal_elem(self.known as i64),
            start => indices.lower_elem(start as i64),
        };
        rest.float().reshape([count, 1])
    }
}

impl Vjp for Embed {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let indices = call.inputs[0].index();
        let weights = match call.weights {
            _ if !call.wants_weights => Vec::new(),
            [weight] => {
                let grad = cotangent.flat().reshape([indices.elements(), weight.width()]);
                vec![Table::of(weight, is_tokens(call.types[0])).scattered(indices.flat(), grad)]
            }
            tables => {
                let columns = Columns { all: indices.flat(), count: tables.len() };
                let cotangent = cotangent.by_last();
                let mut start = 0;
                let of_column = |(column, weight): (usize, &Real)| {
                    let grad = cotangent.clone().narrow(1, start, weight.width());
                    start += weight.width();
                    Table::of(weight, false).scattered(columns.indices(column), grad)
                };
                tables.iter().enumerate().map(of_column).collect()
            }
        };
        Cotangents { inputs: vec![None], weights }
    }
}
