//! `adaptive_max_pool`: the largest values of windows that cut evenly.

use super::cuts::cuts;
use super::{Compute, Forward};
use crate::catalog::layers::adaptive_max_pool::AdaptiveMaxPool;
use crate::lower::{Real, Value};

impl Compute for AdaptiveMaxPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let (cuts, shape) = cuts(&self.parts().along(call.types[0]), x);
        // Of a row without any place, the largest is that of its padding.
        let largest = cuts.iter().fold(x.filled(0.0).flat(), |x, cut| cut.windows(&x).max_dim(2).flatten(0, 3));
        Value::Real(Real::from_flat(largest, shape))
    }
}
