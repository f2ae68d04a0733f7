//! `instance_norm`: each channel is a group of its own.

use super::group_norm::normalised;
use super::{Call, Value, Write};
use crate::catalog::layers::instance_norm::InstanceNorm;

impl Write for InstanceNorm {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let channels = call.elements();
        normalised(call, channels, self.epsilon)
    }
}
