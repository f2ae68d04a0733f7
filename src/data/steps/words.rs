//! `words`: a vocabulary of the training part's words.

use std::convert::Infallible;

use super::{Piece, Refusal, StepHalf, Training};
use crate::catalog::steps::words::{Split, Words};
use crate::data::tokens::{self, Counts, Vocabulary};
use crate::data::values::Values;

impl StepHalf for Words {
    /// The words, the most frequent first.
    type State = Vocabulary;

    fn fit(&self, training: &Training<'_>) -> Result<Vocabulary, Refusal> {
        let mut counts = Counts::default();
        tokens::each_text(training, |text| self.each(text, |word| counts.add(word)))?;
        Ok(counts.most_frequent(self.min_count, self.size).into())
    }

    fn apply(&self, vocabulary: &Vocabulary, values: Values) -> Result<Values, Refusal> {
        let Values::Text(texts) = values else { return Ok(values) };
        let made = tokens::rows_of_tokens::<Infallible>(&texts, vocabulary.size(), |text, tokens| {
            self.each(text, |word| tokens.push(vocabulary.index(word)));
            Ok(())
        });
        Ok(made.unwrap_or_else(|(_, never)| match never {}))
    }

    fn pieces(&self, _vocabulary: &Vocabulary, text: &str) -> Option<Vec<Piece>> {
        let mut pieces = Vec::new();
        let start = text.as_ptr() as usize;
        self.each(text, |word| {
            let first = word.as_ptr() as usize - start;
            pieces.push(Some(first..first + word.len()));
        });
        Some(pieces)
    }
}

impl Words {
    /// Goes through the words of a text, as far as it is not cut.
    fn each(&self, text: &str, take: impl FnMut(&str)) {
        match self.split {
            Split::Unicode => tokens::words(text).take(self.max).for_each(take),
            Split::Spaces => text.split_whitespace().take(self.max).for_each(take),
        }
    }
}
