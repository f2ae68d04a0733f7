//! `join_places`: rows that were places, as places again of as many rows as there were.

use super::{Call, Value, Write};
use crate::catalog::layers::join_places::JoinPlaces;

impl Write for JoinPlaces {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (whole, x) = (call.inputs[1].clone(), call.x());
        if call.lengths().is_some() {
            return None;
        }
        Some(call.with_lengths(format!("{x}.unflatten(0, {}.shape[:2])", whole.name), whole.lengths))
    }
}
