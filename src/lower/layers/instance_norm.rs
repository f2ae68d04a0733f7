//! `instance_norm`: normalises each channel of each picture, as a group of its own.

use super::group_norm::{normalised, pulled};
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::instance_norm::InstanceNorm;
use crate::lower::{Real, Value};

impl Compute for InstanceNorm {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        Value::Real(normalised(call.x(), call.weights, call.x().shape()[1], self.epsilon))
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
        pulled(call, cotangent, call.x().shape()[1], self.epsilon)
    }
}
