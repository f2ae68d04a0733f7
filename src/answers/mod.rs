//! Answers: labels and predictions as columns of a kind, the other half of `catalog/answers/`.
//!
//! A [`Column`] holds the labels of some rows, or what a model answers for them, and knows what is done with its like: gather,
//! compare, show, keep in a file. A kind ([`AnswerHalf`]) knows what is written of an answer and what the predictor that
//! never looks would say. Whoever has columns asks them, and never which kind they are of: metrics alone look inside, at the
//! kinds that they compare. The oldest kinds are rows of numbers, which [`Labels`] and [`Prediction`] lay open; a newer one is
//! `Other`, and its metrics ask for its own column with [`Column::of`](trait.Column.html#method.of).

mod blind;
mod found;
mod masks;
mod outline;
mod panoptic;
mod ranked;
mod rows;
pub mod sent;
mod views;
mod written;

use std::any::Any;
use std::fmt::Debug;

use crate::catalog::answers::AnswerDef;

pub use blind::{Blind, Learn};
pub use boxes::{Boxes, Located};
pub use class::{Classes, Distribution, Given, Probabilities, YesOrNo};
pub use class_map::{Confusions, Maps};
pub use instances::Instances;
pub use keypoints::{Keypoints, Point};
pub(crate) use masks::{Thing, masks};
pub use number::Numbers;
pub use outline::{Outline, Runs, bounds};
pub use panoptic::{Merging, Panoptic, Segment, Segments};
pub use ranked::Ranked;
pub use set::Sets;
pub use text::{Texts, edits, edits_between};
pub use tracks::{Seen, Tracks};
pub use views::{Labels, Prediction};
pub use written::{About, Cell, CellType, Exchange, FileCells, FileColumn, ReadAnswers, Written, WrongCell};

crate::mirror! {
    /// The half of a kind that has columns.
    pub fn half(AnswerDef) -> dyn AnswerHalf {
        boxes::Boxes,
        class::Class,
        class_map::ClassMap,
        instances::Instances,
        keypoints::Keypoints,
        number::Number,
        set::Set,
        text::Text,
        tracks::Tracks,
        vector::Vector,
    }
}

/// Labels or predictions of one kind, one per row.
pub trait Column: Any + Debug + Send + Sync {
    fn kind(&self) -> AnswerDef;

    fn rows(&self) -> usize;

    /// Some of the rows, in that order.
    fn gather(&self, rows: &[usize]) -> Box<dyn Column>;

    /// Puts the rows of another column of the same form below these.
    ///
    /// # Panics
    /// If it is of another form.
    fn append(&mut self, other: &dyn Column);

    /// Whether two rows hold the same.
    fn same_row(&self, row: usize, other: &dyn Column, other_row: usize) -> bool;

    /// How a person reads a row.
    fn show(&self, row: usize, about: &About) -> String;

    /// Why no score means anything on labels that are all the same.
    fn constant_words(&self) -> &'static str {
        "all rows have the same label"
    }

    /// As labels.
    fn labels(&self) -> Labels<'_>;

    /// As predictions.
    fn prediction(&self) -> Prediction<'_>;

    /// These labels without what the predictions beside them leave open, which is not judged: what lies in a picture where the model was not shown it. `None` if they
    /// say something of all.
    fn answered(&self, _prediction: &dyn Column) -> Option<Box<dyn Column>> {
        None
    }

    /// What is kept of these labels and of the predictions beside them where rows are too large to be kept: enough for every
    /// metric of the kind. `None` if they are small.
    fn condensed(&self, _prediction: &dyn Column) -> Option<(Box<dyn Column>, Box<dyn Column>)> {
        None
    }

    /// As what a loss compares outputs with, where that is the labels themselves and not what steps make of them: the sizes after the
    /// rows, and an index for each place of some rows.
    fn indices(&self, _rows: &[usize]) -> Option<(Vec<usize>, Vec<i64>)> {
        None
    }

    /// How often each class of these labels was taken for each, and of what that is a count; `None` for what has no classes at places.
    fn confusion(&self, _prediction: &dyn Column) -> Option<(&'static str, Vec<Vec<u64>>)> {
        None
    }

    /// How wrong the predictions beside these labels are in a row, 0 for right, and the same in words; `None` if rows are not told
    /// apart by that.
    fn wrong(&self, _row: usize, _prediction: &dyn Column) -> Option<(f64, String)> {
        None
    }

    /// Why a row of predictions cannot be held against a row of these labels, though each is well-formed; such as pixels of pictures of two sizes.
    fn misfit(&self, _row: usize, _prediction: &dyn Column, _its_row: usize) -> Option<String> {
        None
    }

    /// The same rows in the plain form of the kind, of a form that holds more; who asks for a column of that form is given this one.
    fn plain(&self) -> Option<&dyn Column> {
        None
    }

    /// Everything, for a file; [`AnswerHalf::load`] reads it. Rows of numbers are kept as such and have none.
    fn save(&self) -> Vec<u8> {
        Vec::new()
    }

    fn copy(&self) -> Box<dyn Column>;
}

impl dyn Column {
    /// The column as one of its own type.
    pub fn of<T: Column>(&self) -> Option<&T> {
        (self as &dyn Any).downcast_ref().or_else(|| self.plain()?.of())
    }

    /// Whether all rows hold the same.
    pub fn same(&self, other: &dyn Column) -> bool {
        self.rows() == other.rows() && (0..self.rows()).all(|row| self.same_row(row, other, row))
    }
}

impl Clone for Box<dyn Column> {
    fn clone(&self) -> Self {
        self.copy()
    }
}

impl PartialEq for Box<dyn Column> {
    fn eq(&self, other: &Self) -> bool {
        self.same(other.as_ref())
    }
}

/// What a kind knows beside its columns.
pub trait AnswerHalf: Sync {
    /// What is written of predictions of this form, and how.
    fn writes(&self, prediction: &dyn Column, about: &About) -> Box<dyn Written>;

    /// The ending of the files, if an answer is written as a file of its own: `png`.
    fn file_ending(&self) -> Option<&'static str> {
        None
    }

    /// No predictions, for a row of this shape: what is written depends on the form and not on what is predicted. Only of kinds
    /// that are no rows of numbers.
    fn nothing(&self, _shape: &[usize]) -> Box<dyn Column> {
        Box::new(Numbers { width: 0, values: Vec::new() })
    }

    /// Learns from labels what to answer without looking.
    fn learn(&self) -> Box<dyn Learn>;

    /// A column from what [`Column::save`] made of it; `None` if it is none.
    fn load(&self, _saved: &[u8]) -> Option<Box<dyn Column>> {
        None
    }
}

// -------------------------------------------------------------------------- shared by several kinds

/// The place of the largest number, the first of equals.
pub fn likeliest(row: &[f64]) -> usize {
    (0..row.len()).fold(0, |best, class| if row[class] > row[best] { class } else { best })
}
