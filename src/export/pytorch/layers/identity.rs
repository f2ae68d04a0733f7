//! `identity`: nothing.

use super::{Call, Value, Write};
use crate::catalog::layers::identity::Identity;

impl Write for Identity {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        call.inputs.first().cloned()
    }
}
