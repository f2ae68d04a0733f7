//! `unembed`: products with the vectors of the `embed` that lends its table.

use super::{Call, Value, Write};
use crate::catalog::layers::unembed::Unembed;
use crate::lower::weights::REST;

impl Write for Unembed {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let weight = call.weights[0].clone();
        let (tokens, width) = (weight.shape[0], weight.shape[1]);
        // The table of the file has means in the first rows, where it reads what is not known; here these are as they are.
        let first = REST.min(tokens);
        let own =
            call.graph.weight(&format!("{}/first", weight.path), &[first, width], &weight.values[..first * width]);
        let table = call.weight(0);
        let rest = call.narrow(&table, 0, first, tokens - first);
        let vectors = call.concat(&[own, rest], 0);
        let vectors = call.transpose(&vectors, &[1, 0]);
        let fits = call.node("MatMul", &[&call.x(), &vectors]);
        let fits = call.scaled(&fits, 1.0 / (width.max(1) as f64).sqrt());
        Some(call.like(fits))
    }
}
