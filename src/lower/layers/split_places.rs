//! `split_places`: each real place of a row as a row of its own.

use burn::tensor::{IndexingUpdateOp, Int, Tensor, TensorData};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::split_places::SplitPlaces;
use crate::lower::standing::Standing;
use crate::lower::value::{Extents, Lengths};
use crate::lower::{Real, Value};

impl Compute for SplitPlaces {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let places = Places::of(x);
        let shape = std::iter::once(places.count()).chain(x.shape()[2..].iter().copied()).collect();
        // Where a row has a size of its own, each of its places has it.
        let repeated = x.extents().axes().filter(|axis| *axis > 1).map(|axis| {
            let lengths = x.extents().of(axis).cloned().unwrap_or_else(|| Lengths::from([]));
            (axis - 1, places.rows().map(|row| lengths[row]).collect::<Vec<usize>>().into())
        });
        let extents: Extents = repeated.collect();
        Value::Real(Real::new(places.picked(x)).reshaped(shape).with_extents(extents))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }

    fn stands(&self, call: &Forward<'_>) -> Option<Standing> {
        let x = call.x();
        let places = Places::of(x);
        let rows = call.among_places().cloned().unwrap_or_else(|| Standing::of_batch(&call.places()));
        // Where there is no place, nothing stands anywhere.
        let none = x.extents().of(1).is_some_and(|lengths| lengths.iter().all(|length| *length == 0));
        let real = places.each().filter(|_| !none && !call.stands_in());
        Some(rows.of_places(real))
    }
}

impl Vjp for SplitPlaces {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x();
        Cotangents::input(x.like(Places::of(x).put_back(cotangent)))
    }
}

/// The real places of a value along its second axis.
pub(super) struct Places {
    rows: usize,
    /// Places of each row, with padding.
    time: usize,
    /// The place of each real one among all; `None` if all are real.
    real: Option<Vec<usize>>,
}

impl Places {
    pub fn of(value: &Real) -> Self {
        let (rows, time) = (value.shape()[0], value.shape()[1]);
        let real = value.extents().of(1).filter(|lengths| lengths.iter().any(|length| *length < time)).map(|lengths| {
            let own = |(row, length): (usize, &usize)| row * time..row * time + length;
            let mut real: Vec<usize> = lengths.iter().enumerate().flat_map(own).collect();
            // No layer meets an empty batch: where every row is empty, one place of padding stands for all.
            if real.is_empty() {
                real.push(0);
            }
            real
        });
        Self { rows, time, real }
    }

    pub fn count(&self) -> usize {
        self.real.as_ref().map_or(self.rows * self.time, Vec::len)
    }

    /// The row of each real place, and where it stands in that.
    pub fn each(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let time = self.time.max(1);
        (0..self.count())
            .map(move |place| self.real.as_ref().map_or(place, |real| real[place]))
            .map(move |place| (place / time, place % time))
    }

    /// The row of each real place.
    pub fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.each().map(|(row, _)| row)
    }

    fn table(&self, real: &[usize], like: &Real) -> Tensor<1, Int> {
        let table: Vec<i64> = real.iter().map(|place| *place as i64).collect();
        Tensor::from_data(TensorData::new(table, [real.len()]), &like.device())
    }

    /// The real places, one below the other, of a value with all: `[places, all else]`.
    pub fn picked(&self, whole: &Real) -> Tensor<2> {
        let all = self.rows * self.time;
        let places = whole.flat().reshape([all, whole.elements() / all.max(1)]);
        match &self.real {
            Some(real) => places.select(0, self.table(real, whole)),
            None => places,
        }
    }

    /// Undoes [`Places::picked`], with zeros for padding.
    pub fn put_back(&self, places: &Real) -> Tensor<2> {
        let places_2d = places.by_rows();
        let Some(real) = &self.real else { return places_2d };
        let zeros = Tensor::zeros([self.rows * self.time, places_2d.dims()[1]], &places.device());
        zeros.select_assign(0, self.table(real, places), places_2d, IndexingUpdateOp::Add)
    }
}
