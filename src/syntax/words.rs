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

/// What other programs call what our keywords declare.
const SYNONYMS: [(&str, &str); 46] = [
    ("ablation", "variant"),
    ("arch", "shared"),
    ("architecture", "shared"),
    ("backbone", "shared"),
    ("config", "train"),
    ("const", "param"),
    ("constant", "param"),
    ("csv", "data"),
    ("dataframe", "data"),
    ("dataset", "data"),
    ("datasets", "data"),
    ("encoder", "shared"),
    ("eval", "evaluate"),
    ("evaluation", "evaluate"),
    ("experiment", "variant"),
    ("feature", "input"),
    ("features", "input"),
    ("finetune", "transfer"),
    ("fit", "train"),
    ("hyperparameter", "param"),
    ("import", "use"),
    ("include", "use"),
    ("inputs", "input"),
    ("lambda", "weights"),
    ("lambdas", "weights"),
    ("layer", "block"),
    ("layers", "shared"),
    ("loss_weights", "weights"),
    ("model", "shared"),
    ("module", "block"),
    ("net", "shared"),
    ("network", "shared"),
    ("output", "task"),
    ("outputs", "task"),
    ("parameter", "param"),
    ("pretrained", "transfer"),
    ("source", "data"),
    ("stem", "shared"),
    ("table", "data"),
    ("target", "task"),
    ("template", "task"),
    ("trainer", "train"),
    ("training", "train"),
    ("trunk", "shared"),
    ("var", "param"),
    ("λ", "weights"),
];

/// The keyword that a word which starts no declaration was most likely meant to be.
pub(super) fn meant(written: &str) -> Option<&'static str> {
    let lower = written.to_lowercase();
    let synonym = SYNONYMS.iter().find(|(other, _)| *other == lower).map(|(_, ours)| *ours);
    synonym.or_else(|| crate::diag::suggest::closest(written, KEYWORDS))
}

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
