//! `upsample`: larger pictures and longer sequences by repeating or blending.

use burn::tensor::{IndexingUpdateOp, Int, Tensor, TensorData};

use super::separable::{Matrix, apply, back};
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::upsample::{Upsample, Upsampling};
use crate::lower::{Real, Value};

impl Compute for Upsample {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        if call.types[0].is_sequence() {
            return Value::Real(self.longer(x));
        }
        if self.method == Upsampling::Bilinear {
            return Value::Real(apply(x, &self.blend(x.shape()[2]), &self.blend(x.shape()[3])));
        }
        let [rows, channels, height, width] = x.ranked::<4>().dims();
        let factor = self.factor;
        let once = x.flat().reshape([rows * channels * height, 1, width, 1]);
        let wide = once.expand([rows * channels * height, factor, width, factor]);
        Value::Real(Real::new(wide.reshape([rows, channels, height * factor, width * factor])))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Upsample {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x();
        if call.types[0].is_sequence() {
            return Cotangents::input(self.pull_longer(x, cotangent));
        }
        let [rows, channels, height, width] = x.ranked::<4>().dims();
        if self.method == Upsampling::Bilinear {
            return back(cotangent, &self.blend(height), &self.blend(width));
        }
        let squares = [rows * channels * height, self.factor, width, self.factor];
        Cotangents::input(x.like(cotangent.flat().reshape(squares).sum_dim(3).sum_dim(1)))
    }
}

impl Upsample {
    /// The two old places around the middle of a new one, and the share of the second. Before the first middle and behind the last there is one alone.
    fn around(&self, place: usize, size: usize) -> [(usize, f32); 2] {
        if self.method == Upsampling::Nearest {
            return [(place / self.factor, 1.0), (place / self.factor, 0.0)];
        }
        let last = size.saturating_sub(1);
        let middle = ((place as f32 + 0.5) / self.factor as f32 - 0.5).max(0.0);
        let before = (middle as usize).min(last);
        let share = middle - before as f32;
        [(before, 1.0 - share), ((before + 1).min(last), share)]
    }

    fn blend(&self, size: usize) -> Matrix {
        Matrix::of(size * self.factor, size, |place| self.around(place, size).to_vec())
    }

    /// Of each new place of each row where it has its first part and its second among all places of all rows, and their shares.
    fn parts(&self, x: &Real) -> [(Tensor<1, Int>, Tensor<2>); 2] {
        let (rows, time) = (x.shape()[0], x.shape()[1]);
        [0, 1].map(|part| {
            let (mut places, mut shares) = (Vec::new(), Vec::new());
            for row in 0..rows {
                let own = x.extents().of(1).map_or(time, |lengths| lengths[row]);
                for place in 0..time * self.factor {
                    let (at, share) = self.around(place, own)[part];
                    places.push((row * time + at.min(time - 1)) as i64);
                    shares.push(share);
                }
            }
            let count = places.len();
            let places = Tensor::from_data(TensorData::new(places, [count]), &x.device());
            (places, Tensor::from_data(TensorData::new(shares, [count, 1]), &x.device()))
        })
    }

    fn longer(&self, x: &Real) -> Real {
        let (rows, time, features) = (x.shape()[0], x.shape()[1], x.width());
        let places = x.filled(0.0).by_last();
        let [first, second] = self.parts(x).map(|(at, share)| places.clone().select(0, at) * share);
        let output = (first + second).reshape([rows, time * self.factor, features]);
        Real::new(output).with_extents(x.extents_after(|length| length * self.factor))
    }

    fn pull_longer(&self, x: &Real, cotangent: &Real) -> Real {
        let slopes = cotangent.by_last();
        let nothing = Tensor::<2>::zeros(x.by_last().dims(), &x.device());
        let back = self.parts(x).into_iter().fold(nothing, |back, (at, share)| {
            back.select_assign(0, at, slopes.clone() * share, IndexingUpdateOp::Add)
        });
        x.like(back).filled(0.0)
    }
}
