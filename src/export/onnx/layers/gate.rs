//! `gate`: a softmax of a product.

use super::{Call, Value, Write};
use crate::catalog::layers::gate::Gate;

impl Write for Gate {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let elements = call.weights[0].shape[0];
        let x = call.reshape(&call.x(), &[elements]);
        let logits = call.linear(&x, 0, None);
        Some(Value::whole(call.softmax(&logits, 1)))
    }
}
