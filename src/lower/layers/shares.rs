//! The Gramian of weight gradients that are products XᵀG of rows and cotangents, without making them.
//!
//! ⟨XᵀG_i, XᵀG_j⟩ = ⟨G_i, K·G_j⟩ with K = X·Xᵀ: cheaper than the weight gradients where rows are few. K is
//! symmetric, so that the Gramian is S + Sᵀ with S_ij = ⟨G_i, U·G_j⟩, where U is the upper triangle of K, its
//! diagonal halved: of the blocks of K, those below the diagonal are neither computed nor multiplied.

use burn::tensor::Tensor;

/// Rows of a band of K below which cutting it finer gains nothing.
const LEAST_BAND: usize = 64;

/// Each doubling of the bands saves half as much as the one before.
const MOST_BANDS: usize = 4;

/// How K is cut.
pub(super) struct Shares {
    bands: usize,
}

impl Shares {
    /// Of so many rows, inputs of each, units and tasks; `None` if weight gradients are as cheap.
    pub fn of(rows: usize, inputs: usize, units: usize, tasks: usize) -> Option<Self> {
        let bands = (rows / LEAST_BAND).clamp(1, MOST_BANDS);
        // Multiplications for each row: of U, of U with the cotangents, and of the one weight gradient that is made in
        // the end, against those of a weight gradient per task.
        let seen_rows = rows * (bands + 1) / (2 * bands);
        (seen_rows * (inputs + tasks * units) + inputs * units < tasks * inputs * units).then_some(Self { bands })
    }

    /// `[tasks, tasks]` of `x[rows, inputs]` and `cotangents[tasks, rows, units]`; that of the bias is in it if there is one.
    pub fn gramian(&self, x: &Tensor<2>, cotangents: Tensor<3>, bias: bool) -> Option<Tensor<2>> {
        let [tasks, rows, units] = cotangents.dims();
        let flat: Tensor<2> = cotangents.clone().reshape([tasks, rows * units]);
        let size = rows.div_ceil(self.bands);
        let half = (0..rows).step_by(size).map(|start| {
            let height = size.min(rows - start);
            let band = band(x, start, start + height, bias).unsqueeze::<3>();
            let seen = band.matmul(cotangents.clone().narrow(1, start, rows - start)).reshape([tasks, height * units]);
            flat.clone().narrow(1, start * units, height * units).matmul(seen.transpose())
        });
        let half = half.reduce(|sum, part| sum + part)?;
        Some(half.clone() + half.transpose())
    }
}

/// Some rows of X·Xᵀ from the diagonal on, the block on the diagonal halved.
fn band(x: &Tensor<2>, start: usize, end: usize, bias: bool) -> Tensor<2> {
    let own = x.clone().narrow(0, start, end - start);
    let product = |other: Tensor<2>| {
        let product = own.clone().matmul(other.transpose());
        // The bias is a weight of an input that is always 1.
        if bias { product + 1.0 } else { product }
    };
    let diagonal = product(own.clone()) * 0.5;
    match x.dims()[0] - end {
        0 => diagonal,
        rest => Tensor::cat(vec![diagonal, product(x.clone().narrow(0, end, rest))], 1),
    }
}
