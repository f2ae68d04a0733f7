//! `branch`: the one that was learnt to be best.

use super::{Call, Value, Write};
use crate::catalog::layers::branch::Branch;

impl Write for Branch {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let logits = call.weights[0].values;
        let mut best = 0;
        for (place, logit) in logits.iter().enumerate() {
            if *logit > logits[best] {
                best = place;
            }
        }
        call.inputs.get(best).cloned()
    }
}
