//! `drop_path`: nothing, where nothing is trained.

use super::{Call, Value, Write};
use crate::catalog::layers::drop_path::DropPath;

impl Write for DropPath {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        Some(call.inputs[0].clone())
    }
}
