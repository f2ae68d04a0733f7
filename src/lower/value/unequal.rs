//! Rows that are not all as long: what is made of their own places alone, and how rows of one length come of them and go back.

use burn::tensor::{Bool, Tensor, TensorData};

use super::{Extents, Lengths, Real};

impl Real {
    /// The extents of what is made of it along time: each row has as many places as `places` makes of its own.
    pub fn extents_after(&self, places: impl Fn(usize) -> usize) -> Extents {
        let after =
            |lengths: &Lengths| (1, Lengths::from(lengths.iter().map(|length| places(*length)).collect::<Vec<_>>()));
        self.extents.of(1).map(after).into_iter().collect()
    }

    /// The same numbers, and `padding` at every place that is none of its row's.
    pub fn filled(&self, padding: f64) -> Self {
        let Some(places) = self.extents.places(&self.shape).filter(|places| places.real.contains(&false)) else {
            return self.clone();
        };
        let [rows, before, span, after] = places.shape;
        let padded: Vec<bool> = places.real.iter().map(|real| !real).collect();
        let padded = Tensor::<4, Bool>::from_data(TensorData::new(padded, [rows, 1, span, 1]), &self.device());
        let cut = self.flat().reshape(places.shape);
        self.like(cut.mask_fill(padded.expand([rows, before, span, after]), padding))
    }

    /// The mean of each row's own numbers: `[rows, 1]`; zero of a row without any.
    pub fn mean_by_row(&self) -> Tensor<2> {
        match self.extents.places(&self.shape) {
            None => self.by_rows().mean_dim(1),
            Some(places) => {
                let [rows, before, span, after] = places.shape;
                let count = |row: &[bool]| (row.iter().filter(|real| **real).count() * before * after).max(1) as f32;
                let counts: Vec<f32> = places.real.chunks(span.max(1)).map(count).collect();
                let counts = Tensor::<2>::from_data(TensorData::new(counts, [rows, 1]), &self.device());
                self.filled(0.0).by_rows().sum_dim(1) / counts
            }
        }
    }

    /// With zeros behind, as large as `shape` along every axis but the rows.
    pub fn padded_to(&self, shape: &[usize]) -> Self {
        let mut padded = self.clone();
        for axis in 1..self.shape.len() {
            let missing = shape[axis].saturating_sub(padded.shape[axis]);
            if missing > 0 {
                let [before, size, after] = padded.by_axis(axis).dims();
                let zeros = Tensor::zeros([before, missing, after], &self.device());
                let longer = Tensor::cat(vec![padded.by_axis(axis), zeros], 1);
                let mut shape = padded.shape.clone();
                shape[axis] = size + missing;
                padded = Self::new(longer).reshaped(shape);
            }
        }
        padded.with_extents(self.extents.clone())
    }

    /// Without what lies behind `shape` along every axis but the rows: undoes [`Real::padded_to`].
    pub fn cut_to(&self, shape: &[usize]) -> Self {
        let mut cut = self.clone();
        for axis in 1..self.shape.len() {
            if shape[axis] < cut.shape[axis] {
                let shorter = cut.by_axis(axis).narrow(1, 0, shape[axis]);
                let mut own = cut.shape.clone();
                own[axis] = shape[axis];
                cut = Self::new(shorter).reshaped(own);
            }
        }
        cut
    }
}
