//! Functions that are applied to numbers while these are still in the processor's caches, by whoever has just written them: a chain of element-wise
//! layers is one pass over memory.

use rayon::prelude::*;

use super::{PIECE, Pointwise};

/// What is done with numbers as they are written, one function after the other; nothing by default.
#[derive(Clone, Copy, Default)]
pub struct Then<'a>(&'a [&'a dyn Pointwise]);

impl<'a> Then<'a> {
    pub fn new(functions: &'a [&'a dyn Pointwise]) -> Self {
        Self(functions)
    }

    /// Numbers that have just been written, no more than a thread takes at a time.
    pub fn over(self, numbers: &mut [f32]) {
        self.0.iter().for_each(|function| function.over(numbers));
    }
}

/// The sums of two rows of numbers, and what is done with these.
///
/// # Panics
/// If they are not as many.
pub fn sums(left: &[f32], right: &[f32], then: Then<'_>) -> Vec<f32> {
    of_two(left, right, then, |x, y| x + y)
}

/// The same of products.
///
/// # Panics
/// As [`sums`].
pub fn products(left: &[f32], right: &[f32], then: Then<'_>) -> Vec<f32> {
    of_two(left, right, then, |x, y| x * y)
}

#[inline(always)]
fn of_two(left: &[f32], right: &[f32], then: Then<'_>, of: impl Fn(f32, f32) -> f32 + Sync) -> Vec<f32> {
    assert_eq!(left.len(), right.len(), "as many of each");
    let mut values = vec![0.0; left.len()];
    let piece = |(index, values): (usize, &mut [f32])| {
        let [left, right] = [left, right].map(|numbers| &numbers[index * PIECE..][..values.len()]);
        values.iter_mut().zip(left.iter().zip(right)).for_each(|(value, (x, y))| *value = of(*x, *y));
        then.over(values);
    };
    if values.len() <= PIECE {
        piece((0, &mut values));
    } else {
        values.par_chunks_mut(PIECE).enumerate().for_each(piece);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::numbers;
    use crate::pointwise::{relu, tanh};

    #[test]
    fn a_chain_is_its_functions_one_after_the_other() {
        let count = 2 * PIECE + 5;
        let (left, right) = (numbers(1, count), numbers(2, count));
        let (first, second) = (relu(), tanh());
        let chain = [&*first, &*second];
        for (found, of) in [
            (sums(&left, &right, Then::new(&chain)), (|x, y| x + y) as fn(f32, f32) -> f32),
            (products(&left, &right, Then::new(&chain)), |x, y| x * y),
        ] {
            let plain: Vec<f32> = left.iter().zip(&right).map(|(x, y)| of(*x, *y)).collect();
            assert_eq!(found, second.values(&first.values(&plain)));
        }
        assert_eq!(sums(&left[..3], &right[..3], Then::default())[1], left[1] + right[1]);
    }
}
