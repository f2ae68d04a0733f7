//! `sparse_gate`: choices by the digits of their number, each of which splits in two what those before it have left.

use super::{Call, Value, Write};
use crate::catalog::layers::sparse_gate::SparseGate;

impl Write for SparseGate {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = call.reshape(&call.x(), &[call.weights[0].shape[0]]);
        let logits = call.linear(&x, 0, Some(1));
        let digits = self.digits();
        let smooth = smooth_step(call, &logits, self.gamma);
        let smooth = call.reshape(&smooth, &[self.k, digits]);
        let one = call.graph.float(1.0);
        let mut shares: Option<String> = None;
        for digit in 0..digits {
            let yes = call.narrow(&smooth, 2, digit, 1);
            let no = call.node("Sub", &[&one, &yes]);
            let halves = call.concat(&[no, yes], 2);
            shares = Some(match shares {
                None => halves,
                Some(shares) => {
                    let before = call.unsqueeze(&shares, 3);
                    let both = call.unsqueeze(&halves, 2);
                    let split = call.node("Mul", &[&before, &both]);
                    call.reshape(&split, &[self.k, 2 << digit])
                }
            });
        }
        let shares = shares?;
        let selectors = call.linear(&x, 2, Some(3));
        let selectors = call.softmax(&selectors, 1);
        let selectors = call.unsqueeze(&selectors, 2);
        let weighted = call.node("Mul", &[&shares, &selectors]);
        Some(Value::whole(call.sum(&weighted, 1)))
    }
}

/// From 0 to 1 between −γ/2 and γ/2 by a cubic, of which both ends are flat.
fn smooth_step(call: &mut Call<'_>, z: &str, gamma: f64) -> String {
    let [low, high, three, two, half] =
        [-gamma / 2.0, gamma / 2.0, 1.5, 2.0, 0.5].map(|number| call.graph.float(number));
    let clipped = call.node("Clip", &[z, &low, &high]);
    let scaled = call.scaled(&clipped, 1.0 / gamma);
    let line = call.node("Mul", &[&scaled, &three]);
    let square = call.node("Mul", &[&scaled, &scaled]);
    let cube = call.node("Mul", &[&square, &scaled]);
    let cube = call.node("Mul", &[&cube, &two]);
    let sum = call.node("Sub", &[&line, &cube]);
    call.node("Add", &[&sum, &half])
}
