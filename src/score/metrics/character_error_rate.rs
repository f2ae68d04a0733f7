//! `character_error_rate`: the edits that make the labels of the predictions, over the characters of the labels.

use super::{Batches, Compute, Prepared, Sums};
use crate::answers::{Texts, edits};
use crate::catalog::metrics::character_error_rate::CharacterErrorRate;
use crate::score::{Figure, Scored};

impl Compute for CharacterErrorRate {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        Sums::prepare(rows, figure, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        Sums::begin(rows, figure)
    }
}

/// Edits and characters.
fn rows(scored: &Scored) -> Result<Vec<[f64; 2]>, String> {
    let (labels, given) = scored.of_kind::<Texts>("texts")?;
    let row = |(label, given): (&String, &String)| [edits(label, given) as f64, label.chars().count() as f64];
    Ok(labels.values.iter().zip(&given.values).map(row).collect())
}

fn figure([edits, characters]: &[f64; 2]) -> Figure {
    match *characters > 0.0 {
        true => Figure::Number(edits / characters),
        false => Figure::Undefined("all labels are empty".into()),
    }
}
