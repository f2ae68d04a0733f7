//! `relu6`: a `Clip`.

use super::{Call, Value, Write};
use crate::catalog::layers::relu6::Relu6;

impl Write for Relu6 {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let [least, most] = [0.0, 6.0].map(|end| call.graph.float(end));
        let output = call.node("Clip", &[&call.x(), &least, &most]);
        Some(call.like(output))
    }
}
