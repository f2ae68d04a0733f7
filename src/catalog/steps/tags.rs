//! `tags`: of each word of a text, what it is.

use super::{Step, needs_text};
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Type};

crate::entry! {
    /// A tag for each token of an input: what stands in a cell, split at white space, in a vocabulary of the tags of the training part: `B-PER I-PER O O`.
    ///
    /// The target is as long as the input that `along` names, place by place, so that a head with an output at each place of that input can learn it; a row that
    /// has another number of tags is an error of the data. Read the words by `words(split: spaces)`, and no step that changes how many there are. Index 0 is padding
    /// and 1 a tag that was not seen; then come the others, by their letters. As a target it is invertible: tags with spaces between them.
    ///
    /// Shape: `text[rows]` to `tokens[rows, time]`.
    pub struct Tags = "tags" {
        /// The input, by its name.
        pos along: String;
        /// Longer rows are cut after so many tags, as those of the input are.
        max: usize = 256, in Range::AT_LEAST_ONE;
    }
}

impl Step for Tags {
    fn infer(&self, input: &Type, owner: &str) -> Result<Type, ShapeError> {
        needs_text("tags", input)?;
        let length = Axis::new(Axis::TIME, Dim::extent(format!("length({})", self.along)));
        let vocabulary = Dim::symbol(format!("vocabulary({owner})"));
        Ok(Type::new(Kind::Tokens { vocabulary }, vec![input.rows().clone(), length]))
    }

    fn fitted(&self) -> bool {
        true
    }

    fn invertible(&self) -> bool {
        true
    }

    fn along(&self) -> Option<&str> {
        Some(&self.along)
    }

    fn fills_missing(&self) -> bool {
        true
    }
}
