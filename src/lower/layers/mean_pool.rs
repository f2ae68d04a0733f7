//! `mean_pool`: the mean along a sequence, padding left out.

use super::{Compute, Forward};
use crate::catalog::layers::mean_pool::MeanPool;
use crate::lower::value::mask;
use crate::lower::{Real, Value};

impl Compute for MeanPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let places = x.by_axis(1);
        let [rows, length, width] = places.dims();
        let mean = match &call.lengths[0] {
            Some(lengths) => {
                let real = mask(lengths, length, call.device).reshape([rows, length, 1]);
                let counts = real.clone().sum_dim(1).clamp_min(1.0);
                (places * real).sum_dim(1) / counts
            }
            None => places.mean_dim(1),
        };
        let mut shape = x.shape().to_vec();
        shape.remove(1);
        debug_assert_eq!(shape.iter().skip(1).product::<usize>(), width);
        Value::Real(Real::new(mean).reshaped(shape))
    }
}
