//! `locate`: where in a text another one stands.

use super::{Step, needs_text};
use crate::catalog::{Axis, Dim, Kind, ShapeError, Type};

crate::words! {
    /// Which of several places counts, where a text stands at several.
    pub enum Which {
        All = "all",
        First = "first",
        Last = "last",
    }
}

crate::entry! {
    /// Where an answer stands in the text of an input: a mark for each token of that text, at which the answer begins (1), ends (2), both (3) or neither (0).
    ///
    /// The label is cut by no tokenizer: what the input's steps make of a text before they cut it into tokens (`lowercase`, `normalize_text`) is made of the
    /// answer too, and then it is looked for, without the spaces around it, from the beginning of a token to the end of one. A row in which it is not found has no
    /// such target: it is left out of the loss, and judged all the same; `check --data` says how many there are. The input's tokens must know where in the text they stand:
    /// those of `words`, `characters`, `bytes`, `bpe`, `wordpiece`, `unigram` and `tokenizer` do.
    ///
    /// Shape: `text[rows]` to `tokens(4)[rows, time]`, as long as the input.
    pub struct Locate = "locate" {
        /// The input, by its name.
        pos within: String;
        /// Where it stands at several places: whether `all` are right, or the `first` or the `last` alone.
        which: Which = Which::All;
    }
}

impl Step for Locate {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_text("locate", input)?;
        let length = Axis::new(Axis::TIME, Dim::extent(format!("length({})", self.within)));
        Ok(Type::new(Kind::Tokens { vocabulary: Dim::int(4) }, vec![input.rows().clone(), length]))
    }

    fn along(&self) -> Option<&str> {
        Some(&self.within)
    }

    fn locates(&self) -> Option<Which> {
        Some(self.which)
    }

    fn leaves_out_rows(&self) -> bool {
        true
    }
}
