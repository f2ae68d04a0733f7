//! The thresholds that a run has fitted.

use serde::{Deserialize, Serialize};

use crate::pipeline::{Pipeline, Threshold};
use crate::score::Ordered;

/// What a run keeps of the thresholds that were fitted: `thresholds.json`, by task.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Thresholds(pub Ordered<Vec<f64>>);

impl Thresholds {
    pub const FILE: &str = "thresholds.json";

    /// Of each task that wants them fitted, where there were labels to do so.
    pub fn of(pipeline: &Pipeline, fitted: &[Vec<f64>]) -> Self {
        let tasks = pipeline.tasks.iter().zip(fitted).filter(|(_, fitted)| !fitted.is_empty());
        Self(tasks.map(|(task, fitted)| (task.name.clone(), fitted.clone())).collect())
    }

    /// Puts them in the place of what was to be fitted.
    pub fn put_into(&self, pipeline: &mut Pipeline) {
        for task in &mut pipeline.tasks {
            if let (Threshold::Fitted(_), Some(fitted)) = (&task.threshold, self.0.get(&task.name)) {
                task.threshold = Threshold::At(fitted.clone());
            }
        }
    }
}
