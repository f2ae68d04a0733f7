//! The run as a whole over epochs: total loss, score, learning rate.

use super::svg::{Line, LineChart};
use super::{ReportInput, Section, card, heading};
use crate::pipeline::Part;
use crate::train::records::EpochRecord;

pub fn section(input: &ReportInput) -> Option<Section> {
    let epochs = &input.records.epochs;
    if epochs.is_empty() {
        return None;
    }
    let mark = Some((input.report.best_epoch as f64, format!("kept: epoch {}", input.report.best_epoch)));
    let line = |name: &str, class: &str, value: &dyn Fn(&EpochRecord) -> Option<f64>| Line {
        name: name.to_string(),
        class: class.to_string(),
        points: epochs.iter().map(|record| (record.epoch as f64, value(record))).collect(),
    };
    let chart = |name: &str, remark: &str, lines: Vec<Line>, may_be_log: bool, include: Option<f64>| {
        let lines: Vec<Line> = lines.into_iter().filter(|line| line.points.iter().any(|one| one.1.is_some())).collect();
        if lines.is_empty() {
            return String::new();
        }
        let label = format!("{name} over epochs");
        card(&heading(name, remark), &LineChart { label: &label, lines, mark: mark.clone(), may_be_log, include }.svg())
    };
    let losses = Part::ALL
        .iter()
        .map(|part| line(part.name(), part.name(), &|record| record.loss.get(part.name()).copied().flatten()));
    let mut body = chart("total loss", "weighted", losses.collect(), true, None);
    body += &chart("multi-task score", "on valid", vec![line("score", "valid", &|record| record.score)], false, None);
    body += &chart("learning rate", "", vec![line("learning rate", "c8", &|record| Some(record.lr))], false, Some(0.0));
    Some(Section {
        id: "learning",
        title: "Learning",
        note: String::new(),
        body: format!("<div class=\"grid\">{body}</div>"),
    })
}
