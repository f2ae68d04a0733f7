//! `dropout`: zeros at random.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::dropout::Dropout;
use crate::lower::{Real, Value};

impl Compute for Dropout {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        if !call.training || self.rate == 0.0 {
            return Value::Real(call.x().clone());
        }
        let x = call.x();
        // Four draws of 16 bits from each 64: a rate is met to within 1/65536.
        let threshold = (self.rate * 65536.0).round() as u64;
        let scale = (1.0 / (1.0 - self.rate)) as f32;
        let mut mask = Vec::with_capacity(x.elements() + 3);
        for place in 0..x.elements().div_ceil(4) {
            let mut bits = call.draw.bits(place as u64);
            for _ in 0..4 {
                mask.push(if bits & 0xffff < threshold { 0.0 } else { scale });
                bits >>= 16;
            }
        }
        mask.truncate(x.elements());
        let mask = Real::from_host(mask, x.shape().to_vec(), call.device);
        let output = x.zip(&mask, |x, mask| x * mask);
        call.kept = vec![Value::Real(mask)];
        Value::Real(output)
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Dropout {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        Cotangents::input(match call.kept.first() {
            Some(mask) => cotangent.zip(mask.real(), |grad, mask| grad * mask),
            None => cotangent.clone(),
        })
    }
}
