//! Did it work? Each task beside answering without looking, and a run that learnt nothing at all.

use super::{PartReport, RunReport, TaskReport};
use crate::catalog::metrics::direction_of;
use crate::catalog::show_number;
use crate::pipeline::Pipeline;
use crate::pipeline::{Part, Threshold};
use crate::score::statistics::Verdict;
use crate::score::{Trivial, is_better};

fn shown(value: f64) -> String {
    let decimals = (3 - value.abs().max(1e-3).log10().floor() as i32).clamp(0, 6);
    let scale = 10f64.powi(decimals);
    show_number((value * scale).round() / scale)
}

/// In words, what is wrong with a task, by the part that a person looks at first; `None` if it works.
fn words(name: &str, task: &TaskReport, threshold: &Threshold, trivial: &Trivial) -> Option<String> {
    let (part, report) = task.final_part()?;
    let (value, start) = (report.number(&task.select)?, report.trivial.get(&task.select)?);
    let than = trivial.words();
    let figures = format!("{} {}, and {} without looking", task.select, shown(value), shown(*start));
    let rows = report.rows;
    let s = if rows == 1 { "" } else { "s" };
    let mut text = match report.beats_trivial? {
        Verdict::Yes => return None,
        Verdict::No => {
            format!("`{name}` does no better on {} than {than}: {figures} ({rows} row{s})", part.name())
        }
        Verdict::Unsure => format!(
            "`{name}` is not clearly better on {} than {than}: {figures}, which may be chance with {rows} row{s}",
            part.name()
        ),
    };
    // Probabilities that rank the rows are worth something, whatever is decided at a half.
    let ranks = |key: &&str| ["auroc", "average_precision"].contains(key) && well_ranked(report, key);
    if let Some(key) = report.metrics.names().find(ranks).filter(|key| *key != task.select)
        && *threshold == Threshold::default()
    {
        let value = report.number(key).map_or(String::new(), shown);
        text +=
            &format!("; its {key} of {value} says that it ranks rows well: `threshold: fitted(f1)` decides elsewhere");
    }
    Some(text)
}

fn well_ranked(report: &PartReport, key: &str) -> bool {
    let (Some(value), Some(start)) = (report.number(key), report.trivial.get(key)) else { return false };
    is_better(direction_of(key), value, start + 0.1 * (1.0 - start))
}

/// Says of a finished report what did not work: of each task, and of the run.
pub fn judge(report: &mut RunReport, pipeline: &Pipeline, trivial: &dyn Fn(usize) -> Option<Trivial>) {
    /// More tasks than this are counted.
    const NAMED: usize = 5;
    /// No optimizer learns at such a rate.
    const HIGH: f64 = 0.3;
    let learning = pipeline.learning();
    let mut found: Vec<(String, Verdict, String)> = Vec::new();
    let mut learnt = Vec::new();
    for (index, task) in pipeline.tasks.iter().enumerate() {
        // Of one that never learns that has been said.
        let Some(of_task) = report.tasks.get_mut(&task.name).filter(|_| learning[index]) else { continue };
        let Some((_, last)) = of_task.final_part() else { continue };
        // The rows that it learned from, if they were looked at, tell whether anything was learnt at all.
        let on_train = of_task.part(Part::Train).and_then(|part| part.beats_trivial);
        match (on_train, last.beats_trivial) {
            (Some(train), last) => learnt.push(train == Verdict::Yes || last == Some(Verdict::Yes)),
            (None, Some(last)) => learnt.push(last != Verdict::No),
            (None, None) => {}
        }
        let Some(verdict) = last.beats_trivial else { continue };
        let Some(words) = trivial(index).and_then(|trivial| words(&task.name, of_task, &task.threshold, &trivial))
        else {
            continue;
        };
        of_task.verdict.clone_from(&words);
        found.push((task.name.clone(), verdict, words));
    }
    report.learnt_nothing = !learnt.is_empty() && !learnt.contains(&true);
    if report.learnt_nothing {
        let rate = pipeline.train.optimizer.learning_rate();
        let which = if learnt.len() == 1 { "the task does no better" } else { "no task does better" };
        let train = if on_train(report) { ", even on the rows that it was trained on" } else { "" };
        let why = match rate > HIGH {
            true => format!("a learning rate of {} is too high (1e-3 is usual)", show_number(rate)),
            false => format!(
                "either the inputs do not hold the answers, or the learning rate of {} is wrong for them (1e-3 is usual): look at \
                 the loss over the epochs",
                show_number(rate)
            ),
        };
        report.warnings.insert(0, format!("nothing was learnt: {which} than answering without looking{train}; {why}"));
        return;
    }
    for kind in [Verdict::No, Verdict::Unsure] {
        let these: Vec<&(String, Verdict, String)> = found.iter().filter(|(_, verdict, _)| *verdict == kind).collect();
        if these.len() <= NAMED {
            report.warnings.extend(these.iter().map(|(_, _, words)| words.clone()));
            continue;
        }
        let names: Vec<String> = these.iter().take(NAMED).map(|(name, ..)| format!("`{name}`")).collect();
        let does = if kind == Verdict::No { "do no better" } else { "are not clearly better" };
        report.warnings.push(format!(
            "{} of {} tasks {does} than answering without looking: {} and {} more",
            these.len(),
            pipeline.tasks.len(),
            names.join(", "),
            these.len() - NAMED
        ));
    }
}

fn on_train(report: &RunReport) -> bool {
    report.tasks.iter().any(|(_, task)| task.train.is_some())
}
