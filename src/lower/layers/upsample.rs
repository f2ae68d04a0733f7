//! `upsample`: larger pictures by repeating or blending.

use super::separable::{Matrix, apply, back};
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::upsample::{Upsample, Upsampling};
use crate::lower::{Real, Value};

impl Compute for Upsample {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
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
        let [rows, channels, height, width] = x.ranked::<4>().dims();
        if self.method == Upsampling::Bilinear {
            return back(cotangent, &self.blend(height), &self.blend(width));
        }
        let squares = [rows * channels * height, self.factor, width, self.factor];
        Cotangents::input(x.like(cotangent.flat().reshape(squares).sum_dim(3).sum_dim(1)))
    }
}

impl Upsample {
    /// The two old places around the middle of each new one. Before the first middle and behind the last there is one alone.
    fn blend(&self, size: usize) -> Matrix {
        Matrix::of(size * self.factor, size, |place| {
            let middle = ((place as f32 + 0.5) / self.factor as f32 - 0.5).max(0.0);
            let before = (middle as usize).min(size - 1);
            let share = middle - before as f32;
            vec![(before, 1.0 - share), ((before + 1).min(size - 1), share)]
        })
    }
}
