//! Rows of an array that no kind need look at cell by cell: doubles without gaps, texts. A column may keep them as they are.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, Float64Array};
use arrow_schema::DataType;

/// Some rows of an array.
#[derive(Clone, Debug)]
pub struct Part {
    whole: ArrayRef,
    rows: Range<usize>,
}

/// So many numbers are looked at before it is asked whether one was infinite.
const BLOCK: usize = 1024;

impl Part {
    /// These rows, if they need no looking at: all are texts, or all are finite numbers of eight bytes. `None` as well of an array
    /// that lies in memory with others, which would be kept alive for it.
    pub fn of(whole: &ArrayRef, rows: Range<usize>) -> Option<Self> {
        let alone = || whole.get_buffer_memory_size() <= 2 * whole.to_data().get_slice_memory_size().unwrap_or(0);
        let plain = match (whole.as_primitive_opt::<Float64Type>(), whole.as_string_opt::<i32>()) {
            (Some(numbers), _) => numbers.null_count() == 0 && all_finite(numbers.values().get(rows.clone())?),
            (_, Some(texts)) => texts.null_count() == 0,
            _ => false,
        };
        (plain && alone()).then(|| Self { whole: whole.clone(), rows })
    }

    pub fn is_of_numbers(&self) -> bool {
        self.whole.data_type() == &DataType::Float64
    }

    pub fn array(&self) -> ArrayRef {
        if self.rows == (0..self.whole.len()) {
            return self.whole.clone();
        }
        self.whole.slice(self.rows.start, self.rows.len())
    }

    /// Whether the rows of another part follow these.
    fn goes_on_with(&self, other: &Part) -> bool {
        Arc::ptr_eq(&self.whole, &other.whole) && self.rows.end == other.rows.start
    }
}

fn all_finite(numbers: &[f64]) -> bool {
    // Without a way out in between, several are compared at once.
    let all = |block: &[f64]| block.iter().fold(true, |all, number| all & number.is_finite());
    numbers.chunks(BLOCK).all(all)
}

/// What a column has been given as it is, in order.
#[derive(Debug, Default)]
pub struct Parts(Vec<Part>);

impl Parts {
    pub fn push(&mut self, part: Part) {
        match self.0.last_mut() {
            Some(last) if last.goes_on_with(&part) => last.rows.end = part.rows.end,
            _ => self.0.push(part),
        }
    }

    /// All numbers in one array, nothing copied where they lie in one.
    pub fn numbers(&mut self) -> Option<Float64Array> {
        let rows = self.0.iter().map(|part| part.rows.len()).sum();
        let arrays = self.arrays();
        if let [only] = arrays.as_slice() {
            return only.as_primitive_opt::<Float64Type>().cloned();
        }
        let mut all = Vec::with_capacity(rows);
        for array in arrays {
            all.extend_from_slice(array.as_primitive_opt::<Float64Type>()?.values());
        }
        (!all.is_empty()).then(|| Float64Array::from(all))
    }

    /// The arrays, one after the other.
    pub fn arrays(&mut self) -> Vec<ArrayRef> {
        std::mem::take(&mut self.0).into_iter().map(|part| part.array()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_in_one_array_is_not_copied() {
        let whole: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 2.0, 3.0, f64::NAN]));
        let mut parts = Parts::default();
        for rows in [0..1, 1..3] {
            parts.push(Part::of(&whole, rows).expect("finite numbers"));
        }
        assert!(Part::of(&whole, 2..4).is_none(), "one is none");
        let numbers = parts.numbers().expect("numbers");
        assert_eq!(numbers.values().as_ref(), &[1.0, 2.0, 3.0]);
        let same = whole.as_primitive::<Float64Type>().values().as_ptr();
        assert_eq!(numbers.values().as_ptr(), same);
        for rows in [1..3, 0..1] {
            parts.push(Part::of(&whole, rows).expect("finite numbers"));
        }
        assert_eq!(parts.numbers().expect("numbers").values().as_ref(), &[2.0, 3.0, 1.0]);
    }

    #[test]
    fn what_lies_with_others_is_not_kept_alive() {
        let whole: ArrayRef = Arc::new(Float64Array::from(vec![0.5; 100]));
        assert!(Part::of(&whole.slice(0, 60), 0..60).is_some());
        assert!(Part::of(&whole.slice(0, 10), 0..10).is_none());
        let gaps: ArrayRef = Arc::new(Float64Array::from(vec![Some(0.5), None]));
        assert!(Part::of(&gaps, 0..1).is_none());
    }
}
