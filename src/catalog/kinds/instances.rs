//! `instances`: any number of things in each picture, each of a class and with its pixels.

use super::image::Broken;
use super::{ColumnKind, ColumnRead};
use crate::catalog::functions::ValueType;
use crate::catalog::{Kind, Range, Share, Type};

crate::entry! {
    /// Any number of things in each picture, each of a class and with its outline, to be learnt: `instances("cat", "dog")`.
    ///
    /// A cell is a list of objects, as `boxes` has them, each with a `segmentation`: polygons, `[[x, y, x, y, …], …]`, in pixels of the picture as its file has it; or
    /// run lengths, `{"size": [height, width], "counts": …}`, as a list or packed into a text, as COCO has them. Or it is the path of a PNG picture, relative to its table,
    /// grey or with a palette and of up to 16 bits, whose pixels are numbers of things, 0 for none: of the one class that is declared; or, with `each: 1000`, of the class whose
    /// number a thousandth is, 1 for the first (`2007`: the seventh thing of the second class).
    ///
    /// What moves a picture, a step that is drawn or not, moves its things along, and one of which too little is left in the picture is not learnt from. Where two lie at
    /// one place, the later one lies above.
    ///
    /// Type: `instances(n)[rows, objects]`. Instances are a label, and no input.
    pub struct Instances = "instances" {
        /// The classes, in the order of their numbers; left out, they are read from the data.
        pos classes: Vec<String> = Vec::new();
        /// The member of an object that has its outline.
        at: String = "segmentation".to_string();
        /// The member of an object that names its class.
        class: String = "class".to_string();
        /// Of a PNG picture, how many numbers each class has: the number of a pixel divided by it is that of a class, 1 for the first.
        each: Option<usize>, in Range::AT_LEAST_ONE;
        /// How much of a thing must be left in a picture that was moved, for it to be learnt from.
        visible: Share = Share(0.25), in Range::UNIT;
        /// Of a cell that is none, or that does not fit its picture: `error`, or `skip`, which takes it as missing, so that its row does not teach it, and says how many.
        broken: Broken = Broken::Error;
        /// Spellings of a missing value in this column, in place of the data set's; `inherited + ["?"]` adds to those.
        missing: Option<Vec<String>>;
    }
}

impl ColumnKind for Instances {
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

    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        let (classes, objects) = (read.classes(&self.classes), read.objects());
        Type::new(Kind::Instances { classes }, vec![read.rows.clone(), objects])
    }

    fn declared_classes(&self) -> Option<&[String]> {
        (!self.classes.is_empty()).then_some(&self.classes)
    }

    fn is_only_a_label(&self) -> bool {
        true
    }

    fn takes_groups(&self) -> bool {
        true
    }
}
