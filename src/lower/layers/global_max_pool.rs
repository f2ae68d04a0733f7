//! `global_max_pool`: the largest value of each channel.

use super::{Compute, Forward};
use crate::catalog::layers::global_max_pool::GlobalMaxPool;
use crate::lower::{Real, Value};

impl Compute for GlobalMaxPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let (rows, channels) = (x.rows(), x.shape()[1]);
        let places = x.elements() / (rows * channels);
        let largest = x.flat().reshape([rows, channels, places]).max_dim(2);
        Value::Real(Real::new(largest).reshaped(vec![rows, channels]))
    }
}
