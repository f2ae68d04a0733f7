//! `tf_idf`: how often terms stand in a text, weighed by how rare they are.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::tf_idf::TfIdf;
use crate::data::tokens::{self, Vocabulary};
use crate::data::values::Values;

/// What was learnt: the terms by their letters, and the weight of each.
#[derive(Debug, Serialize, Deserialize)]
pub struct Terms {
    terms: Vocabulary,
    weights: Vec<f64>,
}

impl StepHalf for TfIdf {
    type State = Terms;

    fn fit(&self, training: &Training<'_>) -> Result<Terms, Refusal> {
        // Of each term how often it stands in the training part, and in how many texts.
        let mut counts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        let mut texts = 0u64;
        tokens::each_text(training, |text| {
            texts += 1;
            let mut met = BTreeSet::new();
            self.each(text, |term| {
                let first = met.insert(term.to_string());
                let count = counts.entry(term.to_string()).or_default();
                *count = (count.0 + 1, count.1 + u64::from(first));
            });
        })?;
        let mut kept: Vec<(String, (u64, u64))> =
            counts.into_iter().filter(|(_, (_, texts))| *texts >= self.min_count as u64).collect();
        if kept.is_empty() {
            return Err(Refusal::new(format!("finds no term that {} training texts have", self.min_count)));
        }
        kept.sort_by(|(one, (often, _)), (other, (as_often, _))| as_often.cmp(often).then_with(|| one.cmp(other)));
        kept.truncate(self.size);
        kept.sort();
        let weight = |having: u64| ((1 + texts) as f64 / (1 + having) as f64).ln() + 1.0;
        Ok(Terms {
            weights: kept.iter().map(|(_, (_, texts))| weight(*texts)).collect(),
            terms: kept.into_iter().map(|(term, _)| term).collect::<Vec<_>>().into(),
        })
    }

    fn apply(&self, state: &Terms, values: Values) -> Result<Values, Refusal> {
        let Values::Text(texts) = values else { return Ok(values) };
        let width = state.weights.len();
        let mut numbers = vec![0.0_f32; texts.len() * width];
        for (text, row) in texts.iter().zip(numbers.chunks_mut(width.max(1))) {
            let mut counts: BTreeMap<usize, f64> = BTreeMap::new();
            self.each(text, |term| {
                if let Some(place) = state.terms.place(term) {
                    *counts.entry(place).or_default() += 1.0;
                }
            });
            for (place, count) in &mut counts {
                *count = state.weights[*place] * if self.sublinear { 1.0 + count.ln() } else { *count };
            }
            let length = counts.values().map(|value| value * value).sum::<f64>().sqrt();
            counts.into_iter().for_each(|(place, value)| row[place] = (value / length) as f32);
        }
        Ok(Values::Single { shape: vec![width], values: numbers })
    }
}

impl TfIdf {
    fn each(&self, text: &str, take: impl FnMut(&str)) {
        let words: Vec<&str> = tokens::words(text).collect();
        tokens::each_run(&words, self.words, take);
    }
}
