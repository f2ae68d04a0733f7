//! `coordinates`: two channels that say where a place is.

use super::{Call, Value, Write};
use crate::catalog::layers::coordinates::Coordinates;
use crate::export::pytorch::helpers::Helper;

impl Write for Coordinates {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        call.helper(Helper::Coordinates);
        Some(call.function("coordinates", ""))
    }
}
