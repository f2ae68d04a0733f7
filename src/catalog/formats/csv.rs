//! `csv`: separated text, plain or gzip.

use super::Format;

crate::entry! {
    /// Separated text, plain or gzip (by content, whatever the name).
    ///
    /// A delimiter behind the last value of a row, or of the header, is passed over.
    pub struct Csv = "csv" {
        /// The file, relative to the spec; of several files a folder or a pattern (`"parts/*.csv"`).
        pos path: String;
        /// Between two values.
        delimiter: String = ",".to_string();
        /// What splits a number's whole part from its fraction.
        decimal: String = ".".to_string();
        /// What groups the digits of a large number: `","`, `"."`, `" "` (of any width, breaking or not) or `"'"`. Then `1,234` is
        /// 1234, `12,34,567` too is read, and `1,2` is an error. Without it a number with such marks is an error.
        thousands: Option<String>;
        /// Around a value that contains the delimiter.
        quote: String = "\"".to_string();
        /// What takes the meaning off the sign behind it, between quotes: `"\\"`. Unless written, a quote inside quotes is doubled.
        escape: Option<String>;
        /// Whether the first row names the columns. With `false` a column is known by its place: the first that is declared is the
        /// first of the file and so on, unless `as "7"` says another.
        header: bool = true;
        /// What lines that are no rows begin with: `"#"`.
        comment: Option<String>;
        /// `utf-8`, `latin1`, `windows-1252`, `utf-16`, … (a WHATWG label).
        encoding: String = "utf-8".to_string();
        /// Spellings of a missing value, in place of the usual ones; `inherited + ["-"]` adds to them. An empty cell is always missing.
        /// A class that the spec declares is one, though it stands here.
        missing: Vec<String> = usual_missing();
    }
}

impl Format for Csv {
    fn paths(&self) -> Vec<&str> {
        vec![&self.path]
    }

    fn endings(&self) -> &'static [&'static str] {
        &["csv"]
    }

    fn missing(&self) -> &[String] {
        &self.missing
    }

    fn problem(&self) -> Option<(&'static str, String)> {
        super::wrong_marks(&self.decimal, self.thousands.as_deref())
    }

    fn has_header(&self) -> bool {
        self.header
    }
}

/// The usual spellings of a missing value.
pub(crate) fn usual_missing() -> Vec<String> {
    ["NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?"].map(String::from).to_vec()
}
