//! `chrf`: the F score of character n-grams (Popović 2015), as sacreBLEU computes it.

use super::{Batches, Compute, Prepared, Sums};
use crate::answers::Texts;
use crate::catalog::metrics::chrf::Chrf;
use crate::score::{Figure, Scored};

/// The longest n-grams.
const ORDER: usize = 6;
/// Of each order: how many n-grams were given, how many there are, and how many are found.
const COUNTS: usize = 3 * ORDER;
/// How often recall counts, squared.
const BETA: f64 = 4.0;

impl Compute for Chrf {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        Sums::prepare(rows, figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        Sums::begin(rows, figure)
    }
}

fn rows(scored: &Scored) -> Result<Vec<[f64; COUNTS]>, String> {
    let (labels, given) = scored.of_kind::<Texts>("texts")?;
    Ok(labels.values.iter().zip(&given.values).map(|(label, given)| counts(label, given)).collect())
}

fn counts(label: &str, given: &str) -> [f64; COUNTS] {
    found(&Grams::of(given), &Grams::of(label))
}

/// The character n-grams of a text, order by order: each with how often it stands there, in the order of their letters, and how many there are.
pub struct Grams([(Vec<(u128, u32)>, f64); ORDER]);

impl Grams {
    pub fn of(text: &str) -> Self {
        let letters: Vec<u128> = text.chars().filter(|letter| !letter.is_whitespace()).map(u128::from).collect();
        // A letter has 21 bits, so that six of them are one number.
        let of_order = |order: usize| {
            let gram = |letters: &[u128]| letters.iter().fold(0, |gram, letter| gram << 21 | letter);
            let mut grams: Vec<u128> = letters.windows(order).map(gram).collect();
            grams.sort_unstable();
            let all = grams.len() as f64;
            (grams.chunk_by(|one, other| one == other).map(|same| (same[0], same.len() as u32)).collect(), all)
        };
        Self(std::array::from_fn(|order| of_order(order + 1)))
    }

    /// The chrF of this text where the other one is the label, and the other way round.
    pub fn both_ways(&self, other: &Grams) -> [f64; 2] {
        let counts = found(self, other);
        let mut turned = counts;
        turned.chunks_exact_mut(3).for_each(|counts| counts.swap(0, 1));
        [counts, turned].map(|counts| f_score(&counts))
    }
}

fn found(given: &Grams, label: &Grams) -> [f64; COUNTS] {
    let mut counts = [0.0; COUNTS];
    for (((given, of_given), (label, of_label)), counts) in given.0.iter().zip(&label.0).zip(counts.chunks_exact_mut(3))
    {
        let (mut one, mut other, mut same) = (0, 0, 0);
        while one < given.len() && other < label.len() {
            let (left, right) = (given[one], label[other]);
            same += if left.0 == right.0 { left.1.min(right.1) } else { 0 };
            one += usize::from(left.0 <= right.0);
            other += usize::from(right.0 <= left.0);
        }
        counts[2] = f64::from(same);
        counts[1] = *of_label;
        // Of a label that has none of this order nothing can be found, and nothing counts as given.
        counts[0] = if *of_label > 0.0 { *of_given } else { 0.0 };
    }
    counts
}

fn figure(counts: &[f64; COUNTS]) -> Figure {
    Figure::Number(f_score(counts))
}

fn f_score(counts: &[f64; COUNTS]) -> f64 {
    let orders: Vec<&[f64]> = counts.chunks_exact(3).filter(|counts| counts[0] > 0.0 && counts[1] > 0.0).collect();
    let mean = |of: usize| orders.iter().map(|counts| counts[2] / counts[of]).sum::<f64>() / orders.len().max(1) as f64;
    let (precision, recall) = (mean(0), mean(1));
    let below = BETA * precision + recall;
    if below > 0.0 { (1.0 + BETA) * precision * recall / below } else { 0.0 }
}
