//! The targets of a task: what its steps make of the label, fitted on the labelled rows of the training part.

use super::fitting::Fitting;
use super::host::Host;
use super::labels::LabelColumn;
use super::prepare::PreparedTarget;
use super::values::Values;
use crate::pipeline::{Target, Task};

impl Fitting<'_> {
    /// Every target of a task; `None` after a problem.
    pub(super) fn targets(
        &mut self,
        task: &Task,
        values: Values,
        train: &[usize],
        label: &LabelColumn,
    ) -> Option<Vec<PreparedTarget>> {
        let last = task.targets.len() - 1;
        let mut values = Some(values);
        let mut targets = Vec::with_capacity(task.targets.len());
        for (index, target) in task.targets.iter().enumerate() {
            // The last one takes the values, so that one target copies nothing.
            let own = if index == last { values.take() } else { values.clone() };
            targets.push(self.target(task, target, own?, train, label)?);
        }
        Some(targets)
    }

    /// Where nobody has the label: the steps are still needed, to answer in the label's own unit.
    pub(super) fn absent_targets(&mut self, task: &Task) -> Option<Vec<PreparedTarget>> {
        let mut absent = |target: &Target| {
            let key = key(task, target);
            let saved = self.saved.as_ref().and_then(|saved| saved.targets.get(&key).cloned());
            let steps = self.load_steps(&target.steps, saved, &key)?;
            Some(PreparedTarget { steps, host: Host::empty(&target.ty, &self.facts), places: 1.0 })
        };
        task.targets.iter().map(&mut absent).collect()
    }

    fn target(
        &mut self,
        task: &Task,
        target: &Target,
        values: Values,
        train: &[usize],
        label: &LabelColumn,
    ) -> Option<PreparedTarget> {
        let key = key(task, target);
        let saved = self.saved.as_ref().map(|saved| saved.targets.get(&key).cloned());
        let (values, steps) = match self.steps(&target.steps, values, train, saved, &key) {
            Ok(done) => done,
            Err((index, refusal)) => {
                let step = &target.steps[index];
                let what = match task.targets.len() {
                    1 => format!("the target of task `{}`", task.name),
                    _ => format!("the target `{}` of task `{}`", target.name, task.name),
                };
                let place = [(task.label.data, 0)];
                let diagnostic = self.refused(step, task.label.span, &refusal, &place, &what, &task.label.columns);
                self.problems.push(diagnostic.also(step.span, "this step"));
                return None;
            }
        };
        self.fitted.targets.insert(key, self.states(&target.steps, &steps));
        if let Some(problem) = self.large_target(task, &values, label) {
            self.problems.push(problem);
            return None;
        }
        self.bind(&target.ty, &values);
        let places = values.mean_places(train);
        Some(PreparedTarget { steps, host: Host::new(values), places })
    }
}

/// What the steps of a target are saved under: the task's name, and that of the target if it has one.
fn key(task: &Task, target: &Target) -> String {
    if target.name == Target::ONLY { task.name.clone() } else { format!("{}.{}", task.name, target.name) }
}
