//! Metrics: exact figures over a whole part of the data. The arithmetic is in `train/metrics/`.

use crate::catalog::decoders::{Decoded, Role};
use crate::catalog::{Kind, ShapeError, Type};

crate::catalog! {
    /// A metric with its arguments.
    pub enum MetricDef: Metric {
        accuracy::Accuracy,
        auroc::Auroc,
        balanced_accuracy::BalancedAccuracy,
        confusion::Confusion,
        f1::F1,
        log_loss::LogLoss,
        mae::Mae,
        mcc::Mcc,
        mse::Mse,
        precision::Precision,
        r2::R2,
        recall::Recall,
        rmse::Rmse,
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

crate::words! {
    /// How the classes' figures become one.
    pub enum Average {
        /// Of the positive class alone.
        Binary = "binary",
        /// The mean over classes, each counting the same.
        Macro = "macro",
        /// From the counts of all classes together.
        Micro = "micro",
        /// The mean over classes, each counting by its rows.
        Weighted = "weighted",
    }
}

/// `f1`, or `f1_macro` if an average was written.
pub(crate) fn averaged(name: &str, average: Option<Average>) -> String {
    average.map_or(name.to_string(), |average| format!("{name}_{}", average.word()))
}

/// An error unless predictions name classes.
pub(crate) fn needs_classes(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    let classes = matches!(prediction.role, Role::Distribution | Role::Probabilities | Role::Classes);
    if classes && matches!(label.kind, Kind::Category { .. } | Kind::Labels) {
        return Ok(());
    }
    Err(wrong_task(metric, "compares classes", label))
}

/// An error unless predictions are probabilities of classes.
pub(crate) fn needs_probabilities(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    if !matches!(label.kind, Kind::Category { .. } | Kind::Labels) {
        return Err(wrong_task(metric, "compares classes", label));
    }
    if matches!(prediction.role, Role::Distribution | Role::Probabilities) {
        return Ok(());
    }
    Err(ShapeError::new(format!("`{metric}` needs probabilities, and `predict` ends in something else"))
        .help("end `predict` in `softmax`, `sigmoid` or `probability`: the classes are found from the probabilities"))
}

/// An error unless predictions are numbers in the label's unit.
pub(crate) fn needs_numbers(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    if !matches!(label.kind, Kind::Real) {
        return Err(wrong_task(metric, "compares numbers", label));
    }
    if matches!(prediction.role, Role::Numbers) {
        return Ok(());
    }
    Err(ShapeError::new(format!(
        "`{metric}` compares numbers in the label's unit, and `predict` ends in something else"
    ))
    .help("end `predict` in `inverse(target)`, or in `identity` if there are no target steps"))
}

fn wrong_task(metric: &str, does: &str, label: &Type) -> ShapeError {
    let error = ShapeError::new(format!("`{metric}` {does}, and the label is {}", label.kind.words()));
    match label.kind {
        Kind::Real => error.help("for numbers, use `rmse`, `mae` or `r2`"),
        _ => error.help("for classes, use `accuracy`, `f1` or `auroc`"),
    }
}
