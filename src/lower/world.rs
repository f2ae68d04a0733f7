//! The processes that train one model together, each on its own part of every batch.
//!
//! All of them hold the same weights and take the same step, since what a step depends on is a sum over rows: losses, weight
//! gradients, the inner products that a balancer asks for, the moments of a batch norm. What is no sum is put together by
//! [`gather`](World::gather). One process is [`Alone`]; another way to run several implements [`World`], and nothing in the
//! loop changes.

use std::fmt::{self, Debug};

use burn::tensor::{Tensor, TensorData};

use super::value::to_host;
use crate::data::Portion;

/// What a process must know of the others, and what they do together. Every process calls it equally often, and in the same order.
pub trait World: Debug + Send + Sync {
    /// Which of the processes this is, from 0 on.
    fn rank(&self) -> usize;

    /// How many there are.
    fn size(&self) -> usize;

    /// Puts the sums over all processes in the place of these numbers. Every process has as many numbers, and gets the same bits.
    fn sum(&self, values: &mut [f64]);

    /// The same of numbers of 32 bits, of which a gradient has many.
    fn sum_f32(&self, values: &mut [f32]) {
        let mut sums: Vec<f64> = values.iter().map(|value| f64::from(*value)).collect();
        self.sum(&mut sums);
        values.iter_mut().zip(sums).for_each(|(value, sum)| *value = sum as f32);
    }

    /// What each process has to say, by rank.
    fn gather(&self, bytes: &[u8]) -> Vec<Vec<u8>>;

    /// The sum of a tensor of each process, where it lies if the processes can add up there.
    ///
    /// # Errors
    /// If they cannot go on together.
    fn sum_tensor(&self, values: Tensor<1>) -> Result<Tensor<1>, NotSummed> {
        Ok(sum_on_host(self, values))
    }

    /// Leaves the others, when all of them do: nothing is added up any more.
    ///
    /// # Errors
    /// If this process cannot end what it has begun with them; what it was told is right all the same.
    fn leave(&self) -> Result<(), NotSummed> {
        Ok(())
    }
}

/// Why processes cannot add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSummed {
    pub why: String,
    /// What can be done about it.
    pub help: Option<String>,
}

impl fmt::Display for NotSummed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for NotSummed {}

/// The sum of a tensor of each process, over the memory of their machines.
pub fn sum_on_host<W: World + ?Sized>(world: &W, values: Tensor<1>) -> Tensor<1> {
    let device = values.device();
    let mut sums = to_host(values);
    world.sum_f32(&mut sums);
    let count = sums.len();
    Tensor::from_data(TensorData::new(sums, [count]), &device)
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

    fn gather(&self, bytes: &[u8]) -> Vec<Vec<u8>> {
        vec![bytes.to_vec()]
    }
}

/// What every world can do with a sum.
impl dyn World + '_ {
    pub fn is_alone(&self) -> bool {
        self.size() == 1
    }

    /// Whether this process is the one that writes and speaks.
    pub fn leads(&self) -> bool {
        self.rank() == 0
    }

    /// The part of a batch that this process computes with.
    pub fn portion(&self) -> Portion {
        Portion { rank: self.rank(), size: self.size() }
    }

    /// Whether something is true of any process.
    pub fn any(&self, here: bool) -> bool {
        if self.is_alone() {
            return here;
        }
        let mut count = [f64::from(u8::from(here))];
        self.sum(&mut count);
        count[0] > 0.0
    }

    /// The sums of rows of numbers.
    pub fn sum_rows(&self, rows: &mut [Vec<f64>]) {
        rows.iter_mut().for_each(|row| self.sum(row));
    }
}

/// Where the rows of a part of a batch stand in the batch that all processes share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// Which process has the part, of how many.
    pub rank: usize,
    pub size: usize,
    /// How many rows of each data set all of them have.
    pub whole: Vec<usize>,
    /// How many this one has.
    pub own: Vec<usize>,
}

impl Places {
    pub fn new(world: &dyn World, whole: &[usize], own: &[Vec<usize>]) -> Self {
        Self { rank: world.rank(), size: world.size(), whole: whole.to_vec(), own: own.iter().map(Vec::len).collect() }
    }

    /// Whether so many rows are those of some data sets one below the other, and no others, as within `each`.
    pub fn counts(&self, sets: &[usize], rows: usize) -> bool {
        sets.iter().map(|set| self.own[*set]).sum::<usize>() == rows
    }

    /// The place of each own row of a value that stacks the rows of some data sets, and how many rows all have; `None` of a value
    /// that has others.
    pub fn of(&self, sets: &[usize], rows: usize) -> Option<(Vec<usize>, usize)> {
        if !self.counts(sets, rows) {
            return None;
        }
        let mut start = 0;
        let mut places = Vec::with_capacity(rows);
        for set in sets {
            places.extend((0..self.own[*set]).map(|row| start + row * self.size + self.rank));
            start += self.whole[*set];
        }
        Some((places, start))
    }
}
