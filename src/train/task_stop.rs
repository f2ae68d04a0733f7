//! Per-task early freeze: a task whose own score on valid no longer grows stops to contribute, so that it cannot overfit
//! at the others' cost.

use serde::{Deserialize, Serialize};

use crate::pipeline::Pipeline;
use crate::pipeline::Stop;
use crate::score::judge::TaskFigures;

/// How each task has fared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TaskStops {
    best: Vec<Option<f64>>,
    stale: Vec<usize>,
    pub stopped: Vec<bool>,
}

impl TaskStops {
    pub fn new(tasks: usize) -> Self {
        Self { best: vec![None; tasks], stale: vec![0; tasks], stopped: vec![false; tasks] }
    }

    /// Takes an epoch into account. The last task that learns never stops: that is the run's own early stop.
    pub fn end_epoch(&mut self, pipeline: &Pipeline, valid: &[TaskFigures]) {
        let learns = pipeline.learning();
        for (index, (task, figures)) in pipeline.tasks.iter().zip(valid).enumerate() {
            let Stop::Early { patience, min_delta } = task.stop else { continue };
            let Ok(skill) = figures.merit else { continue };
            if self.best[index].is_none_or(|best| skill > best + min_delta) {
                self.best[index] = Some(skill);
                self.stale[index] = 0;
            } else {
                self.stale[index] += 1;
            }
            let learning = self.stopped.iter().zip(&learns).filter(|(stopped, learns)| **learns && !**stopped).count();
            if self.stale[index] >= patience.max(1) && (learning > 1 || !learns[index]) {
                self.stopped[index] = true;
            }
        }
    }
}
