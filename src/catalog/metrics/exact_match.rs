//! `exact_match`: the share of rows whose text is the label.

use super::{GainOn, Metric, needs_texts};
use crate::catalog::answers::{AnswerDef, TEXTS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The share of rows whose text is the label, character by character: spaces and capitals count. If `normalized`, they do not, as in SQuAD (Rajpurkar et al. 2016,
    /// [arXiv:1606.05250](https://arxiv.org/abs/1606.05250)): letters are made small, punctuation (that of ASCII) and the articles a, an, the are left out, and white space is one space.
    pub struct ExactMatch = "exact_match" {
        /// Whether small and capital letters, punctuation and articles make no difference.
        normalized: bool = false;
    }
}

impl Metric for ExactMatch {
    fn compares(&self) -> &'static [AnswerDef] {
        TEXTS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_texts("exact_match", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn counts_decisions(&self) -> bool {
        true
    }

    fn key(&self) -> String {
        if self.normalized { "exact_match_normalized".into() } else { "exact_match".into() }
    }
}
