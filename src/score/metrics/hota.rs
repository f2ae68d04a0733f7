//! `hota`: how well what moves is found, and how well it is kept together, in one number.

use super::{Batches, Compute, Prepared, Sums};
use crate::catalog::metrics::hota::Hota;
use crate::score::assign::assign;
use crate::score::followed::{Clip, LEAST, clips};
use crate::score::{Figure, Scored};

/// Overlaps of 5%, 10%, …, 95%.
const OVERLAPS: usize = 19;
/// For each overlap the boxes that are found, and the sum of how well the tracks of each pair agree; then the boxes of labels, and those that are given.
const NUMBERS: usize = 2 * OVERLAPS + 2;

impl Compute for Hota {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        let metric = self.clone();
        Sums::prepare(move |scored| metric.rows(scored), figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        let metric = self.clone();
        Sums::begin(move |scored| metric.rows(scored), figure)
    }
}

impl Hota {
    fn rows(&self, scored: &Scored) -> Result<Vec<[f64; NUMBERS]>, String> {
        Ok(clips(scored, self.by_class)?.iter().map(counts).collect())
    }
}

fn figure(sums: &[f64; NUMBERS]) -> Figure {
    let (truth, given) = (sums[NUMBERS - 2], sums[NUMBERS - 1]);
    if truth <= 0.0 {
        return Figure::Undefined("no row has a track".into());
    }
    let of_overlap = |at: usize| {
        let (found, agreement) = (sums[2 * at], sums[2 * at + 1]);
        // Detection is found / (found + missed + wrong), association the mean of the agreement over what is found.
        (agreement / (truth + given - found)).sqrt()
    };
    Figure::Number((0..OVERLAPS).map(of_overlap).sum::<f64>() / OVERLAPS as f64)
}

fn counts(clip: &Clip) -> [f64; NUMBERS] {
    // How well each two tracks lie on one another, all frames together.
    let mut together = vec![vec![0.0; clip.given.len()]; clip.truth.len()];
    for frame in &clip.frames {
        let of_given: Vec<f64> =
            (0..frame.given.len()).map(|given| frame.shared.iter().map(|shared| shared[given]).sum()).collect();
        for (truth, shared) in frame.truth.iter().zip(&frame.shared) {
            let of_truth: f64 = shared.iter().sum();
            for ((given, shared), of_given) in frame.given.iter().zip(shared).zip(&of_given) {
                let either = of_truth + of_given - shared;
                together[*truth][*given] += if either > LEAST { shared / either } else { 0.0 };
            }
        }
    }
    let aligned = |truth: usize, given: usize| {
        let both = together[truth][given];
        both / (clip.truth[truth] + clip.given[given] - both)
    };
    let mut found = vec![vec![vec![0.0; clip.given.len()]; clip.truth.len()]; OVERLAPS];
    for frame in &clip.frames {
        let worth = |(truth, shared): (&usize, &Vec<f64>)| {
            frame.given.iter().zip(shared).map(|(given, shared)| aligned(*truth, *given) * shared).collect()
        };
        let worth: Vec<Vec<f64>> = frame.truth.iter().zip(&frame.shared).map(worth).collect();
        for (row, place) in assign(&worth).into_iter().enumerate() {
            let Some(place) = place else { continue };
            let enough = |at: &usize| frame.shared[row][place] >= 0.05 * (at + 1) as f64 - LEAST;
            for at in (0..OVERLAPS).filter(enough) {
                found[at][frame.truth[row]][frame.given[place]] += 1.0;
            }
        }
    }
    let mut numbers = [0.0; NUMBERS];
    for (at, found) in found.iter().enumerate() {
        for (truth, found) in found.iter().enumerate() {
            for (given, found) in found.iter().enumerate() {
                numbers[2 * at] += found;
                numbers[2 * at + 1] += found * found / (clip.truth[truth] + clip.given[given] - found);
            }
        }
    }
    numbers[NUMBERS - 2] = clip.truth.iter().sum();
    numbers[NUMBERS - 1] = clip.given.iter().sum();
    numbers
}
