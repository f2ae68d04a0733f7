//! `boxes`: any number of boxes in each picture, each of a class.

use super::{ColumnKind, ColumnRead};
use crate::catalog::functions::ValueType;
use crate::catalog::{Axis, Dim, Kind, Range, Share, Type};

crate::words! {
    /// What the four numbers of a box are.
    pub enum Form {
        /// The left and the upper edge, width and height.
        Xywh = "xywh",
        /// The left, the upper, the right and the lower edge.
        Xyxy = "xyxy",
        /// The middle, width and height.
        Center = "center",
    }
}

crate::words! {
    /// What becomes of a box that cannot be one.
    pub enum BrokenBox {
        Error = "error",
        Skip = "skip",
        Clip = "clip",
    }
}

crate::entry! {
    /// Any number of boxes in each picture, each of a class, to be learnt: `boxes("cat", "dog")`.
    ///
    /// A cell is a list of objects: in JSON lines, Parquet and Arrow a list of groups, `[{"class": "cat", "bbox": [26, 50, 8, 14]}, …]`, in text
    /// the same as JSON. The formats `coco`, `yolo` and `voc` give such cells in their column `objects`. A class is given by its name, or
    /// by its number among those that are declared, 0 for the first; classes that are all numbers are names. An empty list is a
    /// picture without any box; a cell that is missing is one of which nobody has said what it shows.
    ///
    /// A box is measured in pixels of the picture as its file has it, upright, from its left upper corner; the first pixel lies between 0 and 1. What moves
    /// a picture, a step that is drawn or not, moves its boxes along, and a box of which too little is left in the picture is not
    /// learnt from. What is predicted is given in the unit of the label. Objects that a file calls `iscrowd`, `difficult` or `ignore`, by 1 or `true`,
    /// are not learnt from, and whoever finds them is neither right nor wrong.
    ///
    /// Type: `boxes(n)[rows, objects, 5]`: the number of the class, then the left, the upper, the right and the lower edge, in pixels of the picture that
    /// the model is given. Boxes are a label, and no input.
    pub struct Boxes = "boxes" {
        /// The classes, in the order of their numbers; left out, they are read from the data.
        pos classes: Vec<String> = Vec::new();
        /// What the four numbers are: `xywh` (left, top, width, height, as COCO has it), `xyxy` (left, top, right, bottom) or `center` (middle, width, height, as
        /// YOLO has it).
        form: Form = Form::Xywh;
        /// Whether they are shares of the width and the height of the picture, and no pixels.
        relative: bool = false;
        /// The member of an object that has the four numbers; or those that have one each, `["xmin", "ymin", "xmax", "ymax"]`.
        at: Vec<String> = vec!["bbox".to_string()];
        /// The member of an object that names its class.
        class: String = "class".to_string();
        /// Of a box without width or height, or that reaches beyond its picture by more than a pixel: `error`; `skip` leaves it out and says how many; `clip`
        /// cuts off what lies beyond the picture, and leaves out what has no area. With both, a cell that is no list of boxes, or has one of a class that is not declared, is taken as
        /// missing, and they say how many: half of what is in a picture would teach that the rest is nothing.
        broken: BrokenBox = BrokenBox::Error;
        /// How much of a box must be left in a picture that was moved, for the box to be learnt from.
        visible: Share = Share(0.25), in Range::UNIT;
        /// Spellings of a missing value in this column, in place of the data set's; `inherited + ["?"]` adds to those.
        missing: Option<Vec<String>>;
    }
}

/// How many numbers an object has: its class and its edges.
pub const NUMBERS: usize = 5;

impl ColumnKind for Boxes {
    fn skips_broken(&self) -> bool {
        self.broken != BrokenBox::Error
    }

    fn in_expressions(&self) -> ValueType {
        ValueType::Text
    }

    fn missing(&self) -> Option<&[String]> {
        self.missing.as_deref()
    }

    fn problem(&self) -> Option<(&'static str, String)> {
        if ![1, 4].contains(&self.at.len()) {
            let message = "a box has four numbers, in a list (`at: \"bbox\"`) or each in a member of its own (`at: [\"x\", \"y\", \"width\", \"height\"]`)";
            return Some(("at", message.into()));
        }
        self.class_given_twice().or_else(|| self.class_that_is_missing())
    }

    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        let (classes, objects) = (read.classes(&self.classes), read.objects());
        let numbers = Axis::new(Axis::FEATURES, Dim::int(NUMBERS as i64));
        Type::new(Kind::Boxes { classes }, vec![read.rows.clone(), objects, numbers])
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
