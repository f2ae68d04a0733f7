//! `attention`: two linear layers around who looks at whom.

use super::{Call, Value, Write};
use crate::catalog::layers::attention::Attention;
use crate::export::pytorch::helpers::Helper;
use crate::export::pytorch::source::number;

impl Write for Attention {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = call.filled(0, 0.0);
        let (input, output) = (call.linear(".input", 0, Some(1)), call.linear(".output", 2, Some(3)));
        call.line(format!("queries, keys, values = {input}({x}).chunk(3, 2)"));
        if self.rotary != 0.0 {
            call.helper(Helper::Turned);
            let turn = format!("{}, {}", self.heads, number(self.rotary));
            call.line(format!("queries, keys = turned(queries, {turn}), turned(keys, {turn})"));
        }
        let distances = (self.relative > 0).then(|| call.parameter(4));
        let mixed = looked(call, ["queries", "keys", "values"], self.heads, call.lengths(), self.causal, distances);
        Some(call.like(format!("{output}({})", mixed.name)))
    }
}

/// The values as each query's shares of the keys mix them.
pub(super) fn looked(
    call: &mut Call<'_>,
    [queries, keys, values]: [&str; 3],
    heads: usize,
    lengths: Option<String>,
    causal: bool,
    distances: Option<String>,
) -> Value {
    call.helper(Helper::Attend);
    let mut given = format!("{queries}, {keys}, {values}, {heads}");
    given += &lengths.map_or(String::new(), |lengths| format!(", lengths={lengths}"));
    given += if causal { ", causal=True" } else { "" };
    given += &distances.map_or(String::new(), |distances| format!(", distances={distances}"));
    call.like(format!("attend({given})"))
}
