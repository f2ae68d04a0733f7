//! `upsample`: `Resize`.

use super::{Call, Value, Write};
use crate::catalog::layers::upsample::{Upsample, Upsampling};
use crate::export::onnx::messages::AttributeProto;

impl Write for Upsample {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let factor = self.factor as f32;
        let scales = call.graph.floats(&[4], &[1.0, 1.0, factor, factor]);
        let attributes = match self.method {
            Upsampling::Nearest => {
                [("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")]
            }
            Upsampling::Bilinear => {
                [("mode", "linear"), ("coordinate_transformation_mode", "half_pixel"), ("nearest_mode", "floor")]
            }
        };
        let attributes = attributes.map(|(name, value)| AttributeProto::text(name, value)).into();
        Some(Value::whole(call.with("Resize", &[&call.x(), "", &scales], attributes)))
    }
}
