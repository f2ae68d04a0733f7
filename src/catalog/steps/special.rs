//! `special`: marks at the ends of a text.

use super::{Step, tokens};
use crate::catalog::{Axis, Dim, Kind, ShapeError, Type};

crate::entry! {
    /// Puts marks at the ends of each text: tokens of their own behind all others of the vocabulary, the start before the end.
    ///
    /// A head that writes needs the end, so that it knows where to stop. Shape: `tokens[rows, time]` to `tokens[rows, time]`, and as many indices
    /// more as there are marks.
    pub struct Special = "special" {
        /// Whether a mark stands before the first token.
        start: bool = true;
        /// Whether a mark stands behind the last token.
        end: bool = true;
    }
}

impl Special {
    /// How many marks there are.
    pub fn marks(&self) -> usize {
        usize::from(self.start) + usize::from(self.end)
    }
}

impl Step for Special {
    fn infer(&self, input: &Type, owner: &str) -> Result<Type, ShapeError> {
        let vocabulary = tokens::needs_tokens("special", input)?.clone() + Dim::int(self.marks() as i64);
        if self.marks() == 0 {
            return Err(ShapeError::new("`special` without a mark changes nothing")
                .parameter("end")
                .help("leave it out, or write `special(start: true)`"));
        }
        let mut axes = input.axes.clone();
        axes[1] = Axis::new(Axis::TIME, Dim::extent(format!("marked({owner})")));
        Ok(Type::new(Kind::Tokens { vocabulary }, axes))
    }

    fn invertible(&self) -> bool {
        true
    }

    fn marks_end(&self) -> bool {
        self.end
    }
}
