//! `leaky_relu`: `LeakyRelu`.

use super::{Call, Value, Write};
use crate::catalog::layers::leaky_relu::LeakyRelu;
use crate::export::onnx::messages::AttributeProto;

impl Write for LeakyRelu {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let output = call.with("LeakyRelu", &[&call.x()], vec![AttributeProto::float("alpha", self.slope)]);
        Some(call.like(output))
    }
}
