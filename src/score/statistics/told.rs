//! Δm as it is told: one object of `report.json` and of what `mtlc compare` writes.

use serde::{Deserialize, Serialize};

use super::{DeltaM, Interval, TaskDelta};
use crate::score::Ordered;

/// Δm in JSON: `{"total":0.03,"ci95":[0.01,0.05],"tasks":{"species":{"gain":0.02,…}},…}`, gains as shares (0.03 is 3%).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeltaMReport {
    /// The mean over the tasks that have a gain; `null` if none has.
    pub total: Option<f64>,
    /// Of the total, over seeds.
    pub ci95: Option<Interval>,
    pub seeds: usize,
    pub tasks: Ordered<TaskGainReport>,
    /// Tasks without a gain, with the reason.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub left_out: Ordered<String>,
}

/// A task's part of Δm.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskGainReport {
    pub gain: f64,
    /// Over seeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ci95: Option<Interval>,
    /// Over resampled rows, seeds held fixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<Interval>,
    /// The figure that it is a gain in, as people read it: `√(1 − r2)`.
    pub figure: String,
}

impl From<&DeltaM> for DeltaMReport {
    fn from(delta: &DeltaM) -> Self {
        let of = |task: &TaskDelta| {
            let report = TaskGainReport { gain: task.gain, ci95: task.ci95, rows: None, figure: task.figure.clone() };
            (task.task.clone(), report)
        };
        DeltaMReport {
            total: delta.total,
            ci95: delta.ci95,
            seeds: delta.seeds,
            tasks: delta.tasks.iter().map(of).collect(),
            left_out: delta.left_out.iter().cloned().collect(),
        }
    }
}
