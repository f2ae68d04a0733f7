//! `truncate`: of long texts some of the tokens.

use super::{Step, tokens};
use crate::catalog::{Axis, Dim, Range, ShapeError, Type};

crate::words! {
    /// Which tokens of a long text are kept.
    pub enum Side {
        First = "first",
        Last = "last",
        Both = "both",
    }
}

crate::entry! {
    /// Keeps so many tokens of each text; shorter texts stay as they are.
    ///
    /// `check --data` says how many texts have the longest length there is. Shape: `tokens[rows, time]` to `tokens[rows, time]`.
    pub struct Truncate = "truncate" {
        /// How many tokens are kept.
        pos length: usize, in Range::AT_LEAST_ONE;
        /// The `first`, the `last`, or half of them from `both` ends, which keeps what long texts begin and end with (Sun et al. 2019,
        /// [arXiv:1905.05583](https://arxiv.org/abs/1905.05583)).
        keep: Side = Side::First;
    }
}

impl Step for Truncate {
    fn infer(&self, input: &Type, owner: &str) -> Result<Type, ShapeError> {
        tokens::needs_tokens("truncate", input)?;
        let mut axes = input.axes.clone();
        axes[1] = Axis::new(Axis::TIME, Dim::extent(format!("truncated({owner})")));
        Ok(Type::new(input.kind.clone(), axes))
    }

    fn invertible(&self) -> bool {
        true
    }
}
