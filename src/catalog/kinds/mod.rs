//! Column kinds: what can stand after a column's name in `columns { … }`.

use std::collections::HashSet;

use super::functions::ValueType;
use super::layout::Layout;
use crate::catalog::{Axis, Dim, Type};

crate::catalog! {
    /// A column's kind with its arguments; the shape of `number[8, 8]` is the column's own.
    pub enum KindDef: ColumnKind {
        audio::Audio,
        boxes::Boxes,
        category::Category,
        id::Id,
        image::Image,
        instances::Instances,
        keypoints::Keypoints,
        labels::Labels,
        mask::Mask,
        number::Number,
        text::Text,
        time::Time,
        tracks::Tracks,
        video::Video,
    }
}

/// Whether a value is read as an input or as a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A category has two more indices: *unknown* and *missing*.
    Input,
    Label,
}

/// A column that is read; several side by side are put together by [`Type::beside`].
#[derive(Clone, Debug)]
pub struct ColumnRead<'a> {
    pub rows: Axis,
    /// `data.column`, for symbols such as `classes(penguins.island)`.
    pub column: &'a str,
    /// Of `number[8, 8]`; empty for scalars.
    pub shape: &'a [usize],
    /// How such an array lies, if its axes have been named.
    pub layout: Option<&'a Layout>,
    pub reading: Reading,
}

impl ColumnRead<'_> {
    /// How many classes a column has: as many as are declared, or what the data will say.
    fn classes(&self, declared: &[String]) -> Dim {
        match declared.len() {
            0 => Dim::symbol(format!("classes({})", self.column)),
            count => Dim::int(count as i64),
        }
    }

    /// The axis of what is found in a picture, as many as there are in each.
    fn objects(&self) -> Axis {
        Axis::new(Axis::OBJECTS, Dim::extent(format!("objects({})", self.column)))
    }
}

/// What lies in files of their own, or in the bytes of such, and is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    Pictures,
    Sounds,
}

impl Media {
    /// In words: "pictures".
    pub fn words(self) -> &'static str {
        match self {
            Media::Pictures => "pictures",
            Media::Sounds => "sounds",
        }
    }
}

pub trait ColumnKind {
    /// The type of the raw value, before any step.
    fn value_type(&self, read: &ColumnRead<'_>) -> Type;

    /// Whether cells that are none of this kind are taken as missing, and counted.
    fn skips_broken(&self) -> bool {
        false
    }

    /// What a cell is where columns are compared or made of others.
    fn in_expressions(&self) -> ValueType;

    /// Whether a column of this kind can be made of such values.
    fn can_be_made_of(&self, ty: ValueType) -> bool {
        self.in_expressions() == ty
    }

    /// Whether a column of this kind may have a shape (`number[8, 8]`).
    fn takes_shape(&self) -> bool {
        false
    }

    /// Whether there is no input of this kind.
    fn is_only_a_label(&self) -> bool {
        false
    }

    /// Whether a cell may be a list of groups of named values.
    fn takes_groups(&self) -> bool {
        false
    }

    /// Whether a cell may be the path of a file.
    fn names_files(&self) -> bool {
        false
    }

    /// What its values are decoded from, if they are.
    fn media(&self) -> Option<Media> {
        None
    }

    /// Whether places of a value may be of no class, and count nowhere.
    fn ignores(&self) -> bool {
        false
    }

    /// What answers are read as that are files of their own: the column of such a label in which nothing is left out, but, of pictures that are not shown whole, what nobody has seen.
    /// `None` if answers are cells.
    fn of_answers(&self, _leaves_open: bool) -> Option<KindDef> {
        None
    }

    /// Spellings of a missing value in this column, if not those of the data set.
    fn missing(&self) -> Option<&[String]> {
        None
    }

    /// An argument that cannot be, and why.
    fn problem(&self) -> Option<(&'static str, String)> {
        self.class_given_twice().or_else(|| self.class_that_is_missing())
    }

    /// A class that stands twice among those that are written.
    fn class_given_twice(&self) -> Option<(&'static str, String)> {
        let mut seen = HashSet::new();
        let twice = self.declared_classes()?.iter().find(|class| !seen.insert(class.as_str()))?;
        Some(("classes", format!("the class {twice:?} is written twice")))
    }

    /// A class that the column itself names as a spelling of a missing value.
    fn class_that_is_missing(&self) -> Option<(&'static str, String)> {
        let both = self
            .missing()?
            .iter()
            .find(|spelling| self.declared_classes().is_some_and(|classes| classes.contains(spelling)))?;
        Some(("missing", format!("{both:?} is a class of the column and cannot mean a missing value in it")))
    }

    /// The kind with what follows from its arguments written out, if something does.
    fn completed(&self) -> Option<KindDef> {
        None
    }

    /// The classes written in the spec, if the kind has any: `category("female", "male")`.
    fn declared_classes(&self) -> Option<&[String]> {
        None
    }
}
