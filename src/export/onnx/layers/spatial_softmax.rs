//! `spatial_softmax`: shares of all places, and their product with where these are.

use super::adaptive_avg_pool::sizes;
use super::{Call, Value, Write};
use crate::catalog::layers::coordinates::places;
use crate::catalog::layers::spatial_softmax::SpatialSoftmax;

impl Write for SpatialSoftmax {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let [_, channels, height, width] = *sizes(call)? else { return None };
        let places: Vec<f32> = places(height, width).flatten().collect();
        let places = call.graph.floats(&[height * width, 2], &places);
        let x = call.reshape(&call.x(), &[channels, height * width]);
        let shares = call.softmax(&x, 2);
        let means = call.node("MatMul", &[&shares, &places]);
        Some(Value::whole(call.reshape(&means, &[2 * channels])))
    }
}
