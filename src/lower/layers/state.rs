//! What layers keep while a head writes, from one place of a sequence to the next.

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::kernels::past::Past;
use crate::lower::Real;

/// What a layer keeps from one place of a sequence to the next; nothing before the first place.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Of what is written, for each beginning of an answer.
    pub written: Vec<Real>,
    /// Keys and values of what is written, for each beginning of an answer.
    pub past: Past,
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
    pub fn choose(&mut self, beginnings: &Order) {
        self.past.choose(&beginnings.rows, &beginnings.the_same);
        self.written.iter_mut().for_each(|part| *part = chosen(part, beginnings));
    }

    /// With these beginnings, which are all of these rows.
    pub fn keep(&mut self, beginnings: &Order, rows: &Order, count: usize) {
        self.choose(beginnings);
        self.read.iter_mut().for_each(|part| {
            let by_row = part.shape()[0] == count;
            *part = chosen(part, if by_row { rows } else { beginnings });
        });
    }
}

/// Some rows, in this order.
pub struct Order {
    rows: Vec<usize>,
    the_same: Tensor<1, Int>,
}

impl Order {
    pub fn new(rows: Vec<usize>, device: &Device) -> Self {
        let numbers: Vec<i64> = rows.iter().map(|row| *row as i64).collect();
        let the_same = Tensor::from_data(TensorData::new(numbers, [rows.len()]), device);
        Self { rows, the_same }
    }
}

fn chosen(of: &Real, rows: &Order) -> Real {
    let mut shape = of.shape().to_vec();
    shape[0] = rows.rows.len();
    Real::new(of.by_rows().select(0, rows.the_same.clone())).reshaped(shape)
}
