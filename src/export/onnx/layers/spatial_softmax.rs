//! `spatial_softmax`: shares of all places, and their product with where these are.

use super::adaptive_avg_pool::sizes;
use super::{Call, Value, Write};
use crate::catalog::layers::coordinates::along;
use crate::catalog::layers::spatial_softmax::SpatialSoftmax;

impl Write for SpatialSoftmax {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let [_, channels, height, width] = *sizes(call)? else { return None };
        let places = (0..height).flat_map(|down| (0..width).map(move |across| (down, across)));
        let places = places.flat_map(|(down, across)| [along(across, width), along(down, height)]);
        let places = call.graph.floats(&[height * width, 2], &places.collect::<Vec<f32>>());
        let x = call.reshape(&call.x(), &[channels, height * width]);
        let shares = call.softmax(&x, 2);
        let means = call.node("MatMul", &[&shares, &places]);
        Some(Value::whole(call.reshape(&means, &[2 * channels])))
    }
}
