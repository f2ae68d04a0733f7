//! `voc`: a folder of pictures with an XML file of boxes for each.

use super::Format;

crate::entry! {
    /// A folder of XML files with the boxes of a picture each, as PASCAL VOC has them (Everingham et al. 2010): a row for each XML file.
    ///
    /// The picture is the one that `filename` says, in the folder `JPEGImages` or `images` beside that of the XML file, or beside that file itself.
    ///
    /// The columns are `path`, `width` and `height`, and `objects`, of which each has `class`, `bbox` (left, top, width and height in pixels; VOC counts them
    /// from 1) and `difficult`: `objects: boxes`.
    pub struct Voc = "voc" {
        /// The folder, relative to the spec.
        pos path: String;
    }
}

impl Format for Voc {
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
