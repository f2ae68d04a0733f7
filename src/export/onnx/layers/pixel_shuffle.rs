//! `pixel_shuffle`: `DepthToSpace`, channels before places.

use super::{Call, Value, Write};
use crate::catalog::layers::pixel_shuffle::PixelShuffle;
use crate::export::onnx::messages::AttributeProto;

impl Write for PixelShuffle {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let attributes =
            vec![AttributeProto::int("blocksize", self.factor as i64), AttributeProto::text("mode", "CRD")];
        Some(Value::whole(call.with("DepthToSpace", &[&call.x()], attributes)))
    }
}
