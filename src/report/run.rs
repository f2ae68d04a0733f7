//! `report.json`: the facts of a finished run.

use serde::{Deserialize, Serialize};

use super::{FamilyReport, OverTasks};
use crate::data::UnseenClasses;
use crate::pipeline::Part;
use crate::score::Ordered;
use crate::score::statistics::{DeltaMReport, Interval, Verdict};
use crate::score::{Figure, Squares};

/// The whole document. Fields are only ever added.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunReport {
    pub mtlc_version: String,
    /// The spec's name: its file name without extension.
    pub name: String,
    /// The spec's `//!` lines.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// The file of predictions that was judged, if it was no model; the fields that say how a model was trained are empty then.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub predictions: String,
    /// Of the spec as run.
    pub spec_sha256: String,
    /// When training began, in UTC: `2025-01-31T12:00:00Z`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub started: String,
    pub device: String,
    pub seed: u64,
    pub split_seed: u64,
    /// How many numbers are learned.
    pub parameters: usize,
    /// Epochs that were run.
    pub epochs: usize,
    /// The kept one, counted from 1.
    pub best_epoch: usize,
    /// The multi-task score of the kept model on the validation part; `None` without one.
    pub score: Option<f64>,
    /// Tasks that the score leaves out, with the reason.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub left_out: Ordered<String>,
    /// Tasks that could not be judged on the rows of another file, with the reason.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub not_judged: Ordered<String>,
    /// Which rows stand behind the figures; said by `eval`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub judged: Vec<JudgedReport>,
    /// `interrupted`, `stopped early` or `all epochs`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ended: String,
    pub train: TrainReport,
    /// The balancer as a person would write it, with every default.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub balancer: String,
    /// λ per task.
    pub weights: Ordered<f64>,
    pub tasks: Ordered<TaskReport>,
    /// Families of tasks, each with the means of its members.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub families: Ordered<FamilyReport>,
    /// What gates, stitches and branches have learned, in the order of the model.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub learned: Vec<LearnedReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delta_m: Option<DeltaMReport>,
    /// What the texts of inputs are like.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub texts: Ordered<TextsReport>,
    /// Input columns in which rows hold a class that training did not have, or none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unseen_classes: Vec<UnseenClasses>,
    /// True if no task does better than answering without looking.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub learnt_nothing: bool,
    /// What each figure says over all tasks, by part and metric.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub over_tasks: Ordered<Ordered<OverTasks>>,
    /// Things a person should know, one line each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// Rows that were judged: `{"data":"shop","files":["new.csv"],"part":"all","rows":24}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct JudgedReport {
    pub data: String,
    pub files: Vec<String>,
    /// A part of the run's own split, or `all` rows of another file (whose figures stand under `test`).
    pub part: String,
    pub rows: usize,
}

/// How the training went as a computation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrainReport {
    pub seconds: f64,
    pub examples_per_second: f64,
    /// Rows of the training part.
    pub rows: usize,
    /// Updates.
    pub steps: usize,
}

/// What one layer has learned to weigh or to choose: `{"node":"trunk.species.gate","what":"gate","of":{"expert_1":0.7,…}}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LearnedReport {
    /// The path of the layer.
    pub node: String,
    /// `gate`, `stitch`, `branch`, …
    pub what: String,
    /// By what it weighs; means over the rows where rows differ.
    pub of: Ordered<f64>,
}

/// The texts of an input: `{"vocabulary":8214,"mean":31.4,"longest":256,"cut":12,"unknown":{"train":0.029},"lengths":[[1,8,40],…]}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TextsReport {
    /// How many different tokens there are.
    pub vocabulary: usize,
    /// Tokens of a text.
    pub mean: f64,
    pub longest: usize,
    /// How many texts were cut short.
    pub cut: usize,
    /// By part, the share of the tokens that no vocabulary has.
    pub unknown: Ordered<f64>,
    /// How many texts have from so many to so many tokens: from, to, texts.
    pub lengths: Vec<(usize, usize, usize)>,
}

/// A task: its facts, and a part report under the name of each part.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskReport {
    /// `classification`, `binary`, …; empty for a task written out in full.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub template: String,
    /// `penguins.species`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// The key of the metric that the kept model is chosen by.
    pub select: String,
    /// False for a task that has no say in which model is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chooses: Option<bool>,
    /// From which probability on each class is given (one for all, or one for each), if that is no half.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<f64>,
    /// What is wrong with it, in words; empty if it works.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub verdict: String,
    /// Whether more of it is better.
    pub higher_is_better: bool,
    /// The label's classes, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// How much worse `select` gets on the final part without what a column says; on request.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub importance: Ordered<ImportanceReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub train: Option<PartReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid: Option<PartReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<PartReport>,
}

/// What a column is worth to a task: `{"mean":0.21,"sd":0.02}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportanceReport {
    /// By how much the metric is worse, over several deals of the column's values.
    pub mean: f64,
    pub sd: f64,
}

impl TaskReport {
    pub fn part(&self, part: Part) -> Option<&PartReport> {
        match part {
            Part::Train => self.train.as_ref(),
            Part::Valid => self.valid.as_ref(),
            Part::Test => self.test.as_ref(),
        }
    }

    pub fn set_part(&mut self, part: Part, report: PartReport) {
        *match part {
            Part::Train => &mut self.train,
            Part::Valid => &mut self.valid,
            Part::Test => &mut self.test,
        } = Some(report);
    }

    /// The part that a person should look at first: test, else valid, else train.
    pub fn final_part(&self) -> Option<(Part, &PartReport)> {
        [Part::Test, Part::Valid, Part::Train].into_iter().find_map(|part| Some((part, self.part(part)?)))
    }
}

/// A task on a part: `{"rows":51,"loss":0.1,"accuracy":0.98,…}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PartReport {
    /// Rows that have the label: those behind every figure here.
    pub rows: usize,
    /// The task's own loss, before weighting.
    pub loss: Option<f64>,
    /// What answering without looking (the training part's most frequent class, or its mean) reaches, by the metrics' keys.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub trivial: Ordered<f64>,
    /// Whether the select metric is better than that, chance considered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beats_trivial: Option<Verdict>,
    /// The select metric from trivial (0) to perfect (1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skill: Option<f64>,
    /// 95%, by bootstrap over the rows, for some of the metrics.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub intervals: Ordered<Interval>,
    /// Why a metric is `null`.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub undefined: Ordered<String>,
    /// What its rows add to the figures over all rows of a family.
    #[serde(skip)]
    pub squares: Option<Squares>,
    /// By the metrics' keys, beside the fields above.
    #[serde(flatten)]
    pub metrics: Ordered<FigureReport>,
}

impl PartReport {
    /// Adds what a metric says, under its key.
    pub fn insert(&mut self, key: &str, figure: Figure) {
        let figure = match figure {
            Figure::Number(value) => FigureReport::Number(Some(value)),
            Figure::Matrix(matrix) => FigureReport::Matrix(matrix),
            Figure::PerClass(values) => FigureReport::PerClass(values),
            Figure::Undefined(why) => {
                self.undefined.insert(key, why);
                FigureReport::Number(None)
            }
        };
        self.metrics.insert(key, figure);
    }

    /// A metric that is a number and defined.
    pub fn number(&self, key: &str) -> Option<f64> {
        match self.metrics.get(key) {
            Some(FigureReport::Number(value)) => *value,
            _ => None,
        }
    }

    /// What a metric says of each class, if it does.
    pub fn per_class(&self, key: &str) -> Option<&[Option<f64>]> {
        match self.metrics.get(key) {
            Some(FigureReport::PerClass(values)) => Some(values),
            _ => None,
        }
    }
}

/// A figure in JSON: a number, `null`, a matrix, or a list with a figure or `null` for each class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FigureReport {
    Number(Option<f64>),
    Matrix(Vec<Vec<u64>>),
    PerClass(Vec<Option<f64>>),
}

impl RunReport {
    /// The text of `report.json`.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Reads a `report.json`; fields that it lacks are empty.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(text: &str) -> Result<RunReport, serde_json::Error> {
        serde_json::from_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::statistics::TaskGainReport;

    #[test]
    fn metrics_stand_beside_the_rows_and_read_back() {
        let mut part = PartReport { rows: 51, loss: Some(0.5), ..PartReport::default() };
        part.insert("accuracy", Figure::Number(0.98));
        part.insert("confusion", Figure::Matrix(vec![vec![3, 1], vec![0, 2]]));
        part.insert("auroc", Figure::Undefined("all rows have one class".into()));
        part.insert("of_each", Figure::PerClass(vec![Some(0.5), None, Some(1.0)]));
        let mut task = TaskReport { select: "accuracy".into(), higher_is_better: true, ..TaskReport::default() };
        task.set_part(Part::Test, part);
        let delta_m = DeltaMReport {
            total: Some(0.03),
            ci95: Some(Interval { low: 0.01, high: 0.05 }),
            seeds: 5,
            // A task may be called like any field.
            tasks: ["total", "seeds", "ci95", "tasks"]
                .map(|name| (name.to_string(), TaskGainReport { gain: 0.03, ..TaskGainReport::default() }))
                .into_iter()
                .collect(),
            ..DeltaMReport::default()
        };
        let report = RunReport {
            tasks: [("species".to_string(), task)].into_iter().collect(),
            delta_m: Some(delta_m),
            ..RunReport::default()
        };
        let json: serde_json::Value = serde_json::from_str(&report.to_json()).expect("it is JSON");
        let test = &json["tasks"]["species"]["test"];
        assert_eq!((&test["rows"], &test["accuracy"]), (&51.into(), &0.98.into()));
        assert_eq!((test["confusion"][0][1].as_u64(), test["auroc"].is_null()), (Some(1), true));
        assert_eq!(test["undefined"]["auroc"], "all rows have one class");
        assert_eq!(test["of_each"], serde_json::json!([0.5, null, 1.0]));
        let delta = &json["delta_m"];
        assert_eq!((&delta["tasks"]["total"]["gain"], &delta["ci95"][1]), (&0.03.into(), &0.05.into()));
        assert_eq!(RunReport::parse(&report.to_json()).ok(), Some(report));
    }

    #[test]
    fn an_older_report_still_reads() {
        assert_eq!(RunReport::parse("{\"seed\": 3, \"new_field\": 1}").ok().map(|report| report.seed), Some(3));
    }
}
