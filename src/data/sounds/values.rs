//! Sounds of rows, and series of numbers that differ in length.

use std::sync::Arc;

/// The samples of a sound, of the rate that its column has.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    pub samples: Vec<f32>,
}

/// The sounds of some rows, all of one rate; a row that has none is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Sounds {
    pub rate: usize,
    pub all: Vec<Option<Arc<Sound>>>,
}

/// Places of so many numbers each; row `i` has those from `starts[i]` to `starts[i + 1]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub width: usize,
    pub starts: Vec<usize>,
    pub values: Vec<f32>,
}

impl Sounds {
    /// How many samples the longest has.
    pub fn longest(&self) -> usize {
        self.all.iter().flatten().map(|sound| sound.samples.len()).max().unwrap_or(0)
    }
}

impl Series {
    /// Of rows of no length so far.
    pub fn new(width: usize) -> Self {
        Self { width, starts: vec![0], values: Vec::new() }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many places a row has.
    pub fn length(&self, row: usize) -> usize {
        self.starts[row + 1] - self.starts[row]
    }

    /// How many places the longest row has.
    pub fn longest(&self) -> usize {
        (0..self.rows()).map(|row| self.length(row)).max().unwrap_or(0)
    }

    /// The numbers of a row, place after place.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[self.starts[row] * self.width..self.starts[row + 1] * self.width]
    }

    /// Adds a row.
    pub fn push(&mut self, numbers: &[f32]) {
        self.values.extend_from_slice(numbers);
        self.starts.push(self.values.len() / self.width.max(1));
    }

    /// Some of the rows, in the order asked for.
    pub fn taken(&self, rows: &[usize]) -> Series {
        let mut taken = Series::new(self.width);
        rows.iter().for_each(|row| taken.push(self.row(*row)));
        taken
    }

    /// Puts more rows below.
    pub fn append(&mut self, more: &Series) {
        (0..more.rows()).for_each(|row| self.push(more.row(row)));
    }

    /// The row that a place belongs to.
    pub fn row_of(&self, place: usize) -> usize {
        self.starts.partition_point(|start| *start <= place) - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_different_lengths() {
        let mut series = Series::new(2);
        series.push(&[1.0, 2.0, 3.0, 4.0]);
        series.push(&[]);
        series.push(&[5.0, 6.0]);
        assert_eq!((series.rows(), series.longest()), (3, 2));
        assert_eq!([0, 1, 2].map(|place| series.row_of(place)), [0, 0, 2]);
        let turned = series.taken(&[2, 0]);
        assert_eq!((turned.row(0), turned.length(1)), (&[5.0, 6.0][..], 2));
        series.append(&turned);
        assert_eq!(series.starts, [0, 2, 2, 3, 4, 6]);
    }
}
