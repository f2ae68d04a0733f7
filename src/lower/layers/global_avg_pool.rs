//! `global_avg_pool`: the mean of each channel.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::global_avg_pool::GlobalAvgPool;
use crate::lower::{Real, Value};

impl Compute for GlobalAvgPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let (rows, channels) = (x.rows(), x.shape()[1]);
        let places = x.elements() / (rows * channels);
        let mean = x.flat().reshape([rows, channels, places]).mean_dim(2);
        Value::Real(Real::new(mean).reshaped(vec![rows, channels]))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for GlobalAvgPool {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x();
        let (rows, channels) = (x.rows(), x.shape()[1]);
        let places = x.elements() / (rows * channels);
        let spread = cotangent.flat().reshape([rows, channels, 1]) / places as f64;
        Cotangents::input(x.like(spread.expand([rows, channels, places])))
    }
}
