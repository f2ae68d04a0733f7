//! `csv`: separated text, plain, gzip or zstd.

separated! {
    endings: &["csv"];
    /// Separated text, plain, gzip or zstd (by content, whatever the name).
    ///
    /// A delimiter behind the last value of a row, or of the header, is passed over.
    pub struct Csv = "csv" {
        /// The file, relative to the spec, or a URL (with `sha256`); of several files a folder or a pattern (`"parts/*.csv"`).
        pos path: String;
        /// Between two values.
        delimiter: String = ",".to_string();
    }
}

/// The usual spellings of a missing value.
pub(crate) fn usual_missing() -> Vec<String> {
    ["NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?"].map(String::from).to_vec()
}
