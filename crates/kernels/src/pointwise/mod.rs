//! Functions of one number, with their slopes, each in one pass over the numbers.

pub mod chain;
pub mod curves;
pub mod functions;

use crate::processor::arch;
use pulp::NullaryFnOnce;
use rayon::prelude::*;

use chain::Then;

/// A function of one number. Both of its halves are inlined into a loop; without branches and calls it becomes one of vectors.
pub trait Curve: Copy + Send + Sync {
    fn value(self, x: f32) -> f32;

    /// The derivative at x, where y is the value.
    fn slope(self, x: f32, y: f32) -> f32;
}

/// A [`Curve`], whichever one it is.
pub trait Pointwise: Send + Sync {
    /// The value of each number.
    fn values(&self, numbers: &[f32]) -> Vec<f32> {
        self.values_then(numbers, Then::default())
    }

    /// [`Pointwise::values`], and what is then done with them.
    fn values_then(&self, numbers: &[f32], then: Then<'_>) -> Vec<f32>;

    /// [`Pointwise::values`] in the place of the numbers.
    fn over(&self, numbers: &mut [f32]);

    /// `cotangent` times the slope at each number, `values` being what [`Pointwise::values`] gave.
    ///
    /// # Panics
    /// If they are not as many.
    fn pull(&self, numbers: &[f32], values: &[f32], cotangent: &[f32]) -> Vec<f32>;
}

/// Curves with both their loops. A caller that named the curve itself would compile these loops in its own crate, which is not optimised where a program is only
/// tried out.
macro_rules! compiled_here {
    ($($(#[$doc:meta])* $name:ident($($argument:ident),*) = $curve:expr;)*) => {
        $(
            $(#[$doc])*
            #[inline(never)]
            pub fn $name($($argument: f32),*) -> Box<dyn Pointwise> {
                Box::new($curve)
            }
        )*
    };
}

compiled_here! {
    /// max(x, 0)
    relu() = curves::Relu;
    /// x, and `slope` times x below zero.
    leaky_relu(slope) = curves::LeakyRelu(slope);
    tanh() = curves::Tanh;
    sigmoid() = curves::Sigmoid;
    /// x·Φ(x)
    gelu() = curves::Gelu;
    /// x·sigmoid(x)
    silu() = curves::Silu;
    /// ln(1 + eˣ)
    softplus() = curves::Softplus;
    /// `scale` times x, and below zero `scale`·`low`·(eˣ − 1).
    elu(scale, low) = curves::Elu { scale, low };
    /// x·tanh(ln(1 + eˣ))
    mish() = curves::Mish;
    /// min(max(x, 0), 6)
    relu6() = curves::Relu6;
}

/// Numbers that one thread takes at a time; fewer are not worth waking another.
const PIECE: usize = 16 * 1024;

impl<C: Curve> Pointwise for C {
    fn values_then(&self, numbers: &[f32], then: Then<'_>) -> Vec<f32> {
        let mut values = vec![0.0; numbers.len()];
        pieces(&mut values, |start, values| {
            let numbers = &numbers[start..][..values.len()];
            arch().dispatch(Map { curve: *self, numbers, values: &mut *values });
            then.over(values);
        });
        values
    }

    fn over(&self, numbers: &mut [f32]) {
        pieces(numbers, |_, numbers| arch().dispatch(Over { curve: *self, numbers }));
    }

    fn pull(&self, numbers: &[f32], values: &[f32], cotangent: &[f32]) -> Vec<f32> {
        assert!(numbers.len() == values.len() && values.len() == cotangent.len(), "as many of each");
        let mut pulled = vec![0.0; numbers.len()];
        pieces(&mut pulled, |start, pulled| {
            let [numbers, values, cotangent] =
                [numbers, values, cotangent].map(|numbers| &numbers[start..][..pulled.len()]);
            arch().dispatch(Pull { curve: *self, numbers, values, cotangent, pulled });
        });
        pulled
    }
}

fn pieces(results: &mut [f32], compute: impl Fn(usize, &mut [f32]) + Sync) {
    if results.len() <= PIECE {
        return compute(0, results);
    }
    results.par_chunks_mut(PIECE).enumerate().for_each(|(index, piece)| compute(index * PIECE, piece));
}

struct Map<'a, C> {
    curve: C,
    numbers: &'a [f32],
    values: &'a mut [f32],
}

impl<C: Curve> NullaryFnOnce for Map<'_, C> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.values.iter_mut().zip(self.numbers).for_each(|(to, x)| *to = self.curve.value(*x));
    }
}

struct Over<'a, C> {
    curve: C,
    numbers: &'a mut [f32],
}

impl<C: Curve> NullaryFnOnce for Over<'_, C> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.numbers.iter_mut().for_each(|x| *x = self.curve.value(*x));
    }
}

struct Pull<'a, C> {
    curve: C,
    numbers: &'a [f32],
    values: &'a [f32],
    cotangent: &'a [f32],
    pulled: &'a mut [f32],
}

impl<C: Curve> NullaryFnOnce for Pull<'_, C> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let given = self.numbers.iter().zip(self.values).zip(self.cotangent);
        self.pulled.iter_mut().zip(given).for_each(|(to, ((x, y), slope))| *to = slope * self.curve.slope(*x, *y));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curves() -> [(&'static str, Box<dyn Pointwise>); 10] {
        [
            ("relu", relu()),
            ("relu6", relu6()),
            ("leaky relu", leaky_relu(0.1)),
            ("tanh", tanh()),
            ("sigmoid", sigmoid()),
            ("gelu", gelu()),
            ("silu", silu()),
            ("softplus", softplus()),
            ("elu", elu(1.5, 0.7)),
            ("mish", mish()),
        ]
    }

    #[test]
    fn what_is_no_number_stays_none() {
        for (name, curve) in curves() {
            let values = curve.values(&[f32::NAN; 20]);
            assert!(values.iter().all(|value| value.is_nan()), "{name}");
        }
    }

    #[test]
    fn slopes_are_those_of_the_values() {
        let places: Vec<f32> = (-40..40).map(|step| step as f32 * 0.17 + 0.03).collect();
        for (name, curve) in curves() {
            let values = curve.values(&places);
            let slopes = curve.pull(&places, &values, &vec![2.0; places.len()]);
            let moved = |by: f32| curve.values(&places.iter().map(|x| x + by).collect::<Vec<f32>>());
            let (up, down) = (moved(1e-2), moved(-1e-2));
            for (at, slope) in slopes.iter().enumerate() {
                let expected = (up[at] - down[at]) / 2e-2;
                assert!((slope / 2.0 - expected).abs() < 2e-3, "{name} at {}: {slope}", places[at]);
            }
        }
    }

    #[test]
    fn long_ones_are_made_in_pieces() {
        let numbers: Vec<f32> = (0..3 * PIECE + 7).map(|at| (at % 1000) as f32 * 0.01 - 5.0).collect();
        let values = tanh().values(&numbers);
        let pulled = tanh().pull(&numbers, &values, &numbers);
        let mut over = numbers.clone();
        tanh().over(&mut over);
        assert_eq!(over, values);
        for at in [0, PIECE - 1, PIECE, 3 * PIECE + 6] {
            assert_eq!(values[at], functions::tanh(numbers[at]));
            assert_eq!(pulled[at], numbers[at] * (1.0 - values[at] * values[at]));
        }
    }
}
