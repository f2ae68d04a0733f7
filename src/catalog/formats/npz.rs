//! `npz`: NumPy arrays.

use super::Format;

crate::entry! {
    /// NumPy arrays in one archive (`numpy.savez`): a column is the array of its name, one entry of the first axis per row.
    ///
    /// Whole numbers, floats and truth values of any width; `number[28, 28]` reads an array of shape `(rows, 28, 28)`.
    pub struct Npz = "npz" {
        /// The file, relative to the spec, or a URL (with `sha256`); of several files a folder or a pattern (`"parts/*.npz"`).
        pos path: String;
        /// The SHA-256 of the one file, in hexadecimal: another is refused. A URL needs it.
        sha256: Option<String>;
    }
}

impl Format for Npz {
    fn paths(&self) -> Vec<&str> {
        vec![&self.path]
    }

    fn endings(&self) -> &'static [&'static str] {
        &["npz"]
    }

    fn has_arrays(&self) -> bool {
        true
    }

    fn sha256(&self) -> Option<&str> {
        self.sha256.as_deref()
    }
}
