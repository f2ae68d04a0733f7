//! `coordinates`: two channels that say where a place is.

use super::{Call, Value, Write};
use crate::catalog::layers::coordinates::{Coordinates, places};

impl Write for Coordinates {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let [_, height, width] = *call.sizes else { return None };
        let down = places(height, width).map(|[_, down]| down);
        let values: Vec<f32> = down.chain(places(height, width).map(|[across, _]| across)).collect();
        let own = call.graph.floats(&[1, 2, height, width], &values);
        let x = call.x();
        let rows = call.size_of(&x, 0);
        let rows = call.unsqueeze(&rows, 0);
        let ones = call.graph.integers(&[1, 1, 1]);
        let times = call.concat(&[rows, ones], 0);
        let own = call.node("Tile", &[&own, &times]);
        Some(Value::whole(call.concat(&[x, own], 1)))
    }
}
