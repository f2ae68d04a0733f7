//! Families of tasks in a report: the mean over the members of every figure that all of them have, and what all their rows
//! say as one column of numbers.

use serde::{Deserialize, Serialize};

use super::RunReport;
use crate::pipeline::Part;
use crate::pipeline::Pipeline;
use crate::score::{Ordered, pooled};

/// `{"tasks":["assay_nr_ar",…],"test":{"auroc":0.81,…}}`: plain means over the tasks, each counted once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FamilyReport {
    pub tasks: Vec<String>,
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub train: Ordered<f64>,
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub valid: Ordered<f64>,
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub test: Ordered<f64>,
    /// By part, `{"test":{"r2":0.31,"rmse":10.6}}` over all rows of all tasks, for a family of numbers.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub pooled: Ordered<Ordered<f64>>,
}

impl FamilyReport {
    pub fn part(&self, part: Part) -> &Ordered<f64> {
        match part {
            Part::Train => &self.train,
            Part::Valid => &self.valid,
            Part::Test => &self.test,
        }
    }

    /// A figure over all rows.
    pub fn of_all_rows(&self, part: Part, key: &str) -> Option<f64> {
        self.pooled.get(part.name())?.get(key).copied()
    }

    /// The figures over all rows that some part has.
    pub fn pooled_keys(&self) -> Vec<&str> {
        let mut keys = Vec::new();
        for key in self.pooled.iter().flat_map(|(_, figures)| figures.names()) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }
}

/// The families of a pipeline, by what a report says of their tasks.
pub fn families(pipeline: &Pipeline, report: &RunReport) -> Ordered<FamilyReport> {
    let family = |(name, members): (&str, Vec<usize>)| {
        let tasks: Vec<String> = members.iter().map(|member| pipeline.tasks[*member].name.clone()).collect();
        let means = |part| means(report, &tasks, part);
        let (train, valid, test) = (means(Part::Train), means(Part::Valid), means(Part::Test));
        let mut all_rows = Ordered::default();
        for part in Part::ALL {
            let figures = pooled(tasks.iter().map(|task| report.tasks.get(task)?.part(part)?.squares));
            if !figures.is_empty() {
                all_rows.insert(part.name(), figures);
            }
        }
        (name.to_string(), FamilyReport { tasks, train, valid, test, pooled: all_rows })
    };
    pipeline.families().into_iter().map(family).collect()
}

fn means(report: &RunReport, tasks: &[String], part: Part) -> Ordered<f64> {
    let parts: Option<Vec<_>> = tasks.iter().map(|task| report.tasks.get(task)?.part(part)).collect();
    let Some(parts) = parts else { return Ordered::default() };
    let Some(first) = parts.first() else { return Ordered::default() };
    let mean = |key: &str| {
        let figures: Option<Vec<f64>> = parts.iter().map(|part| part.number(key)).collect();
        figures.map(|figures| (key.to_string(), figures.iter().sum::<f64>() / figures.len() as f64))
    };
    first.metrics.iter().filter_map(|(key, _)| mean(key)).collect()
}
