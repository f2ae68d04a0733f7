//! `branch`: the one that was learnt to be best.

use super::{Call, Value, Write};
use crate::catalog::layers::branch::Branch;
use crate::lower::layers::branch::largest;

impl Write for Branch {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        call.inputs.get(largest(call.weights[0].values)).cloned()
    }
}
