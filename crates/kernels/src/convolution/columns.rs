//! Small pictures: a matrix of what every tap sees at every place of all pictures, and one product.
//!
//! A run of the places of a picture of 4 by 4 fills no vector, and many filters would be read anew for each such picture. So the pictures of
//! a batch stand side by side here: `[channels, places, pictures]`, where what a tap sees at a place is a run of pictures, or zeros.

use gemm::Parallelism;
use rayon::prelude::*;

use super::Convolution;
use crate::matrix::{Matrix, multiply_by};
use crate::pointwise::chain::Then;

/// Places of an output up to which a picture counts as small: beyond, [`correlate`](super::correlate) is as fast and needs no matrix. The gradient
/// of the pictures has more to gain, for it computes at the places of the margin too.
const PLACES: usize = 36;
const PLACES_BACK: usize = 64;

/// Numbers of the matrix that are made at a time.
const NUMBERS: usize = 2 << 20;

/// Pictures that stand side by side.
struct Side<'a> {
    convolution: &'a Convolution,
    count: usize,
}

impl Convolution {
    /// Whether pictures are so small, and channels so many, that the matrix pays.
    pub(super) fn is_small(&self) -> bool {
        self.is_within(PLACES)
    }

    /// The same for the gradient of the pictures.
    pub(super) fn is_small_back(&self) -> bool {
        self.is_within(if self.taps() > 1 { PLACES_BACK } else { PLACES })
    }

    fn is_within(&self, places: usize) -> bool {
        let many = self.outputs >= 8 && self.inputs * self.taps() >= 32;
        self.groups == 1 && self.output[0] * self.output[1] <= places && many
    }

    pub(super) fn forward_of_small(
        &self,
        pictures: &[f32],
        weights: &[f32],
        bias: Option<&[f32]>,
        then: Then<'_>,
    ) -> Vec<f32> {
        let mut outputs = vec![0.0; self.batch * self.output_size()];
        let seen = pictures.chunks(self.few() * self.input_size().max(1));
        for (seen, outputs) in seen.zip(outputs.chunks_mut(self.few() * self.output_size().max(1))) {
            let side = Side { convolution: self, count: seen.len() / self.input_size() };
            let columns = side.columns(&side_by_side(seen, side.count));
            let mut product = vec![0.0; side.count * self.output_size()];
            multiply_by(
                Parallelism::Rayon(0),
                (&mut product, side.width()),
                Matrix::new(weights, self.outputs, side.height(), side.height()),
                Matrix::new(&columns, side.height(), side.width(), side.width()),
                1.0,
                false,
            );
            if let Some(bias) = bias {
                let channels = product.par_chunks_mut(side.width()).zip(bias);
                channels.for_each(|(channel, bias)| channel.iter_mut().for_each(|sum| *sum += bias));
            }
            one_by_one(&product, side.count, outputs);
            then.over(outputs);
        }
        outputs
    }

    pub(super) fn input_gradient_of_small(&self, weights: &[f32], gradient: &[f32]) -> Vec<f32> {
        let mut pictures = vec![0.0; self.batch * self.input_size()];
        let slopes = gradient.chunks(self.few() * self.output_size().max(1));
        for (slopes, pictures) in slopes.zip(pictures.chunks_mut(self.few() * self.input_size().max(1))) {
            let side = Side { convolution: self, count: slopes.len() / self.output_size() };
            let slopes = side_by_side(slopes, side.count);
            let mut columns = vec![0.0; side.height() * side.width()];
            multiply_by(
                Parallelism::Rayon(0),
                (&mut columns, side.width()),
                Matrix::new(weights, self.outputs, side.height(), side.height()).transposed(),
                Matrix::new(&slopes, self.outputs, side.width(), side.width()),
                1.0,
                false,
            );
            one_by_one(&side.added_up(&columns), side.count, pictures);
        }
        pictures
    }

    pub(super) fn weight_gradient_of_small(&self, pictures: &[f32], gradient: &[f32]) -> Vec<f32> {
        let mut filters = vec![0.0; self.weight_size()];
        let seen = pictures.chunks(self.few() * self.input_size().max(1));
        let slopes = gradient.chunks(self.few() * self.output_size().max(1));
        for (index, (seen, slopes)) in seen.zip(slopes).enumerate() {
            let side = Side { convolution: self, count: seen.len() / self.input_size() };
            let columns = side.columns(&side_by_side(seen, side.count));
            let slopes = side_by_side(slopes, side.count);
            multiply_by(
                Parallelism::Rayon(0),
                (&mut filters, side.height()),
                Matrix::new(&slopes, self.outputs, side.width(), side.width()),
                Matrix::new(&columns, side.height(), side.width(), side.width()).transposed(),
                1.0,
                index > 0,
            );
        }
        filters
    }

    /// How many pictures stand side by side at a time.
    fn few(&self) -> usize {
        let of_one = self.inputs * self.taps() * self.output[0] * self.output[1];
        (NUMBERS / of_one.max(1)).clamp(1, self.batch.max(1))
    }
}

impl Side<'_> {
    /// Rows of the matrix: a tap of a channel each.
    fn height(&self) -> usize {
        self.convolution.inputs * self.convolution.taps()
    }

    /// Columns of the matrix: a place of a picture each.
    fn width(&self) -> usize {
        self.convolution.output[0] * self.convolution.output[1] * self.count
    }

    /// What each tap sees, of `[inputs, places, pictures]`.
    fn columns(&self, seen: &[f32]) -> Vec<f32> {
        let mut columns = vec![0.0; self.height() * self.width()];
        let channel = self.convolution.picture[0] * self.convolution.picture[1] * self.count;
        let of_channel = self.convolution.taps() * self.width();
        columns.par_chunks_mut(of_channel).zip(seen.par_chunks(channel)).for_each(|(columns, channel)| {
            for (tap, row) in columns.chunks_mut(self.width()).enumerate() {
                self.each_run(tap, |place, at, length| {
                    row[place * self.count..][..length * self.count]
                        .copy_from_slice(&channel[at * self.count..][..length * self.count]);
                });
            }
        });
        columns
    }

    /// The other way: what each tap hands back, added up where it looked.
    fn added_up(&self, columns: &[f32]) -> Vec<f32> {
        let channel = self.convolution.picture[0] * self.convolution.picture[1] * self.count;
        let of_channel = self.convolution.taps() * self.width();
        let mut sums = vec![0.0; self.convolution.inputs * channel];
        sums.par_chunks_mut(channel).zip(columns.par_chunks(of_channel)).for_each(|(sums, columns)| {
            for (tap, row) in columns.chunks(self.width()).enumerate() {
                self.each_run(tap, |place, at, length| {
                    let row = &row[place * self.count..][..length * self.count];
                    sums[at * self.count..][..row.len()].iter_mut().zip(row).for_each(|(sum, part)| *sum += part);
                });
            }
        });
        sums
    }

    /// Calls for each run of places at which a tap sees some of the picture: the first place of the output, the first of the
    /// picture, how many.
    fn each_run(&self, tap: usize, mut visit: impl FnMut(usize, usize, usize)) {
        let Convolution { picture, output, kernel, stride, dilation, before, .. } = *self.convolution;
        let [row_reach, reach] = [tap / kernel[1] * dilation[0], tap % kernel[1] * dilation[1]];
        for row in 0..output[0] {
            let Some(y) = (row * stride[0] + row_reach).checked_sub(before[0]).filter(|y| *y < picture[0]) else {
                continue;
            };
            let first = before[1].saturating_sub(reach).div_ceil(stride[1]);
            let sees = |column: usize| (column * stride[1] + reach - before[1]) < picture[1];
            if stride[1] == 1 {
                let end = output[1].min((picture[1] + before[1]).saturating_sub(reach));
                if first < end {
                    visit(row * output[1] + first, y * picture[1] + first + reach - before[1], end - first);
                }
                continue;
            }
            for column in (first..output[1]).take_while(|column| sees(*column)) {
                visit(row * output[1] + column, y * picture[1] + column * stride[1] + reach - before[1], 1);
            }
        }
    }
}

/// Rows and columns of a piece that is turned at a time.
const PIECE: usize = 16;

/// `[pictures, numbers]` as `[numbers, pictures]`.
fn side_by_side(pictures: &[f32], count: usize) -> Vec<f32> {
    let size = pictures.len() / count.max(1);
    let mut turned = vec![0.0; pictures.len()];
    turned.par_chunks_mut(PIECE * count.max(1)).enumerate().for_each(|(piece, turned)| {
        for first in (0..count).step_by(PIECE) {
            for (number, turned) in turned.chunks_mut(count).enumerate() {
                let from = pictures[first * size + piece * PIECE + number..].iter().step_by(size);
                turned[first..].iter_mut().take(PIECE).zip(from).for_each(|(to, from)| *to = *from);
            }
        }
    });
    turned
}

/// `[numbers, pictures]` as `[pictures, numbers]`.
fn one_by_one(side: &[f32], count: usize, pictures: &mut [f32]) {
    let size = side.len() / count.max(1);
    pictures.par_chunks_mut(size.max(1)).enumerate().for_each(|(picture, numbers)| {
        numbers.iter_mut().zip(side[picture..].iter().step_by(count)).for_each(|(to, from)| *to = *from);
    });
}
