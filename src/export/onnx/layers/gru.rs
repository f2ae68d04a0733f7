//! `gru`: `GRU`, which has its gates as z, r, n where ours are r, z, n.

use super::recurrent::written;
use super::{Call, Value, Write};
use crate::catalog::layers::gru::Gru;
use crate::export::onnx::messages::AttributeProto;

impl Write for Gru {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        written(call, "GRU", &[1, 0, 2], vec![AttributeProto::int("linear_before_reset", 1)])
    }
}
