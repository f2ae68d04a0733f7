//! How tokens become texts in other programs: the text of each, and what stands between two of them.

use crate::catalog::steps::tokens::RESERVED;

/// What a text is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelling {
    pub tokens: Vec<String>,
    /// What stands between two tokens. Pieces of words have none, but the space before them where one belongs there, of which a text loses its first.
    pub between: Option<&'static str>,
}

impl Spelling {
    /// Of so many tokens, by what some of them spell; `None` if texts are put together in another way.
    pub fn of(count: usize, spell: impl Fn(&[i64]) -> String) -> Option<Self> {
        let alone: Vec<String> = (0..count as i64).map(|token| spell(&[token])).collect();
        let first = (RESERVED..count).find(|token| !alone[*token].trim().is_empty())?;
        let behind = |token: usize| spell(&[first as i64, token as i64]).strip_prefix(&alone[first]).map(String::from);
        let behind: Option<Vec<String>> = (0..count).map(behind).collect();
        let pairs = (RESERVED..count).map(|token| [token, (token * 7 + 3) % (count - RESERVED) + RESERVED]);
        let pairs: Vec<[usize; 2]> = pairs.filter(|pair| pair.iter().all(|token| !alone[*token].is_empty())).collect();
        let apart = ["", " "].map(|between| Some(Self { tokens: alone.clone(), between: Some(between) }));
        let pieces = behind.map(|tokens| Self { tokens, between: None });
        let fits = |own: &Self| pairs.iter().all(|pair| spell(&pair.map(|token| token as i64)) == own.joined(pair));
        apart.into_iter().chain([pieces]).flatten().find(fits)
    }

    /// The text of some tokens.
    pub fn joined(&self, tokens: &[usize]) -> String {
        let texts: Vec<&str> = tokens.iter().map(|token| self.tokens[*token].as_str()).collect();
        let text = texts.join(self.between.unwrap_or(""));
        match (self.between, text.strip_prefix(' ')) {
            (None, Some(text)) => text.into(),
            _ => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What some tokens spell, by the pieces that they are, where a line stands for a space before a word.
    fn spelt(pieces: &'static [&'static str], between: &'static str) -> impl Fn(&[i64]) -> String {
        move |tokens| {
            let own = tokens.iter().filter(|token| **token >= RESERVED as i64);
            let texts: Vec<String> = own
                .map(|token| pieces[*token as usize - RESERVED].replace('_', " "))
                .filter(|text| !text.is_empty())
                .collect();
            let text = texts.join(between);
            text.strip_prefix(' ').map(String::from).unwrap_or(text)
        }
    }

    #[test]
    fn letters_words_and_pieces_of_words_are_told_apart() {
        let letters = Spelling::of(6, spelt(&["a", "b", "c", ""], "")).expect("a spelling");
        assert_eq!((letters.between, letters.joined(&[3, 2, 4])), (Some(""), "bac".into()));
        let words = Spelling::of(5, spelt(&["one", "two", "three"], " ")).expect("a spelling");
        assert_eq!((words.between, words.joined(&[3, 2])), (Some(" "), "two one".into()));
        let pieces = Spelling::of(7, spelt(&["_the", "_walk", "ing", "ed", ""], "")).expect("a spelling");
        assert_eq!((pieces.between, pieces.joined(&[3, 4, 2])), (None, "walking the".into()));
        assert_eq!(pieces.tokens[2..], [" the", " walk", "ing", "ed", ""].map(String::from));
        // Where a text is more than its parts, there is none.
        assert_eq!(Spelling::of(5, |tokens| format!("{}", tokens.iter().sum::<i64>())), None);
    }
}
