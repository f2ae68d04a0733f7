//! Metrics: exact figures over a whole part of the data. The arithmetic is in `score/metrics/`.

use crate::catalog::answers::{AnswerDef, CLASS_MAPS, CLASSES, FOUND, INSTANCES, KEYPOINTS, TRACKS};
use crate::catalog::decoders::{Decoded, Role};
use crate::catalog::{Kind, ShapeError, Share, Type};

crate::catalog! {
    /// A metric with its arguments.
    pub enum MetricDef: Metric {
        accuracy::Accuracy,
        auroc::Auroc,
        average_precision::AveragePrecision,
        balanced_accuracy::BalancedAccuracy,
        bleu::Bleu,
        character_error_rate::CharacterErrorRate,
        chrf::Chrf,
        confusion::Confusion,
        dice::Dice,
        exact_match::ExactMatch,
        explained_variance::ExplainedVariance,
        f1::F1,
        hamming_loss::HammingLoss,
        hota::Hota,
        idf1::Idf1,
        log_loss::LogLoss,
        mae::Mae,
        mcc::Mcc,
        mean_average_precision::MeanAveragePrecision,
        mean_iou::MeanIou,
        mota::Mota,
        mrr::Mrr,
        mse::Mse,
        oks::Oks,
        panoptic_quality::PanopticQuality,
        pck::Pck,
        perplexity::Perplexity,
        pixel_accuracy::PixelAccuracy,
        precision::Precision,
        r2::R2,
        recall::Recall,
        recall_at::RecallAt,
        rmse::Rmse,
        rouge::Rouge,
        rouge_l::RougeL,
        span_f1::SpanF1,
        tag_accuracy::TagAccuracy,
        token_f1::TokenF1,
        track_accuracy::TrackAccuracy,
        word_error_rate::WordErrorRate,
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
    /// The kinds of answers that it compares.
    fn compares(&self) -> &'static [AnswerDef];

    /// Whether it can compare these predictions with labels of this type (the label as it stands in
    /// the data: before `target` steps; a binary target is `category(2)`).
    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError>;

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    /// On which figure of it a gain of learning together (Δm) is taken, unless the task's `gain` says otherwise.
    ///
    /// A gain is relative, `(together − alone) / alone`, so the figure's 0 must be the worst there is or the best, never
    /// something between that a baseline may come near or go below. Accuracy and errors are such figures. `r2` is not: 0 is
    /// the mean of the labels, models fall below it, and near 1 a tenth less error is a thousandth more of it. Nor are
    /// `mcc` and `auroc`, where chance lies in the middle.
    fn gain(&self) -> GainOn;

    /// The task, by its name, whose answers for the same rows it looks at too.
    fn beside(&self) -> Option<&str> {
        None
    }

    /// True if it counts decisions, so that it moves in steps of a row and not with every change of a probability.
    fn counts_decisions(&self) -> bool {
        false
    }

    /// How reports call it, for example `f1_macro`; distinct for distinct arguments that matter.
    fn key(&self) -> String;
}

crate::words! {
    /// What of a metric a gain is taken on.
    pub enum GainOn {
        /// The metric itself.
        Value = "value",
        /// 1 − the metric, of one that is 1 at best: 0 is perfect.
        Error = "error",
        /// √(1 − the metric): of `r2` the root mean squared error in standard deviations of the label (RRMSE,
        /// Spyromitros-Xioufis et al. 2016), so that its gain is that of `rmse`.
        RootError = "root_error",
        /// From the trivial predictor (0) to perfect (1).
        Skill = "skill",
    }
}

impl GainOn {
    pub const ALL: [GainOn; 4] = [GainOn::Value, GainOn::Error, GainOn::RootError, GainOn::Skill];

    /// The figure of a value of the metric. A skill is measured from a trivial value, which is the caller's to know.
    pub fn figure(self, value: f64) -> f64 {
        match self {
            GainOn::Value | GainOn::Skill => value,
            GainOn::Error => 1.0 - value,
            GainOn::RootError => (1.0 - value).max(0.0).sqrt(),
        }
    }

    /// Which way the figure is better, for a metric of this direction.
    pub fn direction(self, metric: Direction) -> Direction {
        match self {
            GainOn::Value => metric,
            GainOn::Error | GainOn::RootError => Direction::LowerIsBetter,
            GainOn::Skill => Direction::HigherIsBetter,
        }
    }

    /// How people read it: `√(1 − r2)`.
    pub fn show(self, key: &str) -> String {
        match self {
            GainOn::Value => key.to_string(),
            GainOn::Error => format!("1 − {key}"),
            GainOn::RootError => format!("√(1 − {key})"),
            GainOn::Skill => format!("skill by {key}"),
        }
    }
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

/// Which way a figure is better, by the key under which reports hold it: `rmse`, `f1_macro`, or `loss` and `seconds`, which
/// are no metrics.
pub fn direction_of(key: &str) -> Direction {
    let found = find(key).or_else(|| find(key.rsplit_once('_')?.0));
    match found.and_then(|entry| (entry.from_args)(&Default::default())) {
        Some(metric) => metric.direction(),
        None if matches!(key, "loss" | "seconds") => Direction::LowerIsBetter,
        None => Direction::HigherIsBetter,
    }
}

/// `f1`, or `f1_macro` if an average was written.
pub(crate) fn averaged(name: &str, average: Option<Average>) -> String {
    average.map_or(name.to_string(), |average| format!("{name}_{}", average.word()))
}

/// An error unless predictions name classes.
pub(crate) fn needs_classes(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    let classes = matches!(prediction.role, Role::Distribution | Role::Probabilities | Role::Classes);
    if classes && is_of(label, CLASSES) {
        return Ok(());
    }
    Err(wrong_task(metric, "compares classes", label))
}

/// An error unless predictions are probabilities of classes.
pub(crate) fn needs_probabilities(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    if !is_of(label, CLASSES) {
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

/// An error unless predictions are a class for each pixel.
pub(crate) fn needs_class_maps(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    if !is_of(label, CLASS_MAPS) {
        return Err(wrong_task(metric, "compares a class for each pixel", label));
    }
    if prediction.role == Role::Answer {
        return Ok(());
    }
    Err(ShapeError::new(format!("`{metric}` compares a class for each pixel, and `predict` ends in something else"))
        .help("end `predict` in `argmax`"))
}

/// An error unless predictions are boxes, or things with their pixels.
pub(crate) fn needs_found(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    if !is_of(label, FOUND) {
        return Err(wrong_task(metric, "compares what is found in pictures", label));
    }
    if prediction.role == Role::Answer {
        return Ok(());
    }
    let decoder = if is_of(label, INSTANCES) { "grouping" } else { "peaks" };
    Err(ShapeError::new(format!("`{metric}` compares what is found in pictures, and `predict` ends in something else"))
        .help(format!("end `predict` in `{decoder}`")))
}

/// An error unless predictions are things with their pixels.
pub(crate) fn needs_instances(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    if !is_of(label, INSTANCES) {
        return Err(wrong_task(metric, "compares the pixels of things", label));
    }
    needs_found(metric, prediction, label)
}

/// An error unless predictions are tracks.
pub(crate) fn needs_tracks(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    if !is_of(label, TRACKS) {
        return Err(wrong_task(metric, "compares tracks", label));
    }
    if prediction.role == Role::Answer {
        return Ok(());
    }
    Err(ShapeError::new(format!("`{metric}` compares tracks, and `predict` ends in something else"))
        .help("end `predict` in `associate`"))
}

/// An error unless predictions are points.
pub(crate) fn needs_keypoints(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    if !is_of(label, KEYPOINTS) {
        return Err(wrong_task(metric, "compares points", label));
    }
    if prediction.role == Role::Answer {
        return Ok(());
    }
    Err(ShapeError::new(format!("`{metric}` compares points, and `predict` ends in something else"))
        .help("end `predict` in `heat_maps`"))
}

/// The key of a metric of tracks: `mota`, `mota_75`, `mota_by_class`.
pub(crate) fn of_tracks(name: &str, overlap: Option<Share>, by_class: bool) -> String {
    let overlap = overlap.filter(|overlap| overlap.0 != 0.5).map(|overlap| format!("_{:.0}", 100.0 * overlap.0));
    format!("{name}{}{}", overlap.unwrap_or_default(), if by_class { "_by_class" } else { "" })
}

fn is_of(label: &Type, kinds: &[AnswerDef]) -> bool {
    AnswerDef::of(label).is_some_and(|kind| kinds.contains(&kind))
}

/// An error unless predictions are texts.
pub(crate) fn needs_texts(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    if !matches!(label.kind, Kind::Text) {
        return Err(wrong_task(metric, "compares texts", label));
    }
    if prediction.role == Role::Answer {
        return Ok(());
    }
    Err(ShapeError::new(format!("`{metric}` compares texts, and `predict` ends in something else"))
        .help("end `predict` in a decoder that makes text of the head's output"))
}

fn wrong_task(metric: &str, does: &str, label: &Type) -> ShapeError {
    let error = ShapeError::new(format!("`{metric}` {does}, and the label is {}", label.words()));
    match AnswerDef::of(label) {
        Some(kind) => error.help(kind.metrics()),
        None => error.help("for classes, use `accuracy`, `f1` or `auroc`"),
    }
}
