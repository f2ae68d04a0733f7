//! The processes that train one model together, each on its own part of every batch.
//!
//! All of them hold the same weights and take the same step, since what a step depends on is a sum over rows: losses, weight
//! gradients, and the inner products that a balancer asks for. This program starts one process, [`Alone`]; another way to run
//! several implements [`World`], and nothing in the loop changes.

use std::fmt::Debug;

use super::plan::BatchRows;

/// What a process must know of the others, and the one thing that they do together.
pub trait World: Debug + Send + Sync {
    /// Which of the processes this is, from 0 on.
    fn rank(&self) -> usize;

    /// How many there are.
    fn size(&self) -> usize;

    /// Puts the sums over all processes in the place of these numbers. Every process calls it equally often, with as many
    /// numbers, and gets the same bits.
    fn sum(&self, values: &mut [f64]);
}

/// One process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alone;

impl World for Alone {
    fn rank(&self) -> usize {
        0
    }

    fn size(&self) -> usize {
        1
    }

    fn sum(&self, _values: &mut [f64]) {}
}

/// What every world can do with a sum.
impl dyn World + '_ {
    pub fn is_alone(&self) -> bool {
        self.size() == 1
    }

    /// The rows of a batch that this process computes with: of each data set, every so manieth.
    pub fn part(&self, rows: &BatchRows) -> BatchRows {
        let own = |rows: &Vec<usize>| rows.iter().copied().skip(self.rank()).step_by(self.size()).collect();
        rows.iter().map(own).collect()
    }

    /// The sums of rows of numbers.
    pub fn sum_rows(&self, rows: &mut [Vec<f64>]) {
        rows.iter_mut().for_each(|row| self.sum(row));
    }

    /// The sums of numbers of 32 bits; untouched where there is nobody to add.
    pub fn sum_f32(&self, values: Vec<f32>) -> Vec<f32> {
        let mut sums: Vec<f64> = values.into_iter().map(f64::from).collect();
        self.sum(&mut sums);
        sums.into_iter().map(|value| value as f32).collect()
    }
}
