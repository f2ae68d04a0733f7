//! `instance_norm`: normalises each channel of each row, as a group of its own.

use super::group_norm::{normalised, pulled};
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::instance_norm::InstanceNorm;
use crate::lower::{Real, Value};

impl Compute for InstanceNorm {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let channels = call.weights[0].elements();
        Value::Real(normalised(call.x(), call.types[0], call.weights, channels, self.epsilon))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for InstanceNorm {
    fn reads_output(&self) -> bool {
        false
    }

    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        pulled(call, cotangent, call.weights[0].elements(), self.epsilon)
    }
}
