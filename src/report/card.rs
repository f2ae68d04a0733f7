//! A card of a trained model, as Markdown, for whoever is handed it: what it answers and how well, what it was trained on, what it
//! reads, and where it should not be trusted. After Mitchell et al. 2019, *Model Cards for Model Reporting*.

use std::collections::BTreeMap;

use super::{PartReport, RunReport, TaskReport};
use crate::catalog::show_number;
use crate::pipeline::{Part, Pipeline};

/// What is not in the report.
pub struct Facts<'a> {
    /// When the training began, in UTC.
    pub started: &'a str,
    /// Each file that was read, with its hash.
    pub files: &'a BTreeMap<String, String>,
    /// The hash by which the run is known.
    pub identity: &'a str,
}

/// The card.
pub fn card(pipeline: &Pipeline, report: &RunReport, facts: &Facts<'_>) -> String {
    let mut text = format!("# {}\n\n", report.name);
    let doc = pipeline.doc.trim();
    if !doc.is_empty() {
        text += &format!("{doc}\n\n");
    }
    let sections = [answers(pipeline, report), inputs(pipeline), training(report, facts), limits(report)];
    text + &sections.concat()
}

fn answers(pipeline: &Pipeline, report: &RunReport) -> String {
    let mut text = String::from("## What it answers\n\n");
    text += "| task | kind | label | figure | 95% | answering without looking | rows |\n| --- | --- | --- | ---: | --- | ---: | ---: |\n";
    for (name, task) in report.tasks.iter() {
        let Some((part, figures)) = task.final_part() else { continue };
        let key = &task.select;
        let number = |value: Option<f64>| value.map_or_else(|| "–".into(), rounded);
        let interval = figures
            .intervals
            .get(key)
            .map_or_else(|| "–".into(), |interval| format!("{} to {}", rounded(interval.low), rounded(interval.high)));
        let trivial = number(figures.trivial.get(key).copied());
        let cells = [
            format!("`{name}`"),
            task.template.clone(),
            format!("`{}`", task.label),
            format!("{key} {} on {}", number(figures.number(key)), part.name()),
            interval,
            trivial,
            figures.rows.to_string(),
        ];
        text += &format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
    }
    text.push('\n');
    for (name, task) in report.tasks.iter() {
        if let Some(line) = described(pipeline, name, task) {
            text += &line;
        }
    }
    text
}

/// What the spec says of a task, and the classes that it knows.
fn described(pipeline: &Pipeline, name: &str, task: &TaskReport) -> Option<String> {
    const MOST: usize = 30;
    let doc = pipeline.tasks.iter().find(|one| one.name == name).map_or("", |one| one.doc.trim());
    let mut parts: Vec<String> = (!doc.is_empty()).then(|| doc.replace('\n', " ")).into_iter().collect();
    if !task.classes.is_empty() {
        let known: Vec<String> = task.classes.iter().take(MOST).map(|class| format!("`{class}`")).collect();
        let more = task.classes.len().saturating_sub(MOST);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        parts.push(format!("It knows {}{more}, and gives no other answer.", known.join(", ")));
    }
    (!parts.is_empty()).then(|| format!("`{name}`: {}\n\n", parts.join(" ")))
}

fn inputs(pipeline: &Pipeline) -> String {
    let mut text = String::from("## What it reads\n\n");
    for input in &pipeline.inputs {
        let columns: Vec<String> =
            input.columns.iter().map(|column| format!("`{}`", pipeline.column(*column).source)).collect();
        let steps: Vec<String> = input.steps.iter().map(|step| step.def.show()).collect();
        let steps = if steps.is_empty() { String::new() } else { format!(", by `{}`", steps.join(" -> ")) };
        text += &format!("- `{}`: {}{steps}\n", input.name, columns.join(", "));
    }
    text + "\n"
}

fn training(report: &RunReport, facts: &Facts<'_>) -> String {
    let mut text = String::from("## How it was trained\n\n");
    let train = &report.train;
    text += &format!(
        "On {} rows, {} epochs ({}), of which epoch {} is kept; {} numbers were learned. Seed {}, split {}, on {}, by mtlc {}, {}. ",
        train.rows,
        report.epochs,
        report.ended,
        report.best_epoch,
        report.parameters,
        report.seed,
        report.split_seed,
        report.device,
        report.mtlc_version,
        facts.started,
    );
    text += &format!("The run is `{}`.\n\n", facts.identity);
    if !facts.files.is_empty() {
        text += "| file | SHA-256 |\n| --- | --- |\n";
        for (name, hash) in facts.files {
            text += &format!("| `{}` | `{hash}` |\n", name.replace('|', "\\|"));
        }
        text.push('\n');
    }
    text
}

fn limits(report: &RunReport) -> String {
    let mut lines: Vec<String> = Vec::new();
    lines.push(
        "The figures hold for rows that come about as those of the split did, and for no others; what has changed since is not in them."
            .into(),
    );
    let parts = || report.tasks.iter().filter_map(|(_, task)| task.final_part());
    if parts().all(|(_, figures)| figures.intervals.is_empty()) {
        lines.push(
            "How sure the figures are was not asked: `evaluate { bootstrap: 1000 }` in the spec gives intervals."
                .into(),
        );
    }
    for (name, task) in report.tasks.iter() {
        if !task.verdict.is_empty() {
            lines.push(format!("`{name}`: {}.", task.verdict.trim_end_matches('.')));
        }
        let seen = |part: Part| task.part(part).map_or(0, |part: &PartReport| part.rows);
        if seen(Part::Test) == 0 {
            lines.push(format!("`{name}` was judged on no test part: the model was chosen by the rows that judge it."));
        }
    }
    for unseen in &report.unseen_classes {
        lines.push(format!("`{}` has held classes that training did not have.", unseen.column));
    }
    lines.extend(report.warnings.iter().cloned());
    format!("## Limits\n\n{}", lines.iter().map(|line| format!("- {line}\n")).collect::<String>())
}

fn rounded(value: f64) -> String {
    show_number((value * 1e4).round() / 1e4)
}
