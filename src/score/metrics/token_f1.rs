//! `token_f1`: the F score of an answer's words, as SQuAD has it.

use std::collections::HashMap;

use super::{Batches, Compute, MeanOfRows, Prepared};
use crate::answers::Texts;
use crate::catalog::metrics::token_f1::TokenF1;
use crate::score::Scored;

impl Compute for TokenF1 {
    fn prepare<'a>(&self, scored: &Scored<'a>) -> Result<Prepared<'a>, String> {
        MeanOfRows::prepare(rows, scored)
    }

    fn begin(&self) -> Option<Box<dyn Batches>> {
        MeanOfRows::begin(rows)
    }
}

fn rows(scored: &Scored) -> Result<Vec<f64>, String> {
    let (labels, given) = scored.of_kind::<Texts>("texts")?;
    Ok(labels.values.iter().zip(&given.values).map(|(label, given)| of_row(label, given)).collect())
}

fn of_row(label: &str, given: &str) -> f64 {
    let (label, given) = (normalized(label), normalized(given));
    let counted = |text: &str| text.split(' ').filter(|word| !word.is_empty()).count();
    let (there, said) = (counted(&label), counted(&given));
    if there == 0 || said == 0 {
        return f64::from(u8::from(there == said));
    }
    let mut open: HashMap<&str, usize> = HashMap::new();
    label.split(' ').for_each(|word| *open.entry(word).or_default() += 1);
    let both = given.split(' ').filter(|word| match open.get_mut(word) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    });
    2.0 * both.count() as f64 / (there + said) as f64
}

/// Small letters, no punctuation of ASCII, no articles, and one space between words.
pub(super) fn normalized(text: &str) -> String {
    let small = text.to_lowercase();
    let letters: String = small.chars().filter(|letter| !letter.is_ascii_punctuation()).collect();
    let words = letters.split_whitespace().filter(|word| !["a", "an", "the"].contains(word));
    words.collect::<Vec<_>>().join(" ")
}
