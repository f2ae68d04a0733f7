//! How the epochs of a run are told apart: by the tasks that have a say in it.

use crate::pipeline::Pipeline;
use crate::score::judge::TaskFigures;
use crate::score::{MultiTaskScore, multi_task_score};

/// Who chooses, and how much the loss of each counts where scores are equal.
pub struct Choice<'p> {
    pipeline: &'p Pipeline,
    silent: Vec<Option<&'static str>>,
    lambda: Vec<f64>,
}

/// How much of the moving mean of the score an epoch is: the epochs before it share the rest.
const SHARE: f64 = 0.5;

/// The moving mean of the score after an epoch, by which epochs are told apart: one lucky epoch among bad ones is luck.
pub fn smoothed(before: Option<f64>, now: Option<f64>) -> Option<f64> {
    let now = now?;
    Some(before.map_or(now, |before| before + SHARE * (now - before)))
}

impl<'p> Choice<'p> {
    pub fn of(pipeline: &'p Pipeline) -> Self {
        Self { pipeline, silent: pipeline.silent(), lambda: pipeline.last_lambda() }
    }

    /// Whether a task has a say.
    pub fn chooses(&self, task: usize) -> bool {
        self.silent[task].is_none()
    }

    /// The mean merit of the tasks that choose; `valid` has the figures of all tasks, or of none.
    pub fn score(&self, valid: &[TaskFigures]) -> MultiTaskScore {
        let merits = self.pipeline.tasks.iter().zip(valid).zip(&self.silent).map(|((task, figures), silent)| {
            let merit = silent.map_or_else(|| figures.merit.clone(), |why| Err(why.to_string()));
            (task.name.as_str(), merit)
        });
        multi_task_score(merits)
    }

    /// The loss of the tasks that choose, weighted by λ; `None` if none of them has a label there.
    pub fn loss(&self, valid: &[TaskFigures]) -> Option<f64> {
        let mut losses = valid
            .iter()
            .enumerate()
            .filter(|(task, _)| self.chooses(*task))
            .filter_map(|(task, figures)| Some(figures.loss? * self.lambda[task]))
            .peekable();
        losses.peek()?;
        Some(losses.sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_lucky_epoch_counts_half() {
        assert_eq!(smoothed(None, Some(0.8)), Some(0.8));
        assert_eq!(smoothed(Some(0.4), Some(0.8)), Some(0.6000000000000001));
        assert_eq!((smoothed(Some(0.4), None), smoothed(None, None)), (None, None));
    }
}
