//! `vector`: several numbers, or an array of them.

use super::Answer;
use crate::catalog::Type;

crate::entry! {
    /// Several numbers, or an array of them, in the label's own unit.
    ///
    /// `predict` writes a number per component.
    pub struct Vector = "vector" {}
}

impl Answer for Vector {
    fn holds(&self, label: &Type) -> bool {
        label.is_real() && !(label.rank() == 2 && label.last().size.value() == Some(1))
    }

    fn metrics(&self) -> &'static str {
        "for numbers, use `rmse`, `mae` or `r2`"
    }
}
