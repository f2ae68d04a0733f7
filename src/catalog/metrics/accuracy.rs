//! `accuracy`: the share of rows whose class is right.

use super::Metric;
use crate::catalog::decoders::{Decoded, Role};
use crate::catalog::{Kind, ShapeError, Type};

crate::entry! {
    /// The share of labelled rows whose predicted class is the label (scikit-learn's `accuracy_score`).
    ///
    /// For probabilities, the class is the likeliest one (`softmax`) or the one at or above a half (`sigmoid`).
    pub struct Accuracy = "accuracy" {}
}

impl Metric for Accuracy {
    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        let classes = matches!(prediction.role, Role::Distribution | Role::Probabilities | Role::Classes);
        if classes && matches!(label.kind, Kind::Category { .. } | Kind::Labels) {
            return Ok(());
        }
        Err(ShapeError::new(format!("`accuracy` counts right classes, and the label is {}", label.kind.words()))
            .help("for numbers, use `rmse`, `mae` or `r2`"))
    }

    fn key(&self) -> String {
        "accuracy".into()
    }
}
