//! The gradient of a table of vectors of which a batch has seen few: those rows alone, so that what a step costs does not grow with a vocabulary.

use std::ops::Range;
use std::sync::Arc;

use burn::tensor::{IndexingUpdateOp, Int, Tensor, TensorData};
use mtlc_kernels::embedding;

use super::{Numbers, tensor, whole_numbers};

/// Which rows of a table have numbers; the others have zeros.
#[derive(Clone, Debug)]
pub struct Rows {
    /// How many rows the table has, and how wide it is.
    pub table: [usize; 2],
    /// In ascending order, each once.
    pub seen: Arc<[usize]>,
    /// What some rows of the table have besides, all of them alike.
    pub shared: Option<(Range<usize>, Tensor<1>)>,
}

/// Of a smaller table nothing is spared.
const LEAST: usize = 1 << 16;

impl Rows {
    /// Whether a table with gradients in so many rows is better kept as those rows.
    pub fn pays(table: [usize; 2], seen: usize) -> bool {
        table[0] * table[1] >= LEAST && seen * 4 <= table[0]
    }

    /// The whole table, row after row, of the numbers of its rows.
    pub fn whole(&self, numbers: &Tensor<1>) -> Tensor<1> {
        let [rows, width] = self.table;
        let device = numbers.device();
        let mut whole: Tensor<2> = Tensor::zeros([rows, width], &device);
        let count = self.seen.len();
        if count > 0 {
            let seen: Vec<i64> = self.seen.iter().map(|row| *row as i64).collect();
            let seen = Tensor::<1, Int>::from_data(TensorData::new(seen, [count]), &device);
            whole = whole.select_assign(0, seen, numbers.clone().reshape([count, width]), IndexingUpdateOp::Add);
        }
        if let Some((range, shared)) = &self.shared {
            let has: Vec<f32> = (0..rows).map(|row| f32::from(u8::from(range.contains(&row)))).collect();
            let has = Tensor::<2>::from_data(TensorData::new(has, [rows, 1]), &device);
            whole = whole + has * shared.clone().reshape([1, width]);
        }
        whole.reshape([rows * width])
    }

    pub fn scaled(&self, factor: f64) -> Self {
        let shared = self.shared.as_ref().map(|(range, shared)| (range.clone(), shared.clone() * factor));
        Self { shared, ..self.clone() }
    }
}

/// The row of a table that each index names; `None` of tensors of any other backend. What is a part of a longer tensor is not copied for it.
pub fn look_up(table: &Tensor<2>, indices: &Tensor<1, Int>) -> Option<Tensor<2>> {
    let (numbers, indices) = (Numbers::of(table)?, whole_numbers(indices)?);
    let (table_numbers, width) = (numbers.slice(), table.dims()[1]);
    let mut found = Vec::with_capacity(indices.len() * width);
    for index in &indices {
        found.extend_from_slice(table_numbers.get(*index as usize * width..)?.get(..width)?);
    }
    Some(tensor(found, [indices.len(), width], table))
}

/// The numbers of those rows that indices name, each the sum of what came back for it, `[indices, width]`; `None` where that spares nothing, and of
/// tensors of any other backend.
pub fn gradient(indices: &Tensor<1, Int>, slopes: &Tensor<2>, table: [usize; 2]) -> Option<(Tensor<1>, Rows)> {
    if table[0] * table[1] < LEAST {
        return None;
    }
    let (indices, numbers) = (whole_numbers(indices)?, Numbers::of(slopes)?);
    let (seen, sums) = embedding::rows(&indices, numbers.slice(), table[1]);
    let count = sums.len();
    let rows = Rows { table, seen: seen.into(), shared: None };
    Rows::pays(table, rows.seen.len()).then(|| (tensor(sums, [count], slopes), rows))
}

/// Whether any of some indices is in a range, of those that are `real` if that is said; `None` if it would have to be asked of a device.
pub fn any_within(indices: &Tensor<1, Int>, range: &Range<i64>, real: Option<&[bool]>) -> Option<bool> {
    let is_real = |at: usize| real.is_none_or(|real| real.get(at).copied().unwrap_or(true));
    Some(whole_numbers(indices)?.iter().enumerate().any(|(at, index)| range.contains(index) && is_real(at)))
}

/// Whether all numbers are 0; `None` if it would have to be asked of a device.
pub fn all_zero(numbers: &Tensor<2>) -> Option<bool> {
    Some(Numbers::of(numbers)?.slice().iter().all(|number| *number == 0.0))
}
