//! `word_error_rate`: the edits that make the labels of the predictions, over the words of the labels.

use super::{Direction, GainOn, Metric, needs_texts};
use crate::catalog::answers::{AnswerDef, TEXTS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// How many words must be put in, taken out or replaced to make the labels of the predictions (Levenshtein 1966), over all rows, per word of the labels (jiwer's `wer`). Words
    /// stand between white space. It may exceed 1. Undefined where no label has a word.
    pub struct WordErrorRate = "word_error_rate" {}
}

impl Metric for WordErrorRate {
    fn compares(&self) -> &'static [AnswerDef] {
        TEXTS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_texts("word_error_rate", prediction, label)
    }

    fn direction(&self) -> Direction {
        Direction::LowerIsBetter
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "word_error_rate".into()
    }
}
