//! Windows that cut an axis into parts as even as can be: what adaptive pools have in common.

use burn::tensor::{Int, Tensor, TensorData};

use crate::catalog::layers::windows::part;
use crate::lower::Real;

/// The parts along one axis of a value, of each row by how long it is itself.
pub(super) struct Cut {
    parts: usize,
    /// Rows, everything between them and the axis, its places, and everything behind it.
    sizes: [usize; 4],
    lengths: Vec<usize>,
}

impl Cut {
    /// Of a value of this shape; rows are as long along the axis as `like` says, whose rows they are.
    pub(super) fn of(axis: usize, parts: usize, shape: &[usize], like: &Real) -> Self {
        let between = shape[1..axis].iter().product();
        let sizes = [shape[0], between, shape[axis], shape[axis + 1..].iter().product()];
        let lengths = match like.extents().of(axis) {
            Some(lengths) => lengths.to_vec(),
            None => vec![shape[axis]; shape[0]],
        };
        Self { parts, sizes, lengths }
    }

    /// The mean of each part as a sum over the places: `[rows · between, parts, places]`.
    pub(super) fn means(&self, like: &Tensor<1>) -> Tensor<3> {
        let [rows, between, places, _] = self.sizes;
        let mut shares = vec![0.0_f32; rows * self.parts * places];
        for (row, length) in self.lengths.iter().enumerate() {
            for index in 0..self.parts {
                let (from, to) = part(*length, self.parts, index);
                let own = (row * self.parts + index) * places;
                shares[own + from..own + to].fill(1.0 / (to - from).max(1) as f32);
            }
        }
        let shares = Tensor::<3>::from_data(TensorData::new(shares, [rows, self.parts, places]), &like.device());
        if between == 1 {
            return shares;
        }
        shares.unsqueeze_dim::<4>(1).repeat_dim(1, between).reshape([rows * between, self.parts, places])
    }

    /// The places of each part of each row, `[rows · between, parts, most]` one after the other; one that is short of others has its last place again.
    fn table(&self) -> (Vec<i64>, usize) {
        let [_, between, places, _] = self.sizes;
        let of_row = |length: usize| (0..self.parts).map(move |index| part(length, self.parts, index));
        let most = self.lengths.iter().flat_map(|length| of_row(*length)).map(|(from, to)| to - from).max();
        let most = most.unwrap_or(0).max(1);
        let mut table = Vec::new();
        for (row, length) in self.lengths.iter().enumerate() {
            for at in 0..between {
                let start = (row * between + at) * places;
                for (from, to) in of_row(*length) {
                    // Of a row without any place its first one, which is padding.
                    table.extend((0..most).map(|tap| (start + (from + tap).min(to.max(1) - 1)) as i64));
                }
            }
        }
        (table, most)
    }

    /// `[rows · between, parts, most, behind]`
    pub(super) fn windows(&self, x: &Tensor<1>) -> Tensor<4> {
        let [rows, between, places, behind] = self.sizes;
        let (table, most) = self.table();
        let count = table.len();
        let table: Tensor<1, Int> = Tensor::from_data(TensorData::new(table, [count]), &x.device());
        let lines = x.clone().reshape([rows * between * places, behind]);
        lines.select(0, table).reshape([rows * between, self.parts, most, behind])
    }

    /// `[rows · between, places, behind]`
    pub(super) fn lines(&self, x: Tensor<1>) -> Tensor<3> {
        let [rows, between, places, behind] = self.sizes;
        x.reshape([rows * between, places, behind])
    }

    /// `[rows · between, parts, behind]`
    pub(super) fn cut_lines(&self, x: Tensor<1>) -> Tensor<3> {
        let [rows, between, _, behind] = self.sizes;
        x.reshape([rows * between, self.parts, behind])
    }
}

/// One cut after the other, and the shape of what comes of them.
pub(super) fn cuts(along: &[(usize, usize)], x: &Real) -> (Vec<Cut>, Vec<usize>) {
    let mut shape = x.shape().to_vec();
    let mut all = Vec::with_capacity(along.len());
    for (axis, parts) in along {
        all.push(Cut::of(*axis, *parts, &shape, x));
        shape[*axis] = *parts;
    }
    (all, shape)
}
