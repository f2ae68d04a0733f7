//! Scaled dot-product attention of several heads (Vaswani et al. 2017, arXiv:1706.03762), and its way back.
//!
//! What a row's queries see of its keys is computed some queries at a time, and again on the way back: the scores of all pairs
//! never lie in memory together. Keys behind a row's length are not looked at, and queries behind it give zeros.

use crate::processor::arch;
use pulp::NullaryFnOnce;
use rayon::prelude::*;

use crate::matrix::{Matrix, multiply};
use crate::pointwise::functions::exp;
use crate::sums::{largest, sum, sum_of_two};

/// How many there are of what.
#[derive(Clone, Copy, Debug)]
pub struct Attention<'a> {
    pub rows: usize,
    pub heads: usize,
    /// Numbers per head of a query, a key and a value.
    pub width: usize,
    /// Places per row of the queries, and of keys and values.
    pub queries: usize,
    pub keys: usize,
    /// Of each row, how many of them are its own; all if `None`.
    pub query_lengths: Option<&'a [usize]>,
    pub key_lengths: Option<&'a [usize]>,
    /// Whether a query sees only keys that stand no further than itself.
    pub causal: bool,
}

/// Vectors of all rows and places, one behind the other: at each place `step` numbers, of which those of the heads begin at `first`.
#[derive(Clone, Copy, Debug)]
pub struct Vectors<'a> {
    pub numbers: &'a [f32],
    pub step: usize,
    pub first: usize,
}

/// Cotangents `[rows, places, heads·width]` of what an attention was given.
pub struct Gradients {
    pub queries: Vec<f32>,
    pub keys: Vec<f32>,
    pub values: Vec<f32>,
}

/// Queries that are looked at together.
const QUERIES: usize = 64;

impl Attention<'_> {
    fn all(&self) -> usize {
        self.heads * self.width
    }

    fn own(&self, lengths: Option<&[usize]>, row: usize, all: usize) -> usize {
        lengths.map_or(all, |lengths| lengths[row].min(all))
    }

    fn check(&self, vectors: &Vectors<'_>, places: usize) {
        assert!(vectors.first + self.all() <= vectors.step, "a place has vectors for every head");
        assert_eq!(vectors.numbers.len(), self.rows * places * vectors.step, "as many places as there are");
    }

    /// The vectors of a head of a row, from a place on.
    fn of<'v>(
        &self,
        vectors: &Vectors<'v>,
        places: usize,
        row: usize,
        head: usize,
        from: usize,
        count: usize,
    ) -> Matrix<'v> {
        let start = (row * places + from) * vectors.step + vectors.first + head * self.width;
        Matrix::new(&vectors.numbers[start..], count, self.width, vectors.step)
    }

    /// For each head, the values as each query's weights mix them: `[rows, queries, heads·width]`.
    ///
    /// # Panics
    /// If there are not as many vectors as this says.
    pub fn forward(&self, queries: Vectors<'_>, keys: Vectors<'_>, values: Vectors<'_>) -> Vec<f32> {
        self.check(&queries, self.queries);
        [keys, values].iter().for_each(|vectors| self.check(vectors, self.keys));
        let mut outputs = vec![0.0; self.rows * self.queries * self.all()];
        if outputs.is_empty() {
            return outputs;
        }
        let piece = self.queries * self.all();
        outputs.par_chunks_mut(piece).enumerate().for_each_init(
            || vec![0.0; QUERIES * self.keys],
            |scores, (row, outputs)| {
                let seen = self.own(self.key_lengths, row, self.keys);
                let asked = self.own(self.query_lengths, row, self.queries);
                for (head, from) in self.blocks(asked) {
                    let count = QUERIES.min(asked - from);
                    self.weigh(scores, &queries, &keys, row, head, from, count, seen);
                    let to = &mut outputs[from * self.all() + head * self.width..];
                    let mixed = self.of(&values, self.keys, row, head, 0, seen);
                    multiply(to, self.all(), Matrix::new(scores, count, seen, self.keys), mixed, 1.0, false);
                }
            },
        );
        outputs
    }

    /// Each head with the first of some queries that are looked at together.
    fn blocks(&self, asked: usize) -> impl Iterator<Item = (usize, usize)> + use<> {
        (0..self.heads).flat_map(move |head| (0..asked).step_by(QUERIES).map(move |from| (head, from)))
    }

    /// The weights of the keys for some queries, `[count, seen]` in rows as wide as there are keys.
    #[allow(clippy::too_many_arguments)]
    fn weigh(
        &self,
        scores: &mut [f32],
        queries: &Vectors<'_>,
        keys: &Vectors<'_>,
        row: usize,
        head: usize,
        from: usize,
        count: usize,
        seen: usize,
    ) {
        let asking = self.of(queries, self.queries, row, head, from, count);
        let asked = self.of(keys, self.keys, row, head, 0, seen).transposed();
        multiply(scores, self.keys, asking, asked, 1.0 / (self.width as f32).sqrt(), false);
        for (query, scores) in scores.chunks_mut(self.keys).take(count).enumerate() {
            let visible = if self.causal { seen.min(from + query + 1) } else { seen };
            let (scores, hidden) = scores[..seen].split_at_mut(visible);
            hidden.fill(0.0);
            arch().dispatch(Softmax { scores });
        }
    }

    /// The gradients, given that of the outputs.
    ///
    /// # Panics
    /// As [`Attention::forward`].
    pub fn backward(
        &self,
        queries: Vectors<'_>,
        keys: Vectors<'_>,
        values: Vectors<'_>,
        cotangents: &[f32],
    ) -> Gradients {
        self.check(&queries, self.queries);
        [keys, values].iter().for_each(|vectors| self.check(vectors, self.keys));
        assert_eq!(cotangents.len(), self.rows * self.queries * self.all(), "a cotangent for each output");
        let cotangents = Vectors { numbers: cotangents, step: self.all(), first: 0 };
        let mut of_queries = vec![0.0; self.rows * self.queries * self.all()];
        let mut of_keys = vec![0.0; self.rows * self.keys * self.all()];
        let mut of_values = vec![0.0; self.rows * self.keys * self.all()];
        let [piece, seen_piece] = [self.queries, self.keys].map(|places| (places * self.all()).max(1));
        let to = of_keys.par_chunks_mut(seen_piece).zip(of_values.par_chunks_mut(seen_piece));
        of_queries.par_chunks_mut(piece).zip(to).enumerate().for_each_init(
            || (vec![0.0; QUERIES * self.keys], vec![0.0; QUERIES * self.keys]),
            |(weights, slopes), (row, (of_queries, (of_keys, of_values)))| {
                let seen = self.own(self.key_lengths, row, self.keys);
                let asked = self.own(self.query_lengths, row, self.queries);
                let scale = 1.0 / (self.width as f32).sqrt();
                for (head, from) in self.blocks(asked) {
                    let count = QUERIES.min(asked - from);
                    self.weigh(weights, &queries, &keys, row, head, from, count, seen);
                    let slope = self.of(&cotangents, self.queries, row, head, from, count);
                    let mixed = self.of(&values, self.keys, row, head, 0, seen);
                    multiply(slopes, self.keys, slope, mixed.transposed(), 1.0, false);
                    let weighed = Matrix::new(weights, count, seen, self.keys).transposed();
                    multiply(&mut of_values[head * self.width..], self.all(), weighed, slope, 1.0, true);
                    let by_query = slopes.chunks_mut(self.keys).zip(weights.chunks(self.keys)).take(count);
                    for (slopes, weights) in by_query {
                        arch().dispatch(ThroughSoftmax { weights: &weights[..seen], slopes: &mut slopes[..seen] });
                    }
                    let of_scores = Matrix::new(slopes, count, seen, self.keys);
                    let asked = self.of(&keys, self.keys, row, head, 0, seen);
                    let to = &mut of_queries[from * self.all() + head * self.width..];
                    multiply(to, self.all(), of_scores, asked, scale, false);
                    let asking = self.of(&queries, self.queries, row, head, from, count);
                    let to = &mut of_keys[head * self.width..];
                    multiply(to, self.all(), of_scores.transposed(), asking, scale, true);
                }
            },
        );
        Gradients { queries: of_queries, keys: of_keys, values: of_values }
    }
}

/// Of numbers, in their place: eˣ over the sum of all.
pub(crate) struct Softmax<'a> {
    pub scores: &'a mut [f32],
}

impl NullaryFnOnce for Softmax<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let largest = largest(self.scores);
        self.scores.iter_mut().for_each(|score| *score = exp(*score - largest));
        let scale = 1.0 / sum(self.scores, |score| score);
        self.scores.iter_mut().for_each(|score| *score *= scale);
    }
}

/// The cotangents of scores, given those of their softmax, in their place.
struct ThroughSoftmax<'a> {
    weights: &'a [f32],
    slopes: &'a mut [f32],
}

impl NullaryFnOnce for ThroughSoftmax<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let along = sum_of_two(self.weights, self.slopes, |weight, slope| weight * slope);
        self.slopes.iter_mut().zip(self.weights).for_each(|(slope, weight)| *slope = weight * (*slope - along));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::numbers;

    /// Queries, keys and values side by side, as one product gives them.
    fn joined(attention: &Attention<'_>, numbers: &[f32]) -> Vec<f32> {
        let step = 3 * attention.all();
        let part = |first: usize| Vectors { numbers, step, first };
        attention.forward(part(0), part(attention.all()), part(2 * attention.all()))
    }

    /// As it is written down, in double precision.
    fn expected(a: &Attention<'_>, numbers: &[f32]) -> Vec<f64> {
        let number = |row: usize, place: usize, part: usize, head: usize, at: usize| {
            f64::from(numbers[(row * a.queries + place) * 3 * a.all() + part * a.all() + head * a.width + at])
        };
        let mut outputs = vec![0.0; a.rows * a.queries * a.all()];
        for row in 0..a.rows {
            let own = a.own(a.key_lengths, row, a.keys);
            for head in 0..a.heads {
                for query in 0..own {
                    let seen = if a.causal { query + 1 } else { own };
                    let score = |key: usize| -> f64 {
                        let product: f64 = (0..a.width)
                            .map(|at| number(row, query, 0, head, at) * number(row, key, 1, head, at))
                            .sum();
                        (product / (a.width as f64).sqrt()).exp()
                    };
                    let sum: f64 = (0..seen).map(score).sum();
                    for at in 0..a.width {
                        let mixed: f64 = (0..seen).map(|key| score(key) / sum * number(row, key, 2, head, at)).sum();
                        outputs[(row * a.queries + query) * a.all() + head * a.width + at] = mixed;
                    }
                }
            }
        }
        outputs
    }

    fn attention<'a>(places: usize, lengths: Option<&'a [usize]>, causal: bool) -> Attention<'a> {
        let (query_lengths, key_lengths) = (lengths, lengths);
        Attention { rows: 2, heads: 3, width: 5, queries: places, keys: places, query_lengths, key_lengths, causal }
    }

    #[test]
    fn values_are_the_formula() {
        for lengths in [None, Some([70, 9].as_slice())] {
            for causal in [false, true] {
                // More places than are looked at together.
                let attention = attention(70, lengths, causal);
                let given = numbers(1, 2 * 70 * 3 * 15);
                for (found, expected) in joined(&attention, &given).iter().zip(expected(&attention, &given)) {
                    assert!((f64::from(*found) - expected).abs() < 1e-5, "{found}, not {expected}");
                }
            }
        }
    }

    #[test]
    fn what_stands_behind_a_rows_length_changes_nothing() {
        let lengths = [4, 6];
        let attention = attention(6, Some(&lengths), false);
        let given = numbers(1, 2 * 6 * 45);
        let mut other = given.clone();
        other[4 * 45..6 * 45].fill(f32::NAN);
        let found = joined(&attention, &other);
        assert_eq!(found, joined(&attention, &given));
        assert!(found[4 * 15..6 * 15].iter().all(|number| *number == 0.0));
    }

    #[test]
    fn gradients_are_finite_differences() {
        for (lengths, causal) in [(None, false), (Some([9, 6].as_slice()), false), (None, true)] {
            let attention = attention(9, lengths, causal);
            let given = numbers(1, 2 * 9 * 45);
            let mut cotangents = numbers(2, 2 * 9 * 15);
            if lengths.is_some() {
                cotangents[(9 + 6) * 15..].fill(0.0);
            }
            let part = |first: usize| Vectors { numbers: &given, step: 45, first };
            let found = attention.backward(part(0), part(15), part(30), &cotangents);
            let value = |numbers: &[f32]| -> f64 {
                joined(&attention, numbers).iter().zip(&cotangents).map(|(y, c)| f64::from(*y) * f64::from(*c)).sum()
            };
            for at in (0..given.len()).step_by(11) {
                let moved = |by: f32| {
                    let mut numbers = given.clone();
                    numbers[at] += by;
                    value(&numbers)
                };
                let expected = (moved(1e-2) - moved(-1e-2)) / 2e-2;
                let (place, which, within) = (at / 45, at % 45 / 15, at % 15);
                let found = [&found.queries, &found.keys, &found.values][which][place * 15 + within];
                assert!((f64::from(found) - expected).abs() < 1e-3, "{at}: {found}, not {expected}");
            }
        }
    }

    #[test]
    fn nobody_asks() {
        let none = Attention { rows: 0, ..attention(4, None, false) };
        assert!(joined(&none, &[]).is_empty());
        let lengths = [0, 0];
        let attention = attention(2, Some(&lengths), false);
        assert!(joined(&attention, &numbers(1, 2 * 2 * 45)).iter().all(|number| *number == 0.0));
    }
}
