//! From judged tasks to their places in a report, whoever answered: a model, or a file of predictions.

use super::{PartReport, TaskReport};
use crate::catalog::metrics::Direction;
use crate::data::Prepared;
use crate::pipeline::{Part, Pipeline};
use crate::score::judge::{Judge, Judged, TaskFigures};
use crate::score::statistics::{Bootstrap, Interval, bootstrap, verdict};
use crate::score::{Ordered, Scored};

/// What is said of a task beside its figures.
pub fn task_report(pipeline: &Pipeline, prepared: &Prepared, judge: &Judge, task: usize) -> TaskReport {
    let of = &pipeline.tasks[task];
    let select = &of.metrics[of.select];
    TaskReport {
        template: of.template.clone().unwrap_or_default(),
        label: of.label.columns.iter().map(|column| pipeline.column_name(*column)).collect::<Vec<_>>().join(", "),
        select: select.key(),
        thresholds: judge.decides(of, task),
        higher_is_better: select.direction() != Direction::LowerIsBetter,
        classes: prepared.classes(task).map(<[String]>::to_vec).unwrap_or_default(),
        ..TaskReport::default()
    }
}

/// A task's figures on a part, beside what answering without looking reaches and what chance has to say.
pub fn judged_part(pipeline: &Pipeline, judge: &Judge, task: usize, part: Part, judged: &Judged) -> PartReport {
    let of = &pipeline.tasks[task];
    let scored = judged.kept.as_ref().map(|(answered, _)| answered.scored());
    let mut of_part = part_report(pipeline, task, &judged.figures);
    // Of a part so large that only a sample was kept, chance has no say.
    if pipeline.evaluate.bootstrap > 0
        && part != Part::Train
        && let Some((answered, true)) = &judged.kept
        && answered.rows.len() > 1
    {
        of_part.intervals = intervals(pipeline, task, &answered.scored());
    }
    for (metric, trivial) in of.metrics.iter().zip(&judged.trivial) {
        trivial.iter().for_each(|value| of_part.trivial.insert(metric.key(), *value));
    }
    if of_part.skill.is_some() {
        let verdict = |trivial| verdict(&of.metrics[of.select], scored.as_ref()?, trivial);
        of_part.beats_trivial = judge.trivial_of(task).and_then(verdict);
    }
    of_part
}

/// A task's figures on a part alone.
pub fn part_report(pipeline: &Pipeline, task: usize, figures: &TaskFigures) -> PartReport {
    let mut report = PartReport {
        rows: figures.rows,
        loss: figures.loss,
        skill: figures.skill.as_ref().ok().copied(),
        squares: figures.squares,
        ..PartReport::default()
    };
    for (metric, figure) in pipeline.tasks[task].metrics.iter().zip(&figures.metrics) {
        report.insert(&metric.key(), figure.clone());
    }
    report
}

fn intervals(pipeline: &Pipeline, task: usize, scored: &Scored<'_>) -> Ordered<Interval> {
    let metrics = &pipeline.tasks[task].metrics;
    let how = Bootstrap { resamples: pipeline.evaluate.bootstrap, ..Bootstrap::default() };
    metrics
        .iter()
        .zip(bootstrap(metrics, scored, &how))
        .filter_map(|(metric, interval)| Some((metric.key(), interval?)))
        .collect()
}
