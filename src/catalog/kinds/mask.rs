//! `mask`: a class for each pixel of a picture.

use super::image::Broken;
use super::{ColumnKind, ColumnRead, KindDef};
use crate::catalog::functions::ValueType;
use crate::catalog::{Axis, Dim, Kind, Type};

crate::entry! {
    /// A class for each pixel of a picture, to be learnt: `mask("ground", "sky")`.
    ///
    /// A cell is the path of a PNG picture, relative to its table: grey or with a palette, and each pixel is the number of a class, 0 for the first. Or it is an array of such numbers, a list of lists. All masks of a column are of one size, or are read at one: `size: [64, 96]`.
    ///
    /// Pixels of which nobody knows what they show have a number that is no class, often 255 (PASCAL VOC, Cityscapes): `mask("ground", "sky",
    /// ignore: 255)`. They count nowhere: not in the loss, nor in what it is divided by, not in metrics, and not in how often a class is seen. What
    /// moves a picture moves them along.
    ///
    /// Beside steps after which a picture shows less or more than its file (`crop`, `pad`, `resize` with other proportions) what is learnt is as high and wide as the picture that the model is
    /// given. What it is shown beyond the edges of the file's picture counts nowhere. Answers lie in the file's picture again, at the size of the mask; what the model was not shown has the
    /// number 255 in them, and is not judged.
    ///
    /// Type: `category(n)[rows, height, width]`, with the sizes that the data has. A mask is a label, and no input.
    pub struct Mask = "mask" {
        /// The classes, in the order of their numbers.
        pos classes: Vec<String>;
        /// The number of pixels that are of no class and count nowhere: `255`.
        ignore: Option<usize>;
        /// Height and width at which every mask is read, whatever it has: each place is what lies there in the mask.
        size: Vec<usize> = Vec::new();
        /// Of a cell that is none, or that does not fit its picture: `error`, or `skip`, which takes it as missing, so that its row does not teach it, and says how many.
        broken: Broken = Broken::Error;
        /// Spellings of a missing value in this column, in place of the data set's; `inherited + ["?"]` adds to those.
        missing: Option<Vec<String>>;
    }
}

/// A pixel is a byte.
const MOST: usize = 256;

impl ColumnKind for Mask {
    fn skips_broken(&self) -> bool {
        self.broken == Broken::Skip
    }

    fn names_files(&self) -> bool {
        true
    }

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
            _ if ![0, 2].contains(&self.size.len()) || self.size.contains(&0) => {
                Some(("size", "`size` is a height and a width: `size: [64, 96]`".into()))
            }
            count => self.class_given_twice().or_else(|| Some(("ignore", self.no_number_to_ignore(count)?))),
        }
    }

    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        let classes = Dim::int(self.classes.len() as i64);
        let size = |name: &str, given: Option<usize>| match given {
            Some(size) => Dim::int(size as i64),
            None => Dim::symbol(format!("{name}({})", read.column)),
        };
        let (height, width) = (self.read_at().map(|(height, _)| height), self.read_at().map(|(_, width)| width));
        let axes = vec![
            read.rows.clone(),
            Axis::new(Axis::HEIGHT, size("height", height)),
            Axis::new(Axis::WIDTH, size("width", width)),
        ];
        Type::new(Kind::Category { classes }, axes)
    }

    fn declared_classes(&self) -> Option<&[String]> {
        Some(&self.classes)
    }

    fn is_only_a_label(&self) -> bool {
        true
    }

    fn ignores(&self) -> bool {
        self.ignore.is_some()
    }

    /// Whoever answers, answers for every pixel that he is shown.
    fn of_answers(&self, leaves_open: bool) -> Option<KindDef> {
        Some(KindDef::Mask(Mask { ignore: leaves_open.then_some(MOST - 1), ..self.clone() }))
    }
}

impl Mask {
    /// The height and width at which masks are read, if that is said.
    pub fn read_at(&self) -> Option<(usize, usize)> {
        if let [height, width] = self.size[..] { Some((height, width)) } else { None }
    }

    /// Why what is ignored is a class, or no pixel at all.
    fn no_number_to_ignore(&self, count: usize) -> Option<String> {
        let ignored = self.ignore?;
        let free = if count < MOST { format!("{count} to {}", MOST - 1) } else { "none".into() };
        match self.classes.get(ignored) {
            Some(class) => Some(format!(
                "`ignore: {ignored}` is the number of the class {class:?}; the numbers that are of no class: {free}"
            )),
            None if ignored >= MOST => {
                Some(format!("`ignore: {ignored}` is no pixel: a pixel is a number from 0 to {}", MOST - 1))
            }
            None => None,
        }
    }
}
