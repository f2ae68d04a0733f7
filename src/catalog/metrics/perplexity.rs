//! `perplexity`: how surprising the labels' own tokens are.

use super::{Direction, GainOn, Metric, needs_texts};
use crate::catalog::answers::{AnswerDef, TEXTS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// e to the mean of −ln p over the tokens of all labels, end marks included, each token given those of the label before it: as many equally likely tokens would surprise as
    /// much. 1 is perfect.
    ///
    /// It depends on how texts are cut into tokens, and compares models that cut them alike. Label smoothing is left out of it. A file of predictions says nothing of it.
    pub struct Perplexity = "perplexity" {}
}

impl Metric for Perplexity {
    fn compares(&self) -> &'static [AnswerDef] {
        TEXTS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_texts("perplexity", prediction, label)
    }

    fn direction(&self) -> Direction {
        Direction::LowerIsBetter
    }

    fn needs_writing(&self) -> bool {
        true
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "perplexity".into()
    }
}
