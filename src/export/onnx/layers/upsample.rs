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
        let x = match call.lengths() {
            Some(lengths) if self.method == Upsampling::Linear => held(call, &lengths),
            _ => call.x(),
        };
        let lengths = call.lengths().map(|lengths| {
            let factor = call.graph.integer(self.factor as i64);
            call.node("Mul", &[&lengths, &factor])
        });
        let x = call.unsqueeze(&x, 1);
        let scales = call.graph.floats(&[4], &[1.0, 1.0, factor, 1.0]);
        let longer = call.with("Resize", &[&x, "", &scales], attributes);
        let axes = call.graph.integers(&[1]);
        Some(Value { name: call.node("Squeeze", &[&longer, &axes]), lengths })
    }
}

/// Rows that go on with their last place behind it, so that nothing else is blended into that.
fn held(call: &mut Call<'_>, lengths: &str) -> String {
    let x = call.x();
    let one = call.graph.integer(1);
    let least = call.node("Max", &[lengths, &one]);
    let last = call.node("Sub", &[&least, &one]);
    let last = call.unsqueeze(&last, 1);
    let places = call.places(&x, 1);
    let places = call.node("Min", &[&places, &last]);
    let places = call.unsqueeze(&places, 2);
    call.with("GatherND", &[&x, &places], vec![AttributeProto::int("batch_dims", 1)])
}
