//! What layers keep while a head writes, from one place of a sequence to the next.

use burn::tensor::{Int, Tensor};

use crate::lower::Real;

/// What a layer keeps from one place of a sequence to the next; nothing before the first place.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Of what is written, for each beginning of an answer.
    pub written: Vec<Real>,
    /// Of what is read, which is the same for all beginnings of a row: for each row, or for each beginning.
    pub read: Vec<Real>,
    /// How many beginnings of one row stand one below the other; 0 if nobody has said so, which is as good as 1.
    pub beginnings: usize,
}

impl State {
    pub fn of(beginnings: usize) -> Self {
        Self { beginnings, ..Self::default() }
    }

    /// With these beginnings of it, in this order, each of the row in whose place it comes.
    pub fn choose(&mut self, beginnings: &Tensor<1, Int>) {
        self.written.iter_mut().for_each(|part| *part = chosen(part, beginnings));
    }

    /// With these beginnings, which are all of these rows.
    pub fn keep(&mut self, beginnings: &Tensor<1, Int>, rows: &Tensor<1, Int>, count: usize) {
        self.choose(beginnings);
        self.read.iter_mut().for_each(|part| {
            let by_row = part.shape()[0] == count;
            *part = chosen(part, if by_row { rows } else { beginnings });
        });
    }
}

/// Some rows of a value, in this order.
fn chosen(of: &Real, rows: &Tensor<1, Int>) -> Real {
    let mut shape = of.shape().to_vec();
    shape[0] = rows.dims()[0];
    Real::new(of.by_rows().select(0, rows.clone())).reshaped(shape)
}
