//! `tags`: a vocabulary of the training part's tags.

use std::convert::Infallible;

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::tags::Tags;
use crate::catalog::steps::tokens::RESERVED;
use crate::data::tokens::{self, Counts, Vocabulary};
use crate::data::values::Values;

impl StepHalf for Tags {
    /// The tags, by their letters.
    type State = Vocabulary;

    fn fit(&self, training: &Training<'_>) -> Result<Vocabulary, Refusal> {
        let mut counts = Counts::default();
        tokens::each_text(training, |text| text.split_whitespace().take(self.max).for_each(|tag| counts.add(tag)))?;
        let tags: Vec<String> = counts.into_sorted().into_keys().collect();
        if tags.is_empty() { Err(Refusal::new("finds no tag in the training part")) } else { Ok(tags.into()) }
    }

    fn apply(&self, vocabulary: &Vocabulary, values: Values) -> Result<Values, Refusal> {
        let Values::Text(texts) = values else { return Ok(values) };
        let made = tokens::rows_of_tokens::<Infallible>(&texts, vocabulary.size(), |text, tokens| {
            tokens.extend(text.split_whitespace().take(self.max).map(|tag| vocabulary.index(tag)));
            Ok(())
        });
        Ok(made.unwrap_or_else(|(_, never)| match never {}))
    }

    fn spell(&self, vocabulary: &Vocabulary, tokens: &[i64]) -> Option<String> {
        let tag = |token: &i64| usize::try_from(*token - RESERVED as i64).ok().and_then(|place| vocabulary.word(place));
        Some(tokens.iter().filter_map(tag).collect::<Vec<_>>().join(" "))
    }
}
