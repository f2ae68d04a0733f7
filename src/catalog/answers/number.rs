//! `number`: a number.

use super::Answer;
use crate::catalog::Type;

crate::entry! {
    /// A number in the label's own unit.
    ///
    /// `predict` writes the number.
    pub struct Number = "number" {}
}

impl Answer for Number {
    fn holds(&self, label: &Type) -> bool {
        label.is_real() && label.rank() == 2 && label.last().size.value() == Some(1)
    }

    fn metrics(&self) -> &'static str {
        "for numbers, use `rmse`, `mae` or `r2`"
    }
}
