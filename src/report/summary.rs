//! From a trained model to `report.json` and its pictures.

use super::figures::{judged_part, task_report};
use super::{
    Example, LearnedReport, Named, Pictured, RunReport, Shown, TaskPictures, TaskReport, TextsReport, TrainReport,
    WorstRow, families, worst,
};
use super::{attention, scenes, worked};
use crate::catalog::Kind;
use crate::data::{Prefetch, UnseenClasses};
use crate::lower::Model;
use crate::lower::reports::{Reported, Reports};
use crate::lower::trace::Mode;
use crate::pipeline::{Part, inputs_behind};
use crate::score::Ordered;
use crate::score::judge::{Answered, Judge, Judged, Keep, TaskFigures};
use crate::train::choice::Choice;
use crate::train::fit::{Ending, Trained};
use crate::train::plan;
use crate::train::session::Session;

/// What a report says that neither model nor data know.
pub struct Facts<'a> {
    pub device: String,
    pub seed: u64,
    pub split_seed: u64,
    pub spec_sha256: &'a str,
    pub started: &'a str,
}

/// Evaluates the kept model on every part that the spec wants reported. The test part is looked at here, once.
pub fn report(
    session: &Session,
    model: &Model,
    judge: &Judge,
    trained: &Trained,
    facts: &Facts<'_>,
) -> (RunReport, Pictured) {
    let (pipeline, prepared) = (&session.pipeline, session.prepared.as_ref());
    let mut report = RunReport {
        mtlc_version: env!("CARGO_PKG_VERSION").into(),
        name: pipeline.name.clone(),
        doc: pipeline.doc.clone(),
        spec_sha256: facts.spec_sha256.into(),
        started: facts.started.into(),
        device: facts.device.clone(),
        seed: facts.seed,
        split_seed: facts.split_seed,
        parameters: model.weights.parameters(),
        epochs: trained.epochs,
        best_epoch: trained.best.epoch,
        score: trained.best.score,
        ended: match trained.ending {
            Ending::AllEpochs => "all epochs",
            Ending::EarlyStop => "stopped early",
            Ending::Interrupted => "interrupted",
        }
        .into(),
        train: TrainReport {
            seconds: trained.seconds,
            examples_per_second: trained.examples as f64 / trained.seconds.max(1e-9),
            rows: session.prepared.parts().0.iter().map(|part| part.train.len()).sum(),
            steps: usize::try_from(trained.updates).unwrap_or(usize::MAX),
        },
        balancer: pipeline.weights.balancer.show(),
        weights: pipeline
            .tasks
            .iter()
            .map(|task| task.name.clone())
            .zip(pipeline.weights.lambda.iter().copied())
            .collect(),
        ..RunReport::default()
    };
    let choice = Choice::of(pipeline);
    for (index, task) in pipeline.tasks.iter().enumerate() {
        let chooses = (!choice.chooses(index)).then_some(false);
        report.tasks.insert(task.name.clone(), TaskReport { chooses, ..task_report(pipeline, prepared, judge, index) });
    }
    let mut pictures = Pictured::default();
    for part in pipeline.evaluate.parts.iter().copied().filter(|part| has_rows(session, *part)) {
        let judged = session.judged(judge, model, part, Keep::Sample);
        for (index, (task, judged)) in pipeline.tasks.iter().zip(&judged).enumerate() {
            let of_part = judged_part(pipeline, judge, index, part, judged);
            if let Some(task_report) = report.tasks.get_mut(&task.name) {
                task_report.set_part(part, of_part);
            }
            if part != Part::Train {
                pictures.insert(task.name.clone(), pictured(session, model, index, part, judged));
            }
        }
        let figures: Vec<TaskFigures> = judged.into_iter().map(|judged| judged.figures).collect();
        if part == Part::Valid {
            report.left_out = choice.score(&figures).left_out.into_iter().collect();
            if choice.loss(&figures).is_none() {
                report
                    .warnings
                    .push("no task that chooses has a label in the validation part: the last epoch was kept".into());
            }
        }
        if pipeline.tasks.len() > 1 {
            report.over_tasks.insert(part.name(), report.sum_up(part));
        }
    }
    report.texts = texts(session);
    report.families = families(pipeline, &report);
    report.learned = learned(session, model);
    report.unseen_classes = session.prepared.unseen_classes(&pipeline.evaluate.parts);
    let unknown = report.unseen_classes.iter().filter(|counts| counts.unknown > 0);
    report.warnings.extend(unknown.map(UnseenClasses::words));
    if !has_rows(session, Part::Valid) {
        report.warnings.push("there is no validation part: the last epoch was kept".into());
    }
    worked::judge(&mut report, pipeline, &|task| judge.trivial_of(task).cloned());
    (report, pictures)
}

/// What is drawn of a task on a part.
fn pictured(session: &Session, model: &Model, task: usize, part: Part, judged: &Judged) -> TaskPictures {
    let of = &session.pipeline.tasks[task];
    let columns: Vec<String> =
        of.label.columns.iter().map(|column| session.pipeline.column(*column).name.clone()).collect();
    let named = Named {
        classes: session.prepared.classes(task).unwrap_or_default(),
        columns: &columns,
        positive: of.target_steps().find_map(|step| step.def.names_class()),
    };
    let Some((answered, _)) = &judged.kept else {
        return TaskPictures { part: part.name().into(), ..TaskPictures::default() };
    };
    let row = |place: usize| session.prepared.row_name(of.label.data, answered.rows[place]);
    let pictures = TaskPictures::of(part.name(), &answered.scored(), named);
    let examples = examples(session, task, answered, named);
    let (scenes, augmented) = (scenes::scenes(session, model, task, answered, named), scenes::augmented(session, task));
    // The answer that is most wrong, and one that is right.
    let right = |(_, example): &&(usize, Example)| example.truth == example.predicted;
    let mut chosen: Vec<usize> = examples.first().into_iter().map(|(row, _)| *row).collect();
    chosen.extend(examples.iter().skip(1).find(right).map(|(row, _)| *row));
    let attention = chosen.into_iter().flat_map(|row| attention::of_row(session, model, task, row)).collect();
    let examples = examples.into_iter().map(|(_, example)| example).collect();
    TaskPictures {
        rows: judged.figures.rows,
        examples,
        attention,
        worst: worst(&answered.scored(), named, &row),
        scenes,
        augmented,
        ..pictures
    }
}

/// What the texts of inputs are like.
fn texts(session: &Session) -> Ordered<TextsReport> {
    const BARS: usize = 16;
    let mut texts = Ordered::default();
    for (index, input) in session.pipeline.inputs.iter().enumerate() {
        let Some(seen) = session.prepared.tokens_seen(index).filter(|seen| seen.rows() > 0) else { continue };
        let Kind::Tokens { vocabulary } = input.ty.resolve(session.prepared.facts()).kind else { continue };
        let lengths: Vec<usize> = seen.lengths().iter().map(|length| *length as usize).collect();
        let longest = lengths.iter().copied().max().unwrap_or(0);
        let width = (longest + 1).div_ceil(BARS).max(1);
        let mut counts = vec![0; longest / width + 1];
        lengths.iter().for_each(|length| counts[length / width] += 1);
        let bar = |(place, count): (usize, usize)| (place * width, (place + 1) * width - 1, count);
        let report = TextsReport {
            vocabulary: vocabulary.value().map_or(0, |size| size.max(0) as usize),
            mean: lengths.iter().sum::<usize>() as f64 / lengths.len() as f64,
            longest,
            cut: seen.cut(),
            unknown: seen.unknown().into_iter().map(|(part, share)| (part.name().to_string(), share)).collect(),
            lengths: counts.into_iter().enumerate().map(bar).collect(),
        };
        texts.insert(input.name.clone(), report);
    }
    texts
}

/// Rows, each by its number and with what it says, what is true of it and what was answered; of tasks that read texts.
fn examples(session: &Session, task: usize, answered: &Answered, named: Named) -> Vec<(usize, Example)> {
    const MOST: usize = 6;
    let (pipeline, prepared) = (&session.pipeline, &session.prepared);
    let of = &pipeline.tasks[task];
    let behind = inputs_behind(&pipeline.nodes, of);
    let data = of.label.data;
    let texts = |row: usize| -> Vec<(String, String)> {
        let text = |input: &usize| Some((pipeline.inputs[*input].name.clone(), prepared.text(*input, data, row)?));
        // Inputs that read one column are one text.
        let mut all: Vec<(String, String)> = Vec::new();
        for (name, text) in behind.iter().filter_map(text) {
            if !all.iter().any(|(_, other)| *other == text) {
                all.push((name, text));
            }
        }
        all
    };
    if answered.rows.first().is_none_or(|row| texts(*row).is_empty()) {
        return Vec::new();
    }
    let tags = of.target_steps().any(|step| step.def.along().is_some() && step.def.locates().is_none());
    let span = of.target_steps().any(|step| step.def.locates().is_some());
    let example = |(place, words): (usize, WorstRow)| {
        let row = answered.rows[place];
        let shown = if tags {
            Shown::Tags
        } else if span {
            Shown::Span
        } else {
            Shown::Answer
        };
        (row, Example { row: prepared.row_name(data, row), texts: texts(row), shown, ..Example::of(words) })
    };
    super::examples(&answered.scored(), named, MOST).into_iter().map(example).collect()
}

/// What gates and their like have learned, as means over the validation part, or over train where there is none.
pub fn learned(session: &Session, model: &Model) -> Vec<LearnedReport> {
    if !Reports::any(model) {
        return Vec::new();
    }
    let part = if has_rows(session, Part::Valid) { Part::Valid } else { Part::Train };
    let plan = plan::evaluation(&session.pipeline, &session.prepared, part);
    let mut reports = Reports::default();
    for batch in Prefetch::start(session.prepared.clone(), plan, 2) {
        reports.add(model, &mut model.forward(&batch, Mode::EVALUATE, false));
    }
    let report = |one: Reported| LearnedReport {
        node: one.node,
        what: one.what.into(),
        of: one.of.into_iter().zip(one.values).collect(),
    };
    reports.finish(model).into_iter().map(report).collect()
}

fn has_rows(session: &Session, part: Part) -> bool {
    session.prepared.parts().0.iter().any(|parts| !parts.of(part).is_empty())
}
