//! `positions`: learnt vectors, or waves.

use super::{Call, Value, Write};
use crate::catalog::layers::positions::Positions;
use crate::export::pytorch::helpers::Helper;

impl Write for Positions {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = call.x();
        let of_places = match self.max {
            Some(_) => format!("{}[: {x}.shape[1]]", call.parameter(0)),
            None => {
                call.helper(Helper::Waves);
                format!("waves({x})")
            }
        };
        Some(call.like(format!("{x} + {of_places}")))
    }
}
