//! `tf_idf`: text as how often each term stands in it, weighed by how rare the term is.

use super::{Step, needs_text};
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Type};

crate::entry! {
    /// Text as one number for each term: how often it stands there, times ln((1 + n) / (1 + d)) + 1, where d of the n training texts have
    /// the term; then each row is divided by its length, √Σx², as scikit-learn's `TfidfVectorizer` does.
    ///
    /// Terms are words as [`words`](#words) splits them, and words in a row. Put `lowercase` before. A term that the training part does not have counts for nothing.
    /// Shape: `text[rows]` to `f32[rows, terms]`.
    pub struct TfIdf = "tf_idf" {
        /// How many terms are kept, the most frequent ones.
        pos size: usize = 4000, in Range::AT_LEAST_ONE;
        /// Up to so many words in a row are a term.
        words: usize = 1, in Range::AT_LEAST_ONE;
        /// So many training texts must have a term.
        min_count: usize = 2, in Range::AT_LEAST_ONE;
        /// Whether 1 + ln(count) stands for a count, so that a word that stands there ten times does not count ten times as much.
        sublinear: bool = false;
    }
}

impl Step for TfIdf {
    fn infer(&self, input: &Type, owner: &str) -> Result<Type, ShapeError> {
        needs_text("tf_idf", input)?;
        let terms = Axis::new(Axis::FEATURES, Dim::symbol(format!("terms({owner})")));
        Ok(Type::new(Kind::Real, vec![input.rows().clone(), terms]))
    }

    fn fitted(&self) -> bool {
        true
    }

    fn fills_missing(&self) -> bool {
        true
    }

    fn removes_scale(&self) -> bool {
        true
    }
}
