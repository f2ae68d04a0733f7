//! `stop_gradient`: nothing, where nothing is trained.

use super::{Call, Value, Write};
use crate::catalog::layers::stop_gradient::StopGradient;

impl Write for StopGradient {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        Some(call.inputs[0].clone())
    }
}
