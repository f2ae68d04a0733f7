//! `rouge`: the F score of sequences of words (Lin 2004).

use super::{GainOn, Metric, needs_texts};
use crate::catalog::answers::{AnswerDef, TEXTS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// The F score of sequences of so many words that answer and label have in common (ROUGE-N, Lin 2004), in the mean over rows: `rouge(2)` for pairs of words.
    ///
    /// As the package `rouge-score` has it, without stemming: words are runs of the letters a to z and digits of the text in lower case, and nothing else counts, so that it
    /// is for English texts.
    pub struct Rouge = "rouge" {
        /// How many words a sequence has.
        pos words: usize = 1, in Range { min: 1.0, max: 4.0, ..Range::ANY };
    }
}

impl Metric for Rouge {
    fn compares(&self) -> &'static [AnswerDef] {
        TEXTS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_texts("rouge", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        format!("rouge_{}", self.words)
    }
}
