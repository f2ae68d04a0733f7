//! Classes and places of a loss: where in an output the numbers of each class stand, and which places of a target count.

use burn::tensor::{Tensor, TensorData};

use crate::lower::{Real, Value};

/// Times the weights; where these are 0 it is 0, whatever stands there.
pub(super) fn weighed<const D: usize>(values: Tensor<D>, weights: &Tensor<D>) -> Tensor<D> {
    values.mask_fill(weights.clone().equal_elem(0.0), 0.0) * weights.clone()
}

/// 1 at every place of the target that is its row's own, 0 at padding; `None` if there is no padding.
pub(super) fn real(target: &Value) -> Option<Tensor<1>> {
    let places = target.extents().places(target.shape()).filter(|places| places.real.contains(&false))?;
    let real: Vec<f32> = places.real.iter().map(|real| f32::from(u8::from(*real))).collect();
    let [rows, before, span, after] = places.shape;
    let spread = Tensor::<4>::from_data(TensorData::new(real, [rows, 1, span, 1]), &target.index().flat().device());
    Some(spread.expand([rows, before, span, after]).reshape([rows * before * span * after]))
}

/// Where the classes stand in an output: last in vectors and sequences, before height and width in pictures.
pub(super) struct Places {
    pub rows: usize,
    pub per_row: usize,
    pub axis: usize,
    /// Whether a row is one place, with no axis for it.
    pub of_row: bool,
}

impl Places {
    pub fn of(output: &Real) -> Self {
        let rank = output.rank();
        let axis = if rank < 4 { rank - 1 } else { rank - 3 };
        let per_row = output.elements() / (output.rows() * output.shape()[axis]).max(1);
        Self { rows: output.rows(), per_row, axis, of_row: rank == 2 }
    }

    /// How much each place counts, if one counts otherwise than 1: 0 for padding, else what the target says.
    pub fn counts(target: &Value) -> Option<Tensor<1>> {
        match (real(target), target.index().weights()) {
            (Some(real), Some(weights)) => Some(real * weights.clone()),
            (real, weights) => real.or_else(|| weights.cloned()),
        }
    }

    /// `[places of all rows, classes]`
    pub fn logits(&self, output: &Real) -> Tensor<2> {
        if self.axis + 1 == output.rank() {
            return output.by_last();
        }
        let [before, classes, after] = output.by_axis(self.axis).dims();
        output.by_axis(self.axis).swap_dims(1, 2).reshape([before * after, classes])
    }

    /// Undoes [`Places::logits`].
    pub fn back(&self, slope: Tensor<2>, output: &Real) -> Real {
        if self.axis + 1 == output.rank() {
            return output.like(slope);
        }
        let [before, classes, after] = output.by_axis(self.axis).dims();
        output.like(slope.reshape([before, after, classes]).swap_dims(1, 2))
    }
}
