//! Values by their channels, for norms: channels second, and everything that is normalised together beside them; padding is left out.

use burn::tensor::{IndexingUpdateOp, Int, Tensor, TensorData};

use crate::catalog::Type;
use crate::lower::Real;

/// How a value lies: rows, what stands before the channels, the channels, and what stands behind them.
pub(super) struct Channels {
    sizes: [usize; 4],
    /// Of each place, before and behind the channels, whether it is its row's own; `None` if all are.
    real: Option<Vec<bool>>,
    /// Whether rows differ in what stands behind the channels.
    behind: bool,
}

impl Channels {
    pub(super) fn of(x: &Real, ty: &Type) -> Self {
        let shape = x.shape();
        let at = ty.feature_axis().unwrap_or(ty.rank() - 1);
        let product = |sizes: &[usize]| sizes.iter().product::<usize>();
        let sizes = [shape[0], product(&shape[1..at]), shape[at], product(&shape[at + 1..])];
        let others: Vec<usize> = (1..shape.len()).filter(|axis| *axis != at).collect();
        let real = (!x.extents().is_empty()).then(|| {
            let mut real = vec![true; shape[0] * others.iter().map(|axis| shape[*axis]).product::<usize>()];
            let of_row = real.len() / shape[0].max(1);
            let mut inner = of_row;
            for axis in &others {
                inner /= shape[*axis].max(1);
                let Some(lengths) = x.extents().of(*axis) else { continue };
                for (place, real) in real.iter_mut().enumerate() {
                    *real &= place / inner.max(1) % shape[*axis] < lengths[place / of_row];
                }
            }
            real
        });
        let behind = x.extents().axes().any(|axis| axis > at);
        Self { sizes, real, behind }
    }

    fn places(&self) -> usize {
        self.sizes[0] * self.sizes[1] * self.sizes[3]
    }

    /// The real places, each as a row of its own; of what stands before the channels, if only that differs.
    fn own(&self, like: &Tensor<1>) -> Option<Tensor<1, Int>> {
        let real = self.real.as_ref()?;
        let step = if self.behind { 1 } else { self.sizes[3] };
        let own: Vec<i64> =
            real.iter().step_by(step).enumerate().filter(|(_, real)| **real).map(|(at, _)| at as i64).collect();
        let count = own.len();
        Some(Tensor::from_data(TensorData::new(own, [count]), &like.device()))
    }

    /// Whether no row has a place.
    pub(super) fn is_empty(&self) -> bool {
        self.places() == 0 || self.real.as_ref().is_some_and(|real| !real.contains(&true))
    }

    /// `[any rows, channels, places]` of all that is normalised by channel, whatever row it is of.
    pub(super) fn of_all(&self, x: &Real) -> Tensor<3> {
        let [rows, before, channels, behind] = self.sizes;
        let Some(own) = self.own(&x.flat()) else {
            return x.flat().reshape([rows * before, channels, behind]);
        };
        match self.behind {
            true => {
                let last = x.flat().reshape([rows * before, channels, behind]).swap_dims(1, 2);
                last.reshape([self.places(), channels]).select(0, own).unsqueeze_dim(2)
            }
            false => {
                let count = own.dims()[0];
                let lines = x.flat().reshape([rows * before, channels * behind]);
                lines.select(0, own).reshape([count, channels, behind])
            }
        }
    }

    /// Undoes [`Channels::of_all`]; zero at padding.
    pub(super) fn all_back(&self, lines: Tensor<3>, like: &Real) -> Real {
        let [rows, before, channels, behind] = self.sizes;
        let Some(own) = self.own(&like.flat()) else { return like.like(lines) };
        let [count, _, places] = lines.dims();
        let lines = lines.reshape([count, channels * places]);
        let put = |all: usize| {
            let zeros = Tensor::<2>::zeros([all, channels * places], (&lines.device(), lines.dtype()));
            zeros.select_assign(0, own.clone(), lines.clone(), IndexingUpdateOp::Add)
        };
        match self.behind {
            true => like.like(put(self.places()).reshape([rows * before, behind, channels]).swap_dims(1, 2)),
            false => like.like(put(rows * before)),
        }
    }

    /// `[rows, channels, all places of a row]`
    pub(super) fn of_rows(&self, x: &Real) -> Tensor<3> {
        let [rows, before, channels, behind] = self.sizes;
        match before {
            1 => x.flat().reshape([rows, channels, behind]),
            _ => {
                let turned = x.flat().reshape([rows, before, channels, behind]).swap_dims(1, 2);
                turned.reshape([rows, channels, before * behind])
            }
        }
    }

    /// Undoes [`Channels::of_rows`].
    pub(super) fn rows_back(&self, rows_of: Tensor<3>, like: &Real) -> Real {
        let [rows, before, channels, behind] = self.sizes;
        match before {
            1 => like.like(rows_of),
            _ => like.like(rows_of.reshape([rows, channels, before, behind]).swap_dims(1, 2)),
        }
    }

    /// Beside [`Channels::of_rows`], one where a place is its row's own and else zero, `[rows, 1, all places of a row]`; `None` if all are.
    pub(super) fn mask(&self, like: &Real) -> Option<Tensor<3>> {
        let real: Vec<f32> = self.real.as_ref()?.iter().map(|real| f32::from(u8::from(*real))).collect();
        let [rows, before, _, behind] = self.sizes;
        Some(Tensor::from_data(TensorData::new(real, [rows, 1, before * behind]), &like.device()))
    }
}
