//! `global_max_pool`: the largest value of each channel.

use super::global_avg_pool::by_channels;
use super::{Compute, Forward};
use crate::catalog::layers::global_max_pool::GlobalMaxPool;
use crate::lower::{Real, Value};

impl Compute for GlobalMaxPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let (axis, shape) = by_channels(x, call.types[0]);
        // Less than any number that a layer gives; a row without any place has nothing else.
        let nothing = f64::from(f32::MIN);
        let largest = x.filled(nothing).flat().reshape(shape).max_dim(axis);
        let largest = match x.extents().is_empty() {
            true => largest,
            false => largest.clone().mask_fill(largest.lower_equal_elem(nothing), 0.0),
        };
        Value::Real(Real::new(largest).reshaped(vec![x.rows(), shape[3 - axis]]))
    }
}
