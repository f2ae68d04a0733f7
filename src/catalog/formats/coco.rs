//! `coco`: annotations of pictures as COCO has them.

use super::Format;

crate::words! {
    /// What becomes of annotations of pictures that are not in the file.
    pub enum Unmatched {
        Error = "error",
        Skip = "skip",
    }
}

crate::entry! {
    /// A file of annotations as COCO has it (Lin et al. 2014): a row for each picture, with all that stands in it.
    ///
    /// The columns are `path`, from the folder `pictures` on; `id`; `width` and `height`; `objects`, the list of what stands in the picture, each
    /// with its `class` by name, `bbox`, `iscrowd`, `area`, `segmentation` and `keypoints` as far as the file has them; and `captions`, a list of texts. A picture of
    /// which nothing is said has an empty list.
    ///
    /// Each image, annotation and category has an id of its own, and no two categories that annotations are of have one name. A picture of another size than the file says is told.
    ///
    /// `objects: boxes` reads the boxes, `objects: boxes("cat", "dog")` in an order of your own.
    pub struct Coco = "coco" {
        /// The file, relative to the spec, or a URL (with `sha256`); of several files a folder or a pattern (`"parts/*.json"`).
        pos path: String;
        /// The folder of the pictures, relative to the folder of the file; that folder itself otherwise.
        pictures: String = String::new();
        /// Of annotations whose picture or category is not in the file: `error`, or `skip`, which leaves them out and says how many.
        unmatched: Unmatched = Unmatched::Error;
        /// The SHA-256 of the one file, in hexadecimal: another is refused. A URL needs it.
        sha256: Option<String>;
    }
}

impl Format for Coco {
    fn paths(&self) -> Vec<&str> {
        vec![&self.path]
    }

    /// Whatever else is written as one JSON value has such a name.
    fn is_told_by_ending(&self) -> bool {
        false
    }

    fn endings(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn key(&self) -> Option<&'static str> {
        Some("path")
    }

    fn sha256(&self) -> Option<&str> {
        self.sha256.as_deref()
    }
}
