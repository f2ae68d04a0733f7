//! `gate`: a softmax of a product.

use super::{Call, Value, Write};
use crate::catalog::layers::gate::Gate;

impl Write for Gate {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (module, x) = (call.linear("", 0, None), call.x());
        let x = if call.types[0].rank() > 2 { format!("{x}.flatten(1)") } else { x };
        Some(call.whole(format!("torch.softmax({module}({x}), 1)")))
    }
}
