//! `bleu`: the precision of sequences of words (Papineni et al. 2002).

use super::{GainOn, Metric, needs_texts};
use crate::catalog::answers::{AnswerDef, TEXTS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The geometric mean of the precisions of sequences of one to four words, over all rows, times a penalty for answers that are shorter than the labels together
    /// (Papineni et al. 2002): 1 where every sequence is found, where sacreBLEU says 100.
    ///
    /// Words are cut as `mteval-v13a` does, and a precision of zero counts as half of what one found sequence would give, then a quarter, and so on: sacreBLEU's defaults
    /// (Post 2018, [arXiv:1804.08771](https://arxiv.org/abs/1804.08771)), with one label per row.
    pub struct Bleu = "bleu" {}
}

impl Metric for Bleu {
    fn compares(&self) -> &'static [AnswerDef] {
        TEXTS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_texts("bleu", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "bleu".into()
    }
}
