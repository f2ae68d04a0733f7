//! `npz`: NumPy arrays.

use super::Format;

crate::entry! {
    /// NumPy arrays in one archive (`numpy.savez`): a column is the array of its name, one entry of the first axis per row.
    ///
    /// Whole numbers, floats and truth values of any width; `number[28, 28]` reads an array of shape `(rows, 28, 28)`.
    pub struct Npz = "npz" {
        /// The file, relative to the spec; of several files a folder or a pattern (`"parts/*.npz"`).
        pos path: String;
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
}
