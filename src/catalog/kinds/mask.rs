//! `mask`: a class for each pixel of a picture.

use super::{ColumnKind, ColumnRead};
use crate::catalog::functions::ValueType;
use crate::catalog::{Axis, Dim, Kind, Type};

crate::entry! {
    /// A class for each pixel of a picture, to be learnt: `mask("ground", "sky")`.
    ///
    /// A cell is the path of a PNG picture, relative to its table: grey or with a palette, and each pixel is the number of a class, 0 for the first. Or it is an array of such numbers, a list of lists. All masks of a column are of one size.
    ///
    /// Type: `category(n)[rows, height, width]`, with the sizes that the data has. A mask is a label, and no input.
    pub struct Mask = "mask" {
        /// The classes, in the order of their numbers.
        pos classes: Vec<String>;
        /// Spellings of a missing value in this column, in place of the data set's; `inherited + ["?"]` adds to those.
        missing: Option<Vec<String>>;
    }
}

/// A pixel is a byte.
const MOST: usize = 256;

impl ColumnKind for Mask {
    fn in_expressions(&self) -> ValueType {
        ValueType::Text
    }

    fn missing(&self) -> Option<&[String]> {
        self.missing.as_deref()
    }

    fn problem(&self) -> Option<(&'static str, String)> {
        match self.classes.len() {
            0 => Some(("classes", "a mask has classes: `mask(\"ground\", \"sky\")`".into())),
            count if count > MOST => {
                Some(("classes", format!("a mask has at most {MOST} classes, and these are {count}")))
            }
            _ => self.class_given_twice(),
        }
    }

    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        let classes = Dim::int(self.classes.len() as i64);
        let size = |name: &str| Dim::symbol(format!("{name}({})", read.column));
        let axes =
            vec![read.rows.clone(), Axis::new(Axis::HEIGHT, size("height")), Axis::new(Axis::WIDTH, size("width"))];
        Type::new(Kind::Category { classes }, axes)
    }

    fn declared_classes(&self) -> Option<&[String]> {
        Some(&self.classes)
    }

    fn is_only_a_label(&self) -> bool {
        true
    }
}
