//! `mrr`: the mean of 1 / rank.

use super::{GainOn, Metric, needs_texts};
use crate::catalog::answers::{AnswerDef, TEXTS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The mean reciprocal rank: of each row 1 / the rank of the first right answer, of a task that ranks answers (`nearest`). Which are ranked, says
    /// [`nearest`](decoders.md#nearest). Of an answer without others, as a file of texts has them, 1 if it is right and else 0.
    pub struct Mrr = "mrr" {}
}

impl Metric for Mrr {
    fn compares(&self) -> &'static [AnswerDef] {
        TEXTS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_texts("mrr", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "mrr".into()
    }
}
