//! `attention`: products, masks and a softmax, head by head.

use super::{Call, Value, Write};
use crate::catalog::layers::attention::Attention;

impl Write for Attention {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        if self.rotary != 0.0 || self.relative > 0 {
            return None;
        }
        let width = *call.sizes.last()?;
        let x = call.filled(&call.inputs[0].clone(), 3, 0.0);
        let given = call.linear(&x, 0, Some(1));
        let parts = [0, 1, 2].map(|part| call.narrow(&given, 2, part * width, width));
        let looked = Looked { heads: self.heads, width, causal: self.causal };
        let mixed = looked.write(call, [&parts[0], &parts[1], &parts[2]], call.lengths());
        let output = call.linear(&mixed, 2, Some(3));
        Some(call.like(output))
    }
}

/// How queries look at keys.
pub(super) struct Looked {
    pub heads: usize,
    pub width: usize,
    pub causal: bool,
}

impl Looked {
    /// Of queries, keys and values `[rows, places, width]`, the values as each query's shares mix them. Of each row so many keys are its
    /// own, and the first is seen even by a row that has none.
    pub fn write(&self, call: &mut Call<'_>, parts: [&str; 3], lengths: Option<String>) -> String {
        let each = self.width / self.heads;
        let shape = call.graph.integers(&[0, 0, self.heads as i64, each as i64]);
        let [queries, keys, values] = parts.map(|part| {
            let split = call.node("Reshape", &[part, &shape]);
            call.transpose(&split, &[0, 2, 1, 3])
        });
        let keys = call.transpose(&keys, &[0, 1, 3, 2]);
        let scores = call.node("MatMul", &[&queries, &keys]);
        let mut scores = call.scaled(&scores, 1.0 / (each as f64).sqrt());
        let hidden = call.graph.float(f64::from(f32::MIN));
        if let Some(lengths) = lengths {
            let one = call.graph.integer(1);
            let least = call.node("Max", &[&lengths, &one]);
            let own = call.own(parts[1], &least);
            let own = call.unsqueeze(&own, 1);
            let own = call.unsqueeze(&own, 1);
            scores = call.node("Where", &[&own, &scores, &hidden]);
        }
        if self.causal {
            let (asking, answering) = (call.places(parts[0], 1), call.places(parts[1], 1));
            let asking = call.unsqueeze(&asking, 1);
            let behind = call.node("Greater", &[&answering, &asking]);
            scores = call.node("Where", &[&behind, &hidden, &scores]);
        }
        let shares = call.softmax(&scores, 3);
        let mixed = call.node("MatMul", &[&shares, &values]);
        let mixed = call.transpose(&mixed, &[0, 2, 1, 3]);
        let shape = call.graph.integers(&[0, 0, self.width as i64]);
        call.node("Reshape", &[&mixed, &shape])
    }
}
