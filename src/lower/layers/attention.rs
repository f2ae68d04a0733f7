//! `attention`: every place of a sequence looks at the others.

use burn::tensor::Tensor;

use super::{Compute, Cotangents, Forward, Recorded, State, Vjp};
use crate::catalog::layers::attention::Attention;
use crate::kernels::Kept;
use crate::kernels::attention::{Looks, attend, attend_kept, gradient};
use crate::kernels::dense::bias_gradient;
use crate::lower::{Real, Value, half};

/// X·W + b, the features last.
fn linear(x: &Real, weight: &Real, bias: &Real, half: bool) -> Tensor<2> {
    half::dense(&x.by_last(), &weight.ranked(), Some(&bias.flat()), half)
}

impl Attention {
    fn looks<'a>(&self, x: &'a Real) -> Looks<'a> {
        let lengths = x.extents().of(1).map(|lengths| &**lengths);
        Looks { heads: self.heads, lengths, causal: self.causal }
    }
}

impl Compute for Attention {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x().filled(0.0);
        let [rows, places, width] = x.ranked::<3>().dims();
        let given = linear(&x, &call.weights[0], &call.weights[1], call.half).reshape([rows, places, 3 * width]);
        let (mixed, kept) = match call.training {
            true => attend_kept(&given, &self.looks(&x)),
            false => (attend(&given, &self.looks(&x)), Kept::new()),
        };
        let mixed = Real::new(mixed);
        let output = x.like(linear(&mixed, &call.weights[2], &call.weights[3], call.half));
        call.kept = vec![Value::Real(Real::new(given)), Value::Real(mixed)];
        call.keep(kept);
        Value::Real(output)
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }

    /// The state is the keys and values of the places before.
    fn step(&self, call: &mut Forward<'_>, state: &mut State) -> Value {
        let x = call.x();
        let (rows, width) = (x.rows(), x.width());
        let own = linear(x, &call.weights[0], &call.weights[1], call.half).reshape([rows, 1, 3 * width]);
        let seen = match state.0.first() {
            Some(before) => Tensor::cat(vec![before.ranked::<3>(), own], 1),
            None => own,
        };
        let places = seen.dims()[1];
        state.0 = vec![Real::new(seen.clone())];
        // Its own query is the last; nothing stands behind it.
        let looks = Looks { heads: self.heads, lengths: None, causal: true };
        let mixed = Real::new(attend(&seen, &looks).narrow(1, places - 1, 1));
        Value::Real(x.like(linear(&mixed, &call.weights[2], &call.weights[3], call.half)))
    }
}

impl Vjp for Attention {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x().filled(0.0);
        let (given, mixed) = (call.kept[0].real(), call.kept[1].real());
        let slopes = cotangent.by_last();
        let of_mixed = half::of_rows(&call.weights[2].ranked(), &slopes, call.half);
        let of_given = gradient(&given.ranked(), &mixed.like(of_mixed).ranked(), &self.looks(&x), &call.kept()[2..]);
        let of_given = Real::new(of_given).by_last();
        let back = call.wants_inputs[0]
            .then(|| x.like(half::of_rows(&call.weights[0].ranked(), &of_given, call.half)).filled(0.0));
        let mut weights = Vec::new();
        if call.wants_weights {
            let product =
                |left: &Real, right: &Tensor<2>| Some(Real::new(half::of_weight(&left.by_last(), right, call.half)));
            let all = |slopes: &Tensor<2>| Some(Real::new(bias_gradient(slopes)));
            weights = vec![product(&x, &of_given), all(&of_given), product(mixed, &slopes), all(&slopes)];
        }
        Cotangents { inputs: vec![back], weights }
    }
}
