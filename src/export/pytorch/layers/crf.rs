//! `crf`: scores of each tag behind each other one.

use super::{Call, Value, Write};
use crate::catalog::layers::crf::Crf;
use crate::export::pytorch::helpers::Helper;

impl Write for Crf {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        call.helper(Helper::Pairs);
        let x = call.filled(0, 0.0);
        let weights = [0, 1, 2].map(|place| call.parameter(place)).join(", ");
        let lengths = call.lengths().map_or(String::new(), |lengths| format!(", {lengths}"));
        Some(call.like(format!("pairs({x}, {weights}{lengths})")))
    }
}
