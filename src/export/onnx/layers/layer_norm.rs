//! `layer_norm`: `LayerNormalization` over features, or over the channels at each place of a picture.

use super::{Call, Value, Write};
use crate::catalog::layers::layer_norm::LayerNorm;
use crate::export::onnx::messages::AttributeProto;

impl Write for LayerNorm {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let picture = call.types[0].is_picture();
        let mut x = call.x();
        if picture {
            x = call.channels_last(&x, false);
        }
        let [gain, bias] = [0, 1].map(|place| call.weight(place));
        let attributes = vec![AttributeProto::int("axis", -1), AttributeProto::float("epsilon", self.epsilon)];
        let mut output = call.with("LayerNormalization", &[&x, &gain, &bias], attributes);
        if picture {
            output = call.channels_last(&output, true);
        }
        Some(call.like(output))
    }
}
