//! `chrf`: the F score of character n-grams (Popović 2015).

use super::{GainOn, Metric, needs_texts};
use crate::catalog::answers::{AnswerDef, TEXTS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The F score of sequences of one to six characters, recall counting twice (chrF2, Popović 2015), over all rows: 1 where every
    /// sequence is found, where sacreBLEU says 100. Spaces are left out.
    pub struct Chrf = "chrf" {}
}

impl Metric for Chrf {
    fn compares(&self) -> &'static [AnswerDef] {
        TEXTS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_texts("chrf", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "chrf".into()
    }
}
