//! `jsonl`: a JSON object per line.

use super::Format;

crate::entry! {
    /// JSON lines: an object per line, plain, gzip or zstd (by content, whatever the name).
    ///
    /// A column is the value of its name, or of a path: `price: number as "meta.price"`. Lists of numbers are arrays
    /// (`number[8]`), lists of texts are `labels`, `boxes.x` is the list of the `x` of a list of objects. `null`, and a name that
    /// a line does not have, is a missing value; truth values are `true` and `false`.
    pub struct Jsonl = "jsonl" {
        /// The file, relative to the spec, or a URL (with `sha256`); of several files a folder or a pattern (`"parts/*.jsonl"`).
        pos path: String;
        /// Texts that mean a missing value: `["NA", "-"]`. An empty text is always one, but in a `text` column's own words.
        missing: Vec<String> = Vec::new();
        /// The SHA-256 of the one file, in hexadecimal: another is refused. A URL needs it.
        sha256: Option<String>;
    }
}

impl Format for Jsonl {
    fn paths(&self) -> Vec<&str> {
        vec![&self.path]
    }

    fn endings(&self) -> &'static [&'static str] {
        &["jsonl", "ndjson"]
    }

    fn missing(&self) -> &[String] {
        &self.missing
    }

    fn has_arrays(&self) -> bool {
        true
    }

    fn sha256(&self) -> Option<&str> {
        self.sha256.as_deref()
    }
}
