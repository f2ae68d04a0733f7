//! `arrow`: Arrow IPC files (Feather) and streams.

use super::Format;

crate::entry! {
    /// Arrow IPC, as a file (Feather, `.arrow`) or a stream, plain, or packed inside by lz4 or zstd.
    ///
    /// Columns are named and read as those of `parquet`.
    pub struct Arrow = "arrow" {
        /// The file, relative to the spec, or a URL (with `sha256`); of several files a folder or a pattern (`"parts/*.arrow"`).
        pos path: String;
        /// The SHA-256 of the one file, in hexadecimal: another is refused. A URL needs it.
        sha256: Option<String>;
    }
}

impl Format for Arrow {
    fn paths(&self) -> Vec<&str> {
        vec![&self.path]
    }

    fn endings(&self) -> &'static [&'static str] {
        &["arrow", "arrows", "feather", "ipc"]
    }

    fn has_arrays(&self) -> bool {
        true
    }

    fn sha256(&self) -> Option<&str> {
        self.sha256.as_deref()
    }
}
