//! `attention`: products, masks and a softmax, head by head.

use super::positions::sine;
use super::{Call, Value, Write};
use crate::catalog::layers::attention::Attention;
use crate::export::onnx::messages::{AttributeProto, Elements};

impl Write for Attention {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let width = *call.sizes.last()?;
        let x = call.filled(&call.inputs[0].clone(), 3, 0.0);
        let given = call.linear(&x, 0, Some(1));
        let mut parts = [0, 1, 2].map(|part| call.narrow(&given, 2, part * width, width));
        if self.rotary > 0.0 {
            for part in &mut parts[..2] {
                *part = turned(call, part, self.rotary, [self.heads, width]);
            }
        }
        let distances = (self.relative > 0).then(|| Distances { most: self.relative as i64, table: call.weight(4) });
        let looked = Looked { heads: self.heads, width, causal: self.causal, distances };
        let mixed = looked.write(call, [&parts[0], &parts[1], &parts[2]], call.lengths());
        let output = call.linear(&mixed, 2, Some(3));
        Some(call.like(output))
    }
}

/// `[rows, places, width]` with the pair of features i and i + w/2 of a head of w turned by place / base^(2i/w).
pub(super) fn turned(call: &mut Call<'_>, x: &str, base: f64, [heads, width]: [usize; 2]) -> String {
    let half = width / heads / 2;
    let rates: Vec<f64> = (0..half).map(|pair| base.powf(-(pair as f64) / half as f64)).collect();
    let rates = call.graph.doubles(&[1, 1, half], &rates);
    let places = call.places(x, 1);
    let places = call.graph.cast(&places, Elements::Double);
    let places = call.unsqueeze(&places, 1);
    let places = call.unsqueeze(&places, 1);
    // `[places, 1, half]`, the same for all heads.
    let angles = call.node("Mul", &[&places, &rates]);
    let quarter = call.graph.doubles(&[], &[std::f64::consts::FRAC_PI_2]);
    let ahead = call.node("Add", &[&angles, &quarter]);
    let [cosines, sines] = [ahead, angles].map(|angles| sine(call, &angles));
    let shape = call.graph.integers(&[0, 0, heads as i64, 2 * half as i64]);
    let split = call.node("Reshape", &[x, &shape]);
    let [one, other] = [0, half].map(|start| call.narrow(&split, 3, start, half));
    let mut of = |op: &str, [left, by, right, with]: [&str; 4]| {
        let left = call.node("Mul", &[left, by]);
        let right = call.node("Mul", &[right, with]);
        call.node(op, &[&left, &right])
    };
    let first = of("Sub", [&one, &cosines, &other, &sines]);
    let second = of("Add", [&other, &cosines, &one, &sines]);
    let both = call.concat(&[first, second], 3);
    let shape = call.graph.integers(&[0, 0, width as i64]);
    call.node("Reshape", &[&both, &shape])
}

/// A learnt vector for each distance from a query to a key, the farthest one before the query first.
pub(super) struct Distances {
    /// Up to so many places away.
    most: i64,
    table: String,
}

/// How queries look at keys.
pub(super) struct Looked {
    pub heads: usize,
    pub width: usize,
    pub causal: bool,
    pub distances: Option<Distances>,
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
        let mut scores = call.node("MatMul", &[&queries, &keys]);
        if let Some(distances) = &self.distances {
            scores = self.by_distance(call, distances, &queries, parts, &scores);
        }
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

    /// Scores `[rows, heads, queries, keys]` and how well each query fits the distance to each key: it is held against every distance, and
    /// of these each key takes its own.
    fn by_distance(
        &self,
        call: &mut Call<'_>,
        Distances { most, table }: &Distances,
        queries: &str,
        parts: [&str; 3],
        scores: &str,
    ) -> String {
        let table = call.transpose(table, &[1, 0]);
        let fits = call.node("MatMul", &[queries, &table]);
        let (asking, answering) = (call.places(parts[0], 1), call.places(parts[1], 1));
        let asking = call.unsqueeze(&asking, 1);
        let ahead = call.node("Sub", &[&answering, &asking]);
        let [least, greatest] = [-most, if self.causal { 0 } else { *most }].map(|end| call.graph.integer(end));
        let ahead = call.node("Max", &[&ahead, &least]);
        let ahead = call.node("Min", &[&ahead, &greatest]);
        let place = call.node("Sub", &[&ahead, &least]);
        let shape = call.node("Shape", &[scores]);
        let place = call.node("Expand", &[&place, &shape]);
        let own = call.with("GatherElements", &[&fits, &place], vec![AttributeProto::int("axis", 3)]);
        call.node("Add", &[scores, &own])
    }
}
