//! `conll`: a word per line, with what is known of it in columns.

use super::Format;

crate::entry! {
    /// Text with a word per line, an empty line behind each sentence, and what is known of a word in columns, as in the shared tasks of CoNLL: a row
    /// for each sentence. A column of the file is a text here, with a space between what its words have: `words: text` is `EU rejects German call`, and `tags: text as
    /// "4"` is `B-ORG O B-MISC O`, for [`tags`](steps.md#tags).
    ///
    /// Columns are known by their places, from `as "1"` on; the first that is declared is the first of the file, and so on, unless `as` says another.
    /// They stand apart by a tab where the first word's line has one, else by white space; a space inside a value becomes `_`. Lines of `-DOCSTART-` are passed over, and in CoNLL-U (`comment: "#"`)
    /// the words that are made of others (`1-2`) or of none (`8.1`).
    pub struct Conll = "conll" {
        /// The file, relative to the spec, or a URL (with `sha256`); of several files a folder or a pattern (`"parts/*.conll"`).
        pos path: String;
        /// What lines that are no words begin with: `"#"`.
        comment: Option<String>;
        /// The SHA-256 of the one file, in hexadecimal: another is refused. A URL needs it.
        sha256: Option<String>;
    }
}

impl Format for Conll {
    fn paths(&self) -> Vec<&str> {
        vec![&self.path]
    }

    fn endings(&self) -> &'static [&'static str] {
        &["conll", "conllu", "bio", "iob2"]
    }

    fn sha256(&self) -> Option<&str> {
        self.sha256.as_deref()
    }

    fn has_header(&self) -> bool {
        false
    }
}
