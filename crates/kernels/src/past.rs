//! Attention while a sequence is written: each row has one query, and looks at the places that were written before.
//!
//! Keys and values of a place lie where they were made, a block of rows for each place, and each row says which row of a block is its own. So
//! rows that change places, go or are there twice, as the beginnings of a beam do, move no number.

use pulp::NullaryFnOnce;
use rayon::prelude::*;

use crate::attention::Softmax;
use crate::processor::arch;
use crate::sums::sum_of_two;

/// What the rows look at.
#[derive(Clone, Copy, Debug)]
pub struct Past<'a> {
    pub heads: usize,
    /// Numbers per head of a query, a key and a value.
    pub width: usize,
    /// Of each place, rows of the keys of all heads and then of their values.
    pub blocks: &'a [&'a [f32]],
    /// Of each row, which row of each block is its own.
    pub origins: &'a [Vec<u32>],
}

/// Products that are worth a thread.
const PIECE: usize = 1 << 15;

impl Past<'_> {
    /// Of each row, the values of all heads as its query's weights mix them: `[rows, heads·width]`, as the queries.
    ///
    /// # Panics
    /// If there are not as many queries as rows, or if a row has not as many places as there are.
    pub fn forward(&self, queries: &[f32]) -> Vec<f32> {
        let (all, places) = (self.heads * self.width, self.blocks.len());
        assert_eq!(queries.len(), self.origins.len() * all, "a query of each row");
        let mut outputs = vec![0.0; queries.len()];
        if outputs.is_empty() {
            return outputs;
        }
        let least = (PIECE / (2 * places * all).max(1)).max(1);
        let rows = outputs.par_chunks_mut(all).zip(queries.par_chunks(all)).zip(self.origins);
        rows.with_min_len(least).for_each_init(
            || vec![0.0; self.heads * places],
            |scores, ((output, query), origins)| {
                assert_eq!(origins.len(), places, "each row has all places");
                arch().dispatch(Row { past: self, query, origins, scores, output });
            },
        );
        outputs
    }
}

struct Row<'a> {
    past: &'a Past<'a>,
    query: &'a [f32],
    origins: &'a [u32],
    /// For each head, of each place.
    scores: &'a mut [f32],
    output: &'a mut [f32],
}

impl NullaryFnOnce for Row<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { past, query, origins, scores, output } = self;
        let (width, places, all) = (past.width, origins.len(), query.len());
        let scale = 1.0 / (width as f32).sqrt();
        let part = |place: usize, first: usize| {
            let start = origins[place] as usize * 2 * all + first;
            &past.blocks[place][start..][..all]
        };
        for place in 0..places {
            let heads = query.chunks_exact(width).zip(part(place, 0).chunks_exact(width));
            for (head, (query, key)) in heads.enumerate() {
                scores[head * places + place] = scale * sum_of_two(query, key, |left, right| left * right);
            }
        }
        scores.chunks_exact_mut(places).for_each(|scores| Softmax { scores }.call());
        for place in 0..places {
            let heads = output.chunks_exact_mut(width).zip(part(place, all).chunks_exact(width));
            for (head, (output, value)) in heads.enumerate() {
                let weight = scores[head * places + place];
                output.iter_mut().zip(value).for_each(|(output, value)| *output += weight * value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attention::{Attention, Vectors};
    use crate::drawn::numbers;

    /// Rows that have changed places, and one that is there twice, see what they would see if all that is theirs lay together.
    #[test]
    fn each_row_sees_its_own_places() {
        let (heads, width, places) = (3, 21, 7);
        let all = heads * width;
        // Blocks of different numbers of rows.
        let made: Vec<Vec<f32>> = (0..places).map(|place| numbers(place + 1, (4 - place / 3) * 2 * all)).collect();
        let blocks: Vec<&[f32]> = made.iter().map(Vec::as_slice).collect();
        let origins: Vec<Vec<u32>> =
            [[3, 0, 2, 1, 2, 0, 1], [3, 0, 2, 1, 2, 0, 0], [0, 1, 1, 1, 0, 2, 0]].map(Vec::from).into();
        let queries = numbers(9, origins.len() * all);
        let found = Past { heads, width, blocks: &blocks, origins: &origins }.forward(&queries);
        let together: Vec<f32> = origins
            .iter()
            .flat_map(|row| row.iter().zip(&blocks))
            .flat_map(|(row, block)| block[*row as usize * 2 * all..][..2 * all].to_vec())
            .collect();
        let attention = Attention {
            rows: origins.len(),
            heads,
            width,
            queries: 1,
            keys: places,
            query_lengths: None,
            key_lengths: None,
            causal: false,
        };
        let part = |first: usize| Vectors { numbers: &together, step: 2 * all, first };
        let expected = attention.forward(Vectors { numbers: &queries, step: all, first: 0 }, part(0), part(all));
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-5, "{found}, not {expected}");
        }
    }

    #[test]
    fn nobody_asks() {
        assert!(Past { heads: 2, width: 3, blocks: &[], origins: &[] }.forward(&[]).is_empty());
    }
}
