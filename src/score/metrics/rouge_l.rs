//! `rouge_l`: the F score of the longest common sequence of words (Lin 2004), as the package rouge-score computes it.

use super::rouge::{each_row, f_score};
use super::{Batches, Compute, MeanOfRows, Prepared};
use crate::catalog::metrics::rouge_l::RougeL;
use crate::score::Scored;

impl Compute for RougeL {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        MeanOfRows::prepare(rows, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        MeanOfRows::begin(rows)
    }
}

fn rows(scored: &Scored) -> Result<Vec<f64>, String> {
    each_row(scored, |label, given| f_score(longest_common(label, given), given.len(), label.len()))
}

/// How many words the longest sequence has that stands in both, with gaps.
fn longest_common(one: &[String], other: &[String]) -> usize {
    // One row of the table at a time: of the words so far of one with each beginning of the other.
    let mut longest = vec![0; other.len() + 1];
    for word in one {
        let mut diagonal = 0;
        for (place, own) in other.iter().enumerate() {
            let above = longest[place + 1];
            longest[place + 1] = if word == own { diagonal + 1 } else { above.max(longest[place]) };
            diagonal = above;
        }
    }
    longest[other.len()]
}
