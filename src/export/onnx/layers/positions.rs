//! `positions`: learnt vectors, or waves that are computed where the file runs.

use super::{Call, Value, Write};
use crate::catalog::layers::positions::Positions;
use crate::export::onnx::messages::Elements;

impl Write for Positions {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = call.x();
        let places = call.places(&x, 1);
        let of_places = match self.max {
            Some(_) => {
                let weight = call.weight(0);
                call.node("Gather", &[&weight, &places])
            }
            None => waves(call, &places),
        };
        let output = call.node("Add", &[&x, &of_places]);
        Some(call.like(output))
    }
}

/// Sine of even features and cosine of odd ones, which is a sine a quarter turn on.
fn waves(call: &mut Call<'_>, places: &str) -> String {
    let features = call.sizes.last().copied().unwrap_or(1);
    let rate = |feature: usize| 10_000f64.powf(-((feature / 2 * 2) as f64) / features as f64);
    let rates: Vec<f64> = (0..features).map(rate).collect();
    let quarters: Vec<f64> = (0..features).map(|feature| (feature % 2) as f64 * std::f64::consts::FRAC_PI_2).collect();
    let [rates, quarters] = [rates, quarters].map(|values| call.graph.doubles(&[1, features], &values));
    let places = call.graph.cast(places, Elements::Double);
    let places = call.unsqueeze(&places, 1);
    let angles = call.node("Mul", &[&places, &rates]);
    let angles = call.node("Add", &[&angles, &quarters]);
    sine(call, &angles)
}

/// The sine of 64-bit angles. Turns are taken off while there are 64 bits for it, since many runtimes know the sine of 32 alone.
pub(super) fn sine(call: &mut Call<'_>, angles: &str) -> String {
    let turn = call.graph.doubles(&[], &[std::f64::consts::TAU]);
    let turns = call.node("Div", &[angles, &turn]);
    let whole = call.node("Floor", &[&turns]);
    let whole = call.node("Mul", &[&whole, &turn]);
    let angles = call.node("Sub", &[angles, &whole]);
    let angles = call.graph.cast(&angles, Elements::Float);
    call.node("Sin", &[&angles])
}
