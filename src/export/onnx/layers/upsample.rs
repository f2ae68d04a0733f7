//! `upsample`: `Resize`.

use super::{Call, Value, Write};
use crate::catalog::layers::upsample::{Upsample, Upsampling};
use crate::export::onnx::messages::AttributeProto;

impl Write for Upsample {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let factor = self.factor as f32;
        let attributes = match self.method {
            Upsampling::Nearest => {
                [("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")]
            }
            Upsampling::Bilinear | Upsampling::Linear => {
                [("mode", "linear"), ("coordinate_transformation_mode", "half_pixel"), ("nearest_mode", "floor")]
            }
        };
        let attributes = attributes.map(|(name, value)| AttributeProto::text(name, value)).into();
        if !call.types[0].is_sequence() {
            let scales = call.graph.floats(&[4], &[1.0, 1.0, factor, factor]);
            return Some(Value::whole(call.with("Resize", &[&call.x(), "", &scales], attributes)));
        }
        // What stands behind the end of a shorter row would be blended into it.
        if call.lengths().is_some() && self.method == Upsampling::Linear {
            return None;
        }
        let lengths = call.lengths().map(|lengths| {
            let factor = call.graph.integer(self.factor as i64);
            call.node("Mul", &[&lengths, &factor])
        });
        let x = call.unsqueeze(&call.x(), 1);
        let scales = call.graph.floats(&[4], &[1.0, 1.0, factor, 1.0]);
        let longer = call.with("Resize", &[&x, "", &scales], attributes);
        let axes = call.graph.integers(&[1]);
        Some(Value { name: call.node("Squeeze", &[&longer, &axes]), lengths })
    }
}
