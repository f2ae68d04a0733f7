//! `exact_match`: the share of rows whose text is the label, character by character.

use super::{Batches, Compute, MeanOfRows, Prepared};
use crate::answers::Texts;
use crate::catalog::metrics::exact_match::ExactMatch;
use crate::score::Scored;

impl Compute for ExactMatch {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        MeanOfRows::prepare(rows, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        MeanOfRows::begin(rows)
    }
}

fn rows(scored: &Scored) -> Result<Vec<f64>, String> {
    let (labels, given) = scored.of_kind::<Texts>("texts")?;
    Ok(labels.values.iter().zip(&given.values).map(|(label, given)| f64::from(u8::from(label == given))).collect())
}
