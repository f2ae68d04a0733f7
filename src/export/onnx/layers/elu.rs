//! `elu`: `Elu`.

use super::{Call, Value, Write};
use crate::catalog::layers::elu::Elu;
use crate::export::onnx::messages::AttributeProto;

impl Write for Elu {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let output = call.with("Elu", &[&call.x()], vec![AttributeProto::float("alpha", self.alpha)]);
        Some(call.like(output))
    }
}
