//! `conv2d`: a convolution.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::conv2d::Conv2d;
use crate::kernels::Kept;
use crate::kernels::convolution::{Walk, conv2d, conv2d_bias_gradient, conv2d_gradients, conv2d_kept};
use crate::lower::{Real, Value, half};

impl Compute for Conv2d {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let bias = self.bias.then(|| half::factor(call.weights[1].flat(), call.half));
        let x = half::factor(call.x().ranked::<4>(), call.half);
        let weight = half::factor(call.weights[0].ranked::<4>(), call.half);
        let (output, kept) = match call.training {
            true => conv2d_kept(&x, &weight, bias.as_ref(), &walk(self)),
            false => (conv2d(&x, &weight, bias.as_ref(), &walk(self)), Kept::new()),
        };
        call.keep(kept);
        Value::Real(Real::new(half::product(output, call.half)))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Conv2d {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let grad = cotangent.ranked::<4>();
        let [x, weight, slopes] = [call.x().ranked::<4>(), call.weights[0].ranked::<4>(), grad.clone()]
            .map(|tensor| half::factor(tensor, call.half));
        let wanted = [call.wants_inputs[0], call.wants_weights];
        let [back, kernel] = conv2d_gradients(&x, &weight, &slopes, &walk(self), wanted, &call.kept())
            .map(|gradient| gradient.map(|gradient| Real::new(half::product(gradient, call.half))));
        let mut weights = Vec::new();
        if call.wants_weights {
            weights.push(kernel);
            if self.bias {
                weights.push(Some(Real::new(conv2d_bias_gradient(&grad))));
            }
        }
        Cotangents { inputs: vec![back], weights }
    }
}

fn walk(conv: &Conv2d) -> Walk {
    Walk { stride: [conv.stride; 2], dilation: [conv.dilation; 2], margin: [conv.margin(); 2], groups: conv.groups }
}
