//! `adaptive_avg_pool`: means of windows that cut a picture evenly.

use super::separable::{Matrix, apply, back};
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::adaptive_avg_pool::AdaptiveAvgPool;
use crate::lower::{Real, Value};

impl Compute for AdaptiveAvgPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let [down, across] = self.windows(call.x());
        Value::Real(apply(call.x(), &down, &across))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for AdaptiveAvgPool {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let [down, across] = self.windows(call.x());
        back(cotangent, &down, &across)
    }
}

impl AdaptiveAvgPool {
    fn windows(&self, x: &Real) -> [Matrix; 2] {
        let means = |windows: usize, size: usize| {
            Matrix::of(windows, size, |window| {
                let (from, to) = (window * size / windows, ((window + 1) * size).div_ceil(windows));
                (from..to).map(|place| (place, 1.0 / (to - from) as f32)).collect()
            })
        };
        [means(self.height, x.shape()[2]), means(self.width.unwrap_or(self.height), x.shape()[3])]
    }
}
