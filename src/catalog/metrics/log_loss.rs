//! `log_loss`: the mean negative log-probability of the label, in nats (scikit-learn's `log_loss`).

use super::{Direction, GainOn, Metric, needs_probabilities};
use crate::catalog::answers::{AnswerDef, CLASSES};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The mean negative log-probability of the label, in nats (scikit-learn's `log_loss`).
    pub struct LogLoss = "log_loss" {}
}

impl Metric for LogLoss {
    fn compares(&self) -> &'static [AnswerDef] {
        CLASSES
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_probabilities("log_loss", prediction, label)
    }

    fn direction(&self) -> Direction {
        Direction::LowerIsBetter
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "log_loss".into()
    }
}
