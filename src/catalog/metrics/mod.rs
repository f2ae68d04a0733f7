//! Metrics: exact figures over a whole part of the data. The arithmetic is in `train/metrics/`.

use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::catalog! {
    /// A metric with its arguments.
    pub enum MetricDef: Metric {
        accuracy::Accuracy,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// 1 is perfect.
    HigherIsBetter,
    /// 0 is perfect.
    LowerIsBetter,
    /// Not a score (a confusion matrix): cannot be selected by.
    NotAScore,
}

pub trait Metric {
    /// Whether it can compare these predictions with labels of this type (the label as it stands in
    /// the data: before `target` steps; a binary target is `category(2)`).
    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError>;

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    /// How reports call it, for example `f1_macro`; distinct for distinct arguments that matter.
    fn key(&self) -> String;
}
