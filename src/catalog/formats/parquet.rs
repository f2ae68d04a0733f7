//! `parquet`: tables by columns, as other programs exchange them.

use super::Format;

crate::entry! {
    /// Parquet: one row group after the other, and of each only the columns that are read, if the data set has an `id`; else all,
    /// since rows are then known by all that they hold.
    ///
    /// A column inside a group is named by its path: `price: number as "meta.price"`. Lists of numbers are arrays
    /// (`number[8]`), lists of texts are `labels`, `boxes.x` is the list of the `x` of a list of groups. Whole numbers, floats,
    /// decimals, truth values (`true`, `false`), texts, dates and points in time are read; a null or a NaN is a missing value.
    pub struct Parquet = "parquet" {
        /// The file, relative to the spec, or a URL (with `sha256`); of several files a folder or a pattern (`"parts/*.parquet"`).
        pos path: String;
        /// The SHA-256 of the one file, in hexadecimal: another is refused. A URL needs it.
        sha256: Option<String>;
    }
}

impl Format for Parquet {
    fn paths(&self) -> Vec<&str> {
        vec![&self.path]
    }

    fn endings(&self) -> &'static [&'static str] {
        &["parquet", "pq"]
    }

    fn has_arrays(&self) -> bool {
        true
    }

    fn sha256(&self) -> Option<&str> {
        self.sha256.as_deref()
    }
}
