//! What a node makes of each row: representations, for who goes on with them elsewhere.

use std::sync::Arc;

use crate::data::{BatchPlan, Prepared};
use crate::lower::Model;
use crate::lower::trace::Mode;
use crate::lower::value::Value;

/// Numbers of some rows, row-major; the first size is the rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Embedded {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

/// The value of a step for the rows of a plan, in their order; indices as numbers. Rows that differ in length are filled with zeros to the longest. `None` if no
/// row has it.
pub fn embedded(model: &Model, prepared: &Arc<Prepared>, plan: &impl BatchPlan, step: usize) -> Option<Embedded> {
    let mut all: Option<Embedded> = None;
    for number in 0..plan.batches() {
        let batch = prepared.batch(&plan.rows(number));
        let trace = model.forward(&batch, Mode::EVALUATE, false);
        let own = match trace.values[step].as_ref()? {
            Value::Real(real) => Embedded { shape: real.shape().to_vec(), values: real.to_host() },
            Value::Index(index) => {
                let values = index.flat().into_data().iter::<i64>().map(|index| index as f32).collect();
                Embedded { shape: index.shape().to_vec(), values }
            }
        };
        all = Some(match all {
            Some(all) => all.below(&own),
            None => own,
        });
    }
    all
}

impl Embedded {
    /// These rows, and others below them.
    fn below(self, other: &Embedded) -> Self {
        let mut shape: Vec<usize> = self.shape.iter().zip(&other.shape).map(|(one, other)| *one.max(other)).collect();
        shape[0] = self.shape[0] + other.shape[0];
        let mut values = Vec::with_capacity(shape.iter().product());
        for part in [&self, other] {
            let each: usize = part.shape[1..].iter().product();
            (0..part.shape[0]).for_each(|row| part.row(&shape[1..], 1, row * each, &mut values));
        }
        Self { shape, values }
    }

    /// The numbers of a row from a place on, filled up to these sizes.
    fn row(&self, sizes: &[usize], axis: usize, start: usize, into: &mut Vec<f32>) {
        let Some((size, rest)) = sizes.split_first() else {
            into.push(self.values[start]);
            return;
        };
        let step: usize = self.shape[axis + 1..].iter().product();
        for place in 0..self.shape[axis] {
            self.row(rest, axis + 1, start + place * step, into);
        }
        into.resize(into.len() + (size - self.shape[axis]) * rest.iter().product::<usize>(), 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_other_sizes_are_filled_with_zeros() {
        let one = Embedded { shape: vec![1, 2, 2], values: vec![1.0, 2.0, 3.0, 4.0] };
        let other = Embedded { shape: vec![2, 1, 2], values: vec![5.0, 6.0, 7.0, 8.0] };
        let all = one.below(&other);
        assert_eq!(all.shape, [3, 2, 2]);
        assert_eq!(all.values, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 0.0, 0.0, 7.0, 8.0, 0.0, 0.0]);
    }
}
