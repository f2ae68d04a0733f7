//! `attend`: what attention does with queries, keys and values that are given.

use super::attention::{Looked, turned};
use super::{Call, Value, Write};
use crate::catalog::layers::attend::Attend;

impl Write for Attend {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (heads, of_keys, width) = (self.heads, self.of_keys(), *call.sizes.last()?);
        let shared = heads / of_keys;
        let given = call.inputs.to_vec();
        let [mut queries, mut keys, mut values] = [0, 1, 2].map(|input| call.filled(&given[input], 3, 0.0));
        if let Some(base) = self.rotary {
            queries = turned(call, &queries, base, [heads, width]);
            keys = turned(call, &keys, base, [of_keys, width / shared]);
        }
        if shared > 1 {
            [keys, values] = [keys, values].map(|x| spread(call, &x, [of_keys, shared, width / heads]));
        }
        let looked = Looked { heads, width, causal: self.causal, distances: None };
        let mixed = looked.write(call, [&queries, &keys, &values], call.lengths());
        Some(call.like(mixed))
    }
}

/// Each head of keys or values so many times in a row, one for each of the queries' heads that share it.
fn spread(call: &mut Call<'_>, x: &str, [heads, times, each]: [usize; 3]) -> String {
    let [apart, beside, together] = [&[0, 0, heads, 1, each][..], &[1, 1, 1, times, 1], &[0, 0, heads * times * each]]
        .map(|sizes| call.graph.integers(&sizes.iter().map(|size| *size as i64).collect::<Vec<_>>()));
    let x = call.node("Reshape", &[x, &apart]);
    let x = call.node("Expand", &[&x, &beside]);
    call.node("Reshape", &[&x, &together])
}
