//! `token_f1`: the F score of an answer's words.

use super::{GainOn, Metric, needs_texts};
use crate::catalog::answers::{AnswerDef, TEXTS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The mean over rows of the F score of an answer's words (SQuAD, Rajpurkar et al. 2016, [arXiv:1606.05250](https://arxiv.org/abs/1606.05250)): 2·both / (given + there), with the words that both have
    /// as often as both have them. As there, letters are made small, punctuation (that of ASCII) and the articles a, an, the are left out, and words are what stands between
    /// white space; where either has no word, it is 1 if both have none and else 0.
    pub struct TokenF1 = "token_f1" {}
}

impl Metric for TokenF1 {
    fn compares(&self) -> &'static [AnswerDef] {
        TEXTS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_texts("token_f1", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "token_f1".into()
    }
}
