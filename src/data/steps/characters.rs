//! `characters`: a vocabulary of the training part's characters.

use std::collections::{BTreeSet, HashMap};

use super::{Piece, Refusal, StepHalf, Training};
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
            tokens.extend(self.end(vocabulary));
            starts.push(tokens.len());
        }
        Ok(Values::Tokens {
            vocabulary: index.len() + FIRST + usize::from(self.end || self.shared.is_some()),
            starts,
            tokens,
        })
    }

    fn pieces(&self, _vocabulary: &String, text: &str) -> Option<Vec<Piece>> {
        let of = |(at, letter): (usize, char)| Some(at..at + letter.len_utf8());
        Some(text.char_indices().take(self.max).map(of).chain(self.end.then_some(None)).collect())
    }

    fn spell(&self, vocabulary: &String, tokens: &[i64]) -> Option<String> {
        let letters: Vec<char> = vocabulary.chars().collect();
        let end = self.end(vocabulary);
        let written = tokens.iter().take_while(|token| Some(**token) != end);
        Some(written.filter_map(|token| letters.get(usize::try_from(*token - FIRST as i64).ok()?)).collect())
    }

    fn end(&self, vocabulary: &String) -> Option<i64> {
        self.end.then(|| (vocabulary.chars().count() + FIRST) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_spell_the_text_that_they_were_made_of() {
        let vocabulary = "abc".to_string();
        for (end, size) in [(false, 5), (true, 6)] {
            let step = Characters { max: 4, end, shared: None };
            let texts = ["cab", "", "abcabc", "axb"].map(String::from).to_vec();
            let made = step.apply(&vocabulary, Values::Text(texts)).expect("tokens");
            let Values::Tokens { vocabulary: found, starts, tokens } = made else { panic!("{made:?}") };
            assert_eq!(found, size);
            let spelt: Vec<String> = starts
                .windows(2)
                .map(|row| step.spell(&vocabulary, &tokens[row[0]..row[1]]).expect("a text"))
                .collect();
            // Cut where the text is, and without what nobody has seen.
            assert_eq!(spelt, ["cab", "", "abca", "ab"]);
            assert_eq!(tokens.len(), 3 + 4 + 3 + 4 * usize::from(end));
        }
        let step = Characters { max: 4, end: true, shared: None };
        assert_eq!(step.end(&vocabulary), Some(5));
        // What stands behind the end is not written, nor is padding.
        assert_eq!(step.spell(&vocabulary, &[0, 4, 3, 5, 2]), Some("cb".into()));
    }
}
