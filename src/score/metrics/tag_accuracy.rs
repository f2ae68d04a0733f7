//! `tag_accuracy`: the share of words that have the right tag.

use super::{Batches, Compute, Prepared, Sums};
use crate::answers::Texts;
use crate::catalog::metrics::tag_accuracy::TagAccuracy;
use crate::score::{Figure, Scored};

impl Compute for TagAccuracy {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        Sums::prepare(rows, figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        Sums::begin(rows, figure)
    }
}

/// Of each row how many words are right, and how many there are.
fn rows(scored: &Scored) -> Result<Vec<[f64; 2]>, String> {
    let (labels, given) = scored.of_kind::<Texts>("texts")?;
    let of_row = |(label, given): (&String, &String)| {
        let right = label.split_whitespace().zip(given.split_whitespace()).filter(|(label, given)| label == given);
        [right.count() as f64, label.split_whitespace().count() as f64]
    };
    Ok(labels.values.iter().zip(&given.values).map(of_row).collect())
}

fn figure([right, all]: &[f64; 2]) -> Figure {
    if *all > 0.0 { Figure::Number(right / all) } else { Figure::Undefined("no row has a word".into()) }
}
