//! `stop_gradient`: what no gradient goes through.

use super::{Call, Value, Write};
use crate::catalog::layers::stop_gradient::StopGradient;

impl Write for StopGradient {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = call.x();
        Some(call.like(format!("{x}.detach()")))
    }
}
