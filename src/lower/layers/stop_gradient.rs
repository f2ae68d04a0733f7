//! `stop_gradient`: the value as it is; the engine lets no cotangent through.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::stop_gradient::StopGradient;
use crate::lower::{Real, Value};

impl Compute for StopGradient {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        call.inputs[0].clone()
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for StopGradient {
    fn pull(&self, _call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        Cotangents::input(cotangent.clone())
    }
}
