//! `exact_match`: the share of rows whose text is the label.

use super::token_f1::normalized;
use super::{Batches, Compute, MeanOfRows, Prepared};
use crate::answers::Texts;
use crate::catalog::metrics::exact_match::ExactMatch;
use crate::score::Scored;

impl Compute for ExactMatch {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        MeanOfRows::prepare(if self.normalized { normalized_rows } else { rows }, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        MeanOfRows::begin(if self.normalized { normalized_rows } else { rows })
    }
}

fn rows(scored: &Scored) -> Result<Vec<f64>, String> {
    let (labels, given) = scored.of_kind::<Texts>("texts")?;
    Ok(labels.values.iter().zip(&given.values).map(|(label, given)| f64::from(u8::from(label == given))).collect())
}

fn normalized_rows(scored: &Scored) -> Result<Vec<f64>, String> {
    let (labels, given) = scored.of_kind::<Texts>("texts")?;
    let same = |(label, given): (&String, &String)| f64::from(u8::from(normalized(label) == normalized(given)));
    Ok(labels.values.iter().zip(&given.values).map(same).collect())
}
