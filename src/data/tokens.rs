//! What steps that make tokens of texts have in common: where words end, vocabularies, rows of tokens.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use super::steps::Refusal;
use super::training::Training;
use super::values::Values;
use crate::catalog::steps::tokens::RESERVED;

/// What stands between several texts that are read as one: Unicode's unit separator, which no text has by itself.
pub const SEPARATOR: char = '\u{1f}';

/// The index of what is not in a vocabulary.
pub const UNKNOWN: i64 = 1;

/// The words of a text, as Unicode cuts them; white space is none.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_word_bounds().filter(|word| !word.chars().all(char::is_whitespace))
}

/// Calls a function with every run of one to so many words that stand next to each other, as one text.
pub fn each_run(words: &[&str], longest: usize, mut take: impl FnMut(&str)) {
    let mut run = String::new();
    for start in 0..words.len() {
        run.clear();
        for word in words[start..].iter().take(longest) {
            if !run.is_empty() {
                run.push(' ');
            }
            run.push_str(word);
            take(&run);
        }
    }
}

/// What there is of each text: tokens that a function adds to a list, row by row.
pub fn rows_of_tokens<E>(
    texts: &[String],
    vocabulary: usize,
    mut add: impl FnMut(&str, &mut Vec<i64>) -> Result<(), E>,
) -> Result<Values, (usize, E)> {
    let (mut starts, mut tokens) = (vec![0], Vec::new());
    for (row, text) in texts.iter().enumerate() {
        add(text, &mut tokens).map_err(|error| (row, error))?;
        starts.push(tokens.len());
    }
    Ok(Values::Tokens { vocabulary, starts, tokens })
}

/// Changes the tokens of each row; `None` if the values are no tokens.
pub fn changed(values: &Values, size: usize, mut change: impl FnMut(&[i64], &mut Vec<i64>)) -> Option<Values> {
    let Values::Tokens { starts, tokens, .. } = values else { return None };
    let (mut new_starts, mut new_tokens) = (vec![0], Vec::with_capacity(tokens.len()));
    for row in starts.windows(2) {
        change(&tokens[row[0]..row[1]], &mut new_tokens);
        new_starts.push(new_tokens.len());
    }
    Some(Values::Tokens { vocabulary: size, starts: new_starts, tokens: new_tokens })
}

/// Words with their indices, which follow the reserved ones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct Vocabulary {
    words: Vec<String>,
    index: HashMap<String, i64>,
}

impl From<Vec<String>> for Vocabulary {
    fn from(words: Vec<String>) -> Self {
        let index = words.iter().enumerate().map(|(place, word)| (word.clone(), (place + RESERVED) as i64)).collect();
        Self { words, index }
    }
}

impl From<Vocabulary> for Vec<String> {
    fn from(vocabulary: Vocabulary) -> Self {
        vocabulary.words
    }
}

impl Vocabulary {
    /// How many indices there are, reserved ones among them.
    pub fn size(&self) -> usize {
        self.words.len() + RESERVED
    }

    pub fn index(&self, word: &str) -> i64 {
        self.index.get(word).copied().unwrap_or(UNKNOWN)
    }

    /// The word at a place.
    pub fn word(&self, place: usize) -> Option<&str> {
        self.words.get(place).map(String::as_str)
    }

    /// The place of a word among the words, from 0.
    pub fn place(&self, word: &str) -> Option<usize> {
        self.index.get(word).map(|index| *index as usize - RESERVED)
    }
}

/// How often something was met.
#[derive(Default)]
pub struct Counts(BTreeMap<String, u64>);

impl Counts {
    pub fn add(&mut self, what: &str) {
        // Most have been met before, and need no text of their own.
        match self.0.get_mut(what) {
            Some(count) => *count += 1,
            None => _ = self.0.insert(what.to_string(), 1),
        }
    }

    /// What was met at least so often, the most frequent first and what is equally frequent by its letters; so many at most.
    pub fn most_frequent(self, least: usize, most: usize) -> Vec<String> {
        let mut all: Vec<(String, u64)> = self.0.into_iter().filter(|(_, count)| *count >= least as u64).collect();
        all.sort_by(|(one, often), (other, as_often)| as_often.cmp(often).then_with(|| one.cmp(other)));
        all.into_iter().take(most).map(|(what, _)| what).collect()
    }

    /// All, by their letters.
    pub fn into_sorted(self) -> BTreeMap<String, u64> {
        self.0
    }
}

/// Goes through all texts of the training part.
pub fn each_text(training: &Training<'_>, mut take: impl FnMut(&str)) -> Result<(), Refusal> {
    training.each(&mut |values| {
        if let Values::Text(texts) = values {
            texts.iter().for_each(|text| take(text));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_unicode_says() {
        let of = |text: &str| words(text).map(str::to_string).collect::<Vec<_>>();
        assert_eq!(of("Don't  (good!)"), ["Don't", "(", "good", "!", ")"]);
        assert_eq!(of(" \t\u{a0}\n"), [""; 0]);
        assert_eq!(of("3.14 a_b e\u{301}t 👩‍👩‍👧 日本"), ["3.14", "a_b", "e\u{301}t", "👩‍👩‍👧", "日", "本"]);
        assert_eq!(of("subject\u{1f}body"), ["subject", "\u{1f}", "body"]);
    }

    #[test]
    fn runs_of_words() {
        let mut all = Vec::new();
        each_run(&["a", "b", "c"], 2, |run| all.push(run.to_string()));
        assert_eq!(all, ["a", "a b", "b", "b c", "c"]);
    }

    #[test]
    fn the_most_frequent_first() {
        let mut counts = Counts::default();
        ["b", "a", "c", "b", "a", "d", "b"].iter().for_each(|word| counts.add(word));
        assert_eq!(counts.most_frequent(1, 3), ["b", "a", "c"]);
    }
}
