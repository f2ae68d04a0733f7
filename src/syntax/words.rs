//! The words of the language and the characters that words are made of.

use pest::unicode;

use super::tree::Keyword;

/// What a top-level line may start with: every keyword, and `use`.
pub const KEYWORDS: [&str; Keyword::ALL.len() + 1] = {
    let mut words = ["use"; Keyword::ALL.len() + 1];
    let mut at = 0;
    while at < Keyword::ALL.len() {
        words[at] = Keyword::ALL[at].text();
        at += 1;
    }
    words
};

/// The words that join the parts of a declaration; none of them can be the name of one.
pub const PART_WORDS: [&str; 3] = ["from", "by", "over"];

/// The keyword of a word, if it is one (`use` is none: it declares nothing).
pub fn keyword(word: &str) -> Option<Keyword> {
    Keyword::ALL.into_iter().find(|keyword| keyword.text() == word)
}

/// True for text that can stand as a name in a file, for tools that write specs.
pub fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(starts_word) && characters.all(continues_word)
}

pub(super) fn starts_word(character: char) -> bool {
    character.is_ascii_alphabetic() || character == '_' || (!character.is_ascii() && unicode::LETTER(character))
}

pub(super) fn continues_word(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || character == '_'
        || (!character.is_ascii()
            && (unicode::LETTER(character) || unicode::NUMBER(character) || unicode::MARK(character)))
}
