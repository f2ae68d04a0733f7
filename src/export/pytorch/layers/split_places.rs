//! `split_places`: every place as a row. Those that are none of their row come along, and are put back as such.

use super::{Call, Value, Write};
use crate::catalog::layers::split_places::SplitPlaces;

impl Write for SplitPlaces {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        // Places that differ in size among themselves have no form.
        if call.sizes.contains(&0) {
            return None;
        }
        let x = call.x();
        Some(call.whole(format!("{x}.flatten(0, 1)")))
    }
}
