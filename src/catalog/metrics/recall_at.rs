//! `recall_at`: the share of rows whose right answer is among the first k.

use super::{GainOn, Metric, needs_texts};
use crate::catalog::answers::{AnswerDef, TEXTS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// The share of rows with a right answer among the first k, of a task that ranks answers (`nearest`): recall@k where each row has one right answer. Which are ranked, says
    /// [`nearest`](decoders.md#nearest). Of an answer without others, as a file of texts has them, it is the share that is right.
    pub struct RecallAt = "recall_at" {
        /// How many are looked at.
        pos k: usize = 1, in Range::AT_LEAST_ONE;
    }
}

impl Metric for RecallAt {
    fn compares(&self) -> &'static [AnswerDef] {
        TEXTS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_texts("recall_at", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn counts_decisions(&self) -> bool {
        true
    }

    fn key(&self) -> String {
        format!("recall_at_{}", self.k)
    }
}
