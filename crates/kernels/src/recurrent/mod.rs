//! Layers that walk along time: what depends on the place before, with all places of some rows on one thread.
//!
//! The product of all places with the weights of the input is one large one and is made before; here is the walk. Rows do not know of
//! each other, so that threads take some each, always the same ones together.

pub mod gru;
pub mod lstm;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

/// Rows that are walked along together: each product with the weights of the state serves all of them.
const ROWS: usize = 16;

/// How many there are of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    pub rows: usize,
    pub time: usize,
    pub units: usize,
}

impl Walk {
    /// Calls for some rows at a time with how many they are, their part of what is given, and their part of the results;
    /// `widths` are the numbers per place of both.
    fn by_rows<const G: usize, const R: usize>(
        &self,
        given: [&[f32]; G],
        given_widths: [usize; G],
        results: [&mut [f32]; R],
        widths: [usize; R],
        walk: impl Fn(usize, [&[f32]; G], [&mut [f32]; R]) + Sync,
    ) {
        if self.rows * self.time * self.units == 0 {
            return;
        }
        let mut rests = results;
        let mut parts = Vec::new();
        for first in (0..self.rows).step_by(ROWS) {
            let rows = ROWS.min(self.rows - first);
            let own = std::array::from_fn(|which| {
                let width = self.time * given_widths[which];
                &given[which][first * width..][..rows * width]
            });
            let mut places = Vec::with_capacity(R);
            for (rest, width) in rests.iter_mut().zip(widths) {
                let (own, after) = std::mem::take(rest).split_at_mut(rows * self.time * width);
                *rest = after;
                places.push(own);
            }
            if let Ok(places) = <[&mut [f32]; R]>::try_from(places) {
                parts.push((rows, own, places));
            }
        }
        parts.into_par_iter().for_each(|(rows, given, results)| walk(rows, given, results));
    }
}

/// Place `place` of some rows of `width` numbers per place.
fn at(numbers: &[f32], time: usize, width: usize, place: usize) -> impl Iterator<Item = &[f32]> {
    numbers.chunks_exact(time * width).map(move |row| &row[place * width..][..width])
}

fn at_mut(numbers: &mut [f32], time: usize, width: usize, place: usize) -> impl Iterator<Item = &mut [f32]> {
    numbers.chunks_exact_mut(time * width).map(move |row| &mut row[place * width..][..width])
}
