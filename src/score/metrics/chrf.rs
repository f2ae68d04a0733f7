//! `chrf`: the F score of character n-grams (Popović 2015), as sacreBLEU computes it.

use std::collections::HashMap;

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
    let letters = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<Vec<char>>();
    let (label, given) = (letters(label), letters(given));
    let mut counts = [0.0; COUNTS];
    for (order, counts) in (1..=ORDER).zip(counts.chunks_exact_mut(3)) {
        let (of_label, of_given) = (n_grams(&label, order), n_grams(&given, order));
        let found = of_given.iter().map(|(gram, count)| *count.min(of_label.get(gram).unwrap_or(&0)));
        counts[2] = found.sum::<usize>() as f64;
        counts[1] = of_label.values().sum::<usize>() as f64;
        // Of a label that has none of this order nothing can be found, and nothing counts as given.
        counts[0] = if of_label.is_empty() { 0.0 } else { of_given.values().sum::<usize>() as f64 };
    }
    counts
}

fn n_grams(letters: &[char], order: usize) -> HashMap<&[char], usize> {
    let mut counts = HashMap::new();
    letters.windows(order).for_each(|gram| *counts.entry(gram).or_insert(0) += 1);
    counts
}

fn figure(counts: &[f64; COUNTS]) -> Figure {
    let orders: Vec<&[f64]> = counts.chunks_exact(3).filter(|counts| counts[0] > 0.0 && counts[1] > 0.0).collect();
    let mean = |of: usize| orders.iter().map(|counts| counts[2] / counts[of]).sum::<f64>() / orders.len().max(1) as f64;
    let (precision, recall) = (mean(0), mean(1));
    let below = BETA * precision + recall;
    Figure::Number(if below > 0.0 { (1.0 + BETA) * precision * recall / below } else { 0.0 })
}
