//! `tsv`: tab-separated text.

use super::Format;

crate::entry! {
    /// Tab-separated text with a header row, plain or gzip: `csv` with a tab between values.
    pub struct Tsv = "tsv" {
        /// The file, relative to the spec; of several files a folder or a pattern (`"parts/*.tsv"`).
        pos path: String;
        /// What splits a number's whole part from its fraction.
        decimal: String = ".".to_string();
        /// Around a value that contains a tab.
        quote: String = "\"".to_string();
        /// `utf-8`, `latin1`, `windows-1252`, `utf-16`, … (a WHATWG label).
        encoding: String = "utf-8".to_string();
        /// Spellings of a missing value; an empty cell is always missing.
        missing: Vec<String> = super::csv::usual_missing();
    }
}

impl Format for Tsv {
    fn paths(&self) -> Vec<&str> {
        vec![&self.path]
    }

    fn endings(&self) -> &'static [&'static str] {
        &["tsv", "tab"]
    }
}
