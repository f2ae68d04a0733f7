//! `yolo`: a folder of pictures with a text file of boxes for each.

use super::Format;

crate::entry! {
    /// A folder of pictures, and for each a text file of the same name: `CLASS X Y WIDTH HEIGHT` on each line, as YOLO has it (Redmon et al. 2016).
    ///
    /// The text of `images/a.png` is `labels/a.txt`, of all other pictures it lies beside them. A picture without a text shows nothing that has
    /// a name; a text with boxes and without a picture is an error. A line with more numbers is a polygon.
    ///
    /// The columns are `path`, and `objects`, of which each has `class`, the number of the class, `bbox` and, of a polygon, `segmentation`, all as shares of width and height:
    /// `objects: boxes("cat", "dog", form: center, relative: true)`, and boxes that are declared otherwise are an error. `things: instances("cat", "dog") as "objects"` is given
    /// the polygons in pixels of their pictures.
    pub struct Yolo = "yolo" {
        /// The folder, relative to the spec.
        pos path: String;
    }
}

impl Format for Yolo {
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
