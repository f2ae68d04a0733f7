//! `rouge_l`: the F score of the longest common sequence of words (Lin 2004).

use super::{GainOn, Metric, needs_texts};
use crate::catalog::answers::{AnswerDef, TEXTS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The F score of the longest sequence of words that answer and label have in common, with gaps (ROUGE-L, Lin 2004), in the mean over rows.
    ///
    /// Words are cut as for `rouge`.
    pub struct RougeL = "rouge_l" {}
}

impl Metric for RougeL {
    fn compares(&self) -> &'static [AnswerDef] {
        TEXTS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_texts("rouge_l", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "rouge_l".into()
    }
}
