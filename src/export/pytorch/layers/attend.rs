//! `attend`: what attention does with queries, keys and values that are given.

use super::attention::looked;
use super::{Call, Value, Write};
use crate::catalog::layers::attend::Attend;
use crate::export::pytorch::helpers::Helper;
use crate::export::pytorch::source::number;

impl Write for Attend {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (heads, of_keys) = (self.heads, self.key_heads.unwrap_or(self.heads));
        let [mut queries, mut keys, mut values] = <[String; 3]>::try_from(call.names()).ok()?;
        if let Some(base) = self.rotary {
            call.helper(Helper::Turned);
            queries = format!("turned({queries}, {heads}, {})", number(base));
            keys = format!("turned({keys}, {of_keys}, {})", number(base));
        }
        if of_keys != heads {
            let spread = |x: &str| {
                format!("{x}.unflatten(2, ({of_keys}, -1)).repeat_interleave({}, 2).flatten(2)", heads / of_keys)
            };
            (keys, values) = (spread(&keys), spread(&values));
        }
        Some(looked(call, [&queries, &keys, &values], heads, call.lengths(), self.causal, None))
    }
}
