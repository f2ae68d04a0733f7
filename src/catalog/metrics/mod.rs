//! Metrics: exact figures over a whole part of the data. The arithmetic is in `score/metrics/`.

use crate::catalog::answers::{AnswerDef, CLASS_MAPS, CLASSES, FOUND, INSTANCES, KEYPOINTS, TEXTS, TRACKS};
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

    /// True if it asks how likely the label's own tokens are, which only a head that writes says.
    fn needs_writing(&self) -> bool {
        false
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
    if !is_of(label, CLASSES) {
        return Err(wrong_task(metric, "compares classes", label));
    }
    if !matches!(prediction.role, Role::Distribution | Role::Probabilities | Role::Classes) {
        return Err(otherwise(metric, "compares classes", prediction).help(CLASS_DECODERS));
    }
    names_as_many(metric, prediction, label)
}

/// An error unless predictions are probabilities of classes.
pub(crate) fn needs_probabilities(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    if !is_of(label, CLASSES) {
        return Err(wrong_task(metric, "compares classes", label));
    }
    if !matches!(prediction.role, Role::Distribution | Role::Probabilities) {
        return Err(ShapeError::new(format!("`{metric}` needs probabilities, and `predict` ends in something else"))
            .help(
                "end `predict` in `softmax`, `sigmoid` or `probability`: the classes are found from the probabilities",
            ));
    }
    names_as_many(metric, prediction, label)
}

const CLASS_DECODERS: &str =
    "end `predict` in `softmax` for one of several classes, in `sigmoid` for yes or no or for a set of classes";

/// Refuses classes that are no answers of the label's kind: one for each row where the label is a set, and the other way round.
fn names_as_many(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    let set = label.kind == Kind::Labels;
    let one_number = prediction.ty.elements_per_row().value() == Some(1);
    let named = matches!(prediction.ty.kind, Kind::Category { .. });
    let (why, help) = match prediction.role {
        Role::Distribution if set => (
            "a set of classes, and `softmax` shares one probability among them",
            "end `predict` in `sigmoid`: each class is in the set or not, whatever the others are",
        ),
        Role::Classes if set && named => (
            "a set of classes, and `argmax` names one for each row",
            "end `predict` in `sigmoid`: each class is in the set or not, whatever the others are",
        ),
        Role::Distribution if prediction.ty.is_real() && one_number => (
            "one class with another, and `softmax` of one number is always 1",
            "end `predict` in `sigmoid`: one number says how likely yes is",
        ),
        Role::Classes if !set && !named && !one_number => (
            "one class for each row, and `threshold` says yes or no of each class",
            "end `predict` in `softmax`: the likeliest class is the answer",
        ),
        _ => return Ok(()),
    };
    Err(ShapeError::new(format!("`{metric}` compares {why}")).help(help))
}

/// An error unless predictions are numbers in the label's unit.
pub(crate) fn needs_numbers(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    if !matches!(label.kind, Kind::Real) {
        return Err(wrong_task(metric, "compares numbers", label));
    }
    if matches!(prediction.role, Role::Numbers) {
        return Ok(());
    }
    Err(otherwise(metric, "compares numbers in the label's unit", prediction)
        .help("end `predict` in `inverse(target)`, or in `identity` if there are no target steps"))
}

/// An error unless predictions are a class for each pixel.
pub(crate) fn needs_class_maps(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    let needs = Needs { of: CLASS_MAPS, does: "compares a class for each pixel" };
    needs.check(metric, prediction, label, "end `predict` in `argmax`")
}

/// An error unless predictions are boxes, or things with their pixels, as the label is.
pub(crate) fn needs_found(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    let needs = Needs { of: FOUND, does: "compares what is found in pictures" };
    let decoder = if is_of(label, INSTANCES) { "end `predict` in `grouping`" } else { "end `predict` in `peaks`" };
    needs.check(metric, prediction, label, decoder)
}

/// An error unless predictions are things with their pixels.
pub(crate) fn needs_instances(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    let needs = Needs { of: INSTANCES, does: "compares the pixels of things" };
    needs.check(metric, prediction, label, "end `predict` in `grouping`")
}

/// An error unless predictions are tracks.
pub(crate) fn needs_tracks(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    let needs = Needs { of: TRACKS, does: "compares tracks" };
    needs.check(metric, prediction, label, "end `predict` in `associate`")
}

/// An error unless predictions are points.
pub(crate) fn needs_keypoints(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    let needs = Needs { of: KEYPOINTS, does: "compares points" };
    needs.check(metric, prediction, label, "end `predict` in `heat_maps`")
}

/// An error unless predictions are texts.
pub(crate) fn needs_texts(metric: &str, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
    let needs = Needs { of: TEXTS, does: "compares texts" };
    needs.check(metric, prediction, label, "end `predict` in a decoder that makes text of the head's output")
}

/// The kinds of answers that are no row of numbers, as a metric compares them.
struct Needs {
    of: &'static [AnswerDef],
    does: &'static str,
}

impl Needs {
    /// An error unless the label is of such a kind, and the decoder makes answers of that same kind: boxes are no points, though both are answers.
    fn check(&self, metric: &str, prediction: &Decoded, label: &Type, help: &str) -> Result<(), ShapeError> {
        if !is_of(label, self.of) {
            return Err(wrong_task(metric, self.does, label));
        }
        if prediction.answers().is_some_and(|made| AnswerDef::of(label).as_ref() == Some(&made)) {
            return Ok(());
        }
        Err(otherwise(metric, self.does, prediction).help(help))
    }
}

/// What `predict` ends in is not what the metric compares.
fn otherwise(metric: &str, does: &str, prediction: &Decoded) -> ShapeError {
    let made = match prediction.answers() {
        Some(_) => format!("makes {}", prediction.ty.words()),
        None => "ends in something else".to_string(),
    };
    ShapeError::new(format!("`{metric}` {does}, and `predict` {made}"))
}

/// The key of a metric of tracks: `mota`, `mota_75`, `mota_by_class`.
pub(crate) fn of_tracks(name: &str, overlap: Option<Share>, by_class: bool) -> String {
    let overlap = overlap.filter(|overlap| overlap.0 != 0.5).map(|overlap| format!("_{:.0}", 100.0 * overlap.0));
    format!("{name}{}{}", overlap.unwrap_or_default(), if by_class { "_by_class" } else { "" })
}

fn is_of(label: &Type, kinds: &[AnswerDef]) -> bool {
    AnswerDef::of(label).is_some_and(|kind| kinds.contains(&kind))
}

fn wrong_task(metric: &str, does: &str, label: &Type) -> ShapeError {
    let error = ShapeError::new(format!("`{metric}` {does}, and the label is {}", label.words()));
    match AnswerDef::of(label) {
        Some(kind) => error.help(kind.metrics()),
        None => error.help("for classes, use `accuracy`, `f1` or `auroc`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::decoders::{self, DecoderDef};
    use crate::catalog::{ArgValue, Args, Axis, Dim};

    fn rows() -> Axis {
        Axis::new(Axis::ROWS, Dim::symbol("rows(d)"))
    }

    fn of(kind: Kind, axes: &[(&'static str, i64)]) -> Type {
        let axes = axes.iter().map(|(name, size)| Axis::new(name, Dim::int(*size)));
        Type::new(kind, std::iter::once(rows()).chain(axes).collect())
    }

    /// A label of each kind of answers.
    fn labels() -> Vec<Type> {
        let classes = || Dim::int(3);
        vec![
            of(Kind::Category { classes: classes() }, &[]),
            of(Kind::Labels, &[("features", 3)]),
            of(Kind::Text, &[]),
            of(Kind::Category { classes: classes() }, &[(Axis::HEIGHT, 8), (Axis::WIDTH, 8)]),
            of(Kind::Boxes { classes: classes() }, &[(Axis::OBJECTS, 5)]),
            of(Kind::Instances { classes: classes() }, &[(Axis::OBJECTS, 5)]),
            of(Kind::Keypoints { classes: classes() }, &[(Axis::PLACES, 3)]),
            of(Kind::Tracks { classes: classes() }, &[(Axis::OBJECTS, 5)]),
            of(Kind::Real, &[("features", 1)]),
            of(Kind::Real, &[("features", 4)]),
        ]
    }

    fn decoder(name: &str) -> DecoderDef {
        let args = match name {
            "inverse" => Args { values: vec![("of", ArgValue::Word("target".into()))] },
            _ => Args::default(),
        };
        decoders::find(name).and_then(|entry| (entry.from_args)(&args)).expect("usual arguments")
    }

    /// What every decoder makes of every output that it reads; tokens are spelt.
    fn made() -> Vec<(String, Decoded)> {
        let map = [(Axis::CHANNELS, 9), (Axis::HEIGHT, 8), (Axis::WIDTH, 8)];
        let clip: Vec<_> = std::iter::once((Axis::TIME, 4)).chain(map).collect();
        let outputs = [
            of(Kind::Real, &[(Axis::FEATURES, 1)]),
            of(Kind::Real, &[(Axis::FEATURES, 3)]),
            of(Kind::Real, &[(Axis::TIME, 6), (Axis::FEATURES, 2)]),
            of(Kind::Real, &map),
            of(Kind::Real, &clip),
        ];
        let mut made = Vec::new();
        for entry in decoders::ENTRIES {
            for output in &outputs {
                let raw = Decoded { role: Role::Raw, ty: output.clone() };
                let Ok(first) = decoder(entry.name).infer(&raw) else { continue };
                let then = match first.role {
                    Role::Tokens => Some("inverse"),
                    Role::Probabilities => Some("threshold"),
                    _ => None,
                };
                if let Some(then) = then {
                    let second = decoder(then).infer(&first).expect("it reads that");
                    made.push((format!("{output} -> {} -> {then}", entry.name), second));
                }
                made.push((format!("{output} -> {}", entry.name), first));
            }
        }
        made
    }

    #[test]
    fn metrics_take_the_answers_of_their_kinds_and_no_others() {
        let made = made();
        let kinds: Vec<&str> = made.iter().filter_map(|(_, made)| made.answers().map(|kind| kind.name())).collect();
        for kind in ["boxes", "class_map", "instances", "keypoints", "text", "tracks"] {
            assert!(kinds.contains(&kind), "{kind} is made by no decoder");
        }
        for entry in ENTRIES {
            let Some(metric) = (entry.from_args)(&Args::default()) else { continue };
            for label in labels() {
                let kind = AnswerDef::of(&label).expect("a kind of answers");
                let compares = metric.compares().contains(&kind);
                for (how, made) in &made {
                    let takes = metric.check(made, &label).is_ok();
                    let fits = compares && made.answers().as_ref() == Some(&kind);
                    // What is a row of numbers may be of the metric's sort or not; answers are of its kind or are not.
                    let right = if made.role == Role::Answer { takes == fits } else { !takes || compares };
                    assert!(right, "`{}` and {how} for {label}", entry.name);
                    // No answer where others are compared, and the other way round.
                    let row =
                        !["boxes", "class_map", "instances", "keypoints", "text", "tracks"].contains(&kind.name());
                    assert!(!takes || row == (made.role != Role::Answer), "`{}` and {how} for {label}", entry.name);
                }
            }
        }
    }

    #[test]
    fn classes_are_one_for_each_row_or_a_set() {
        let f1 = find("f1").and_then(|entry| (entry.from_args)(&Args::default())).expect("a metric");
        let [class, set] = [labels().remove(0), labels().remove(1)];
        let yes = of(Kind::Category { classes: Dim::int(2) }, &[]);
        let takes = |label: &Type, width: i64, chain: &[&str]| {
            let raw = Decoded { role: Role::Raw, ty: of(Kind::Real, &[(Axis::FEATURES, width)]) };
            let made = chain.iter().fold(raw, |made, name| decoder(name).infer(&made).expect("it reads that"));
            f1.check(&made, label).is_ok()
        };
        for chain in [&["softmax"][..], &["argmax"], &["softmax", "argmax"], &["sigmoid"]] {
            assert!(takes(&class, 3, chain), "{chain:?}");
        }
        assert!(!takes(&class, 3, &["sigmoid", "threshold"]));
        for chain in [&["sigmoid"][..], &["sigmoid", "threshold"]] {
            assert!(takes(&set, 3, chain) && takes(&yes, 1, chain), "{chain:?}");
        }
        for chain in [&["softmax"][..], &["argmax"]] {
            assert!(!takes(&set, 3, chain), "{chain:?}");
        }
        assert!(!takes(&yes, 1, &["softmax"]) && takes(&yes, 2, &["softmax"]));
    }
}
