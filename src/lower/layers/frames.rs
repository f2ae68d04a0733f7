//! Clips as pictures that have the frames which a filter sees side by side among their channels: what `conv3d` and `conv_transpose3d` compute with.

use burn::tensor::{IndexingUpdateOp, Int, Tensor, TensorData};

use crate::lower::Real;

/// Which frames the filters see.
pub(super) struct Frames {
    pub rows: usize,
    /// How many there are, with zeros before and behind.
    pub padded: usize,
    /// Zeros before.
    pub margin: usize,
    /// How many a filter sees.
    pub seen: usize,
    pub stride: usize,
    pub dilation: usize,
    /// Channels are laid by group first, so that each group has all of its frames together.
    pub groups: usize,
    /// How many places filters stand at.
    pub after: usize,
}

impl Frames {
    /// Where each place sees its frame number `tap`.
    fn at<const D: usize>(&self, tap: usize, like: &Tensor<D>) -> Tensor<1, Int> {
        let place = |place: usize| (place * self.stride + tap * self.dilation) as i64;
        let places: Vec<i64> = (0..self.after).map(place).collect();
        Tensor::from_data(TensorData::new(places, [self.after]), &like.device())
    }

    /// `[rows · places, frames · C, H, W]` of clips `[rows, T, C, H, W]` without padding.
    pub(super) fn side_by_side(&self, x: &Real) -> Tensor<4> {
        let [rows, before, channels, height, width] = x.ranked::<5>().dims();
        let size = channels * height * width;
        let zeros = |frames: usize| Tensor::<3>::zeros([rows, frames, size], &x.device());
        let mut parts = vec![x.flat().reshape([rows, before, size])];
        if self.margin > 0 {
            parts.insert(0, zeros(self.margin));
        }
        if self.padded > before + self.margin {
            parts.push(zeros(self.padded - before - self.margin));
        }
        let padded = if parts.len() == 1 { parts.remove(0) } else { Tensor::cat(parts, 1) };
        let taps = (0..self.seen).map(|tap| padded.clone().select(1, self.at(tap, &padded)).unsqueeze_dim::<4>(2));
        let stacked = Tensor::cat(taps.collect(), 2);
        let by_group = match self.groups {
            1 => stacked,
            groups => stacked.reshape([rows * self.after, self.seen, groups, size / groups.max(1)]).swap_dims(1, 2),
        };
        by_group.reshape([rows * self.after, self.seen * channels, height, width])
    }

    /// The transpose of [`Frames::side_by_side`]: clips of so many frames to which every place has added what it has for them.
    pub(super) fn added_up(&self, taps: Tensor<4>, frames: usize) -> Tensor<5> {
        let [_, channels, height, width] = taps.dims();
        let channels = channels / self.seen;
        let size = channels * height * width;
        let taps = match self.groups {
            1 => taps.reshape([self.rows, self.after, self.seen, size]),
            groups => {
                let by_group = taps.reshape([self.rows * self.after, groups, self.seen, size / groups.max(1)]);
                by_group.swap_dims(1, 2).reshape([self.rows, self.after, self.seen, size])
            }
        };
        let mut padded = Tensor::<3>::zeros([self.rows, self.padded, size], &taps.device());
        for tap in 0..self.seen {
            let own = taps.clone().narrow(2, tap, 1).reshape([self.rows, self.after, size]);
            padded = padded.select_assign(1, self.at(tap, &own), own, IndexingUpdateOp::Add);
        }
        padded.narrow(1, self.margin, frames).reshape([self.rows, frames, channels, height, width])
    }
}

/// Filters `[outputs, frames · C, kernel, kernel]` of `[outputs, C, frames, kernel, kernel]`, whatever groups there are.
pub(super) fn filters(weight: &Real) -> Tensor<4> {
    let [outputs, channels, frames, kernel, _] = weight.ranked::<5>().dims();
    weight.ranked::<5>().permute([0, 2, 1, 3, 4]).reshape([outputs, frames * channels, kernel, kernel])
}

/// Undoes [`filters`].
pub(super) fn as_stored(filters: Tensor<4>, weight: &Real) -> Real {
    let [outputs, channels, frames, kernel, _] = weight.ranked::<5>().dims();
    weight.like(filters.reshape([outputs, frames, channels, kernel, kernel]).permute([0, 2, 1, 3, 4]))
}
