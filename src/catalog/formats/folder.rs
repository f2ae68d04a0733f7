//! `folder`: the files of a folder as rows.

use super::Format;

crate::entry! {
    /// The files of a folder: a row for each, with the columns `path` and `class`.
    ///
    /// `path` is that of the file from the folder on, `class` the first folder on it: `pictures/cat/1.png` has the class `cat`. The
    /// rows are sorted by path. Hidden files, and those whose names begin with `_`, are passed over; the identity of a run covers
    /// what the files hold.
    pub struct Folder = "folder" {
        /// The folder, relative to the spec; of several a pattern (`"shots/*/train"`), each of which is a folder of classes.
        pos path: String;
        /// How the names of the files end: `["png", "jpg"]`; all files otherwise.
        endings: Vec<String> = Vec::new();
    }
}

impl Format for Folder {
    fn paths(&self) -> Vec<&str> {
        vec![&self.path]
    }

    fn is_of_folders(&self) -> bool {
        true
    }

    fn key(&self) -> Option<&'static str> {
        Some("path")
    }
}
