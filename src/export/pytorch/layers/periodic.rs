//! `periodic`: waves of each number, and a layer of its own behind them.

use super::{Call, Value, Write};
use crate::catalog::layers::periodic::Periodic;

impl Write for Periodic {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let ([frequency, weight], x) = ([0, 1].map(|place| call.parameter(place)), call.x());
        let [sets, width] = *call.weights[2].shape else { return None };
        let bias = call.shaped(2, &[sets, 1, width]);
        call.line(format!("phase = 2 * math.pi * {x}[:, :, None] * {frequency}"));
        call.line("both = torch.cat([phase.sin(), phase.cos()], 2)");
        // A matrix per number, or one for all.
        let output = format!("F.relu(both[:, :, None] @ {weight} + {bias})");
        let sizes = call.sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        Some(call.whole(format!("{output}.reshape(-1, {sizes})")))
    }
}
