//! `characters`: a vocabulary of the training part's characters.

use std::collections::{BTreeSet, HashMap};

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::characters::Characters;
use crate::data::values::Values;

/// 0 is padding, 1 a character that was not seen.
const FIRST: usize = 2;

impl StepHalf for Characters {
    /// The characters, sorted.
    type State = String;

    fn fit(&self, training: &Training<'_>) -> Result<String, Refusal> {
        let mut seen: BTreeSet<char> = BTreeSet::new();
        training.each(&mut |values| {
            let Values::Text(texts) = values else { return };
            seen.extend(texts.iter().flat_map(|text| text.chars().take(self.max)));
        })?;
        Ok(seen.into_iter().collect())
    }

    fn apply(&self, vocabulary: &String, values: Values) -> Result<Values, Refusal> {
        let Values::Text(texts) = values else { return Ok(values) };
        let index: HashMap<char, i64> =
            vocabulary.chars().enumerate().map(|(place, letter)| (letter, (place + FIRST) as i64)).collect();
        let mut starts = vec![0];
        let mut tokens = Vec::new();
        for text in &texts {
            tokens.extend(text.chars().take(self.max).map(|letter| index.get(&letter).copied().unwrap_or(1)));
            starts.push(tokens.len());
        }
        Ok(Values::Tokens { vocabulary: index.len() + FIRST, starts, tokens })
    }
}
