//! `feature_tokens`: a vector per number, and one that sums them up.

use super::{Call, Value, Write};
use crate::catalog::layers::feature_tokens::FeatureTokens;

impl Write for FeatureTokens {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let ([weight, bias], x) = ([0, 1].map(|place| call.parameter(place)), call.x());
        let tokens = format!("{x}[:, :, None] * {weight} + {bias}");
        if call.weights.len() < 3 {
            return Some(call.whole(tokens));
        }
        let summary = call.shaped(2, &[1, self.width]);
        Some(call.whole(format!("torch.cat([{tokens}, {summary}.expand(len({x}), 1, -1)], 1)")))
    }
}
