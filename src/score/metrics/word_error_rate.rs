//! `word_error_rate`: the edits that make the labels of the predictions, over the words of the labels.

use super::{Batches, Compute, Prepared, Sums};
use crate::answers::{Texts, edits_between};
use crate::catalog::metrics::word_error_rate::WordErrorRate;
use crate::score::{Figure, Scored};

impl Compute for WordErrorRate {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        Sums::prepare(rows, figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        Sums::begin(rows, figure)
    }
}

/// Edits and words.
fn rows(scored: &Scored) -> Result<Vec<[f64; 2]>, String> {
    let (labels, given) = scored.of_kind::<Texts>("texts")?;
    let row = |(label, given): (&String, &String)| {
        let [label, given] = [label, given].map(|text| text.split_whitespace().collect::<Vec<&str>>());
        [edits_between(&label, &given) as f64, label.len() as f64]
    };
    Ok(labels.values.iter().zip(&given.values).map(row).collect())
}

fn figure([edits, words]: &[f64; 2]) -> Figure {
    match *words > 0.0 {
        true => Figure::Number(edits / words),
        false => Figure::Undefined("no label has a word".into()),
    }
}
