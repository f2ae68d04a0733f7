//! `adaptive_avg_pool`: means of windows that cut evenly.

use super::cuts::cuts;
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::adaptive_avg_pool::AdaptiveAvgPool;
use crate::lower::{Real, Value};

impl Compute for AdaptiveAvgPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let (cuts, shape) = cuts(&self.parts().along(call.types[0]), x);
        let means = cuts.iter().fold(x.filled(0.0).flat(), |x, cut| {
            let means = cut.means(&x);
            means.matmul(cut.lines(x)).flatten(0, 2)
        });
        Value::Real(Real::from_flat(means, shape))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for AdaptiveAvgPool {
    fn reads_output(&self) -> bool {
        false
    }

    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x();
        let (cuts, _) = cuts(&self.parts().along(call.types[0]), x);
        let back = cuts.iter().rev().fold(cotangent.flat(), |back, cut| {
            let means = cut.means(&back);
            means.transpose().matmul(cut.cut_lines(back)).flatten(0, 2)
        });
        Cotangents::input(x.like(back).filled(0.0))
    }
}
