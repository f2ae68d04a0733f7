//! Loss and metrics over epochs, per task.

use super::svg::{Line, LineChart};
use super::text::escape;
use super::{ReportInput, Section, card, folded_away, heading};
use crate::pipeline::Part;
use crate::train::records::TaskRecord;

pub fn section(input: &ReportInput) -> Option<Section> {
    let mut body = String::new();
    let parts: Vec<Part> = Part::ALL
        .into_iter()
        .filter(|part| input.records.tasks.iter().any(|record| record.part == part.name()))
        .collect();
    let many = input.report.tasks.len() > super::OPEN;
    for (task, report) in input.report.tasks.iter() {
        let charts = charts(input, task, &report.select, &parts);
        let grid = format!("<div class=\"grid\">{charts}</div>");
        body += &match (charts.is_empty(), many) {
            (true, _) => String::new(),
            (false, true) => folded_away(task, &grid),
            (false, false) => format!("<h3>{}</h3>{grid}", escape(task)),
        };
    }
    if body.is_empty() {
        return None;
    }
    let legend: String = parts
        .iter()
        .map(|part| format!("<span><i style=\"background:var(--{0})\"></i>{0}</span>", part.name()))
        .collect();
    let note = format!(
        "After each epoch, on all rows of a part. The dotted line is the kept epoch, {}.",
        input.report.best_epoch
    );
    Some(Section { id: "curves", title: "Curves", note, body: format!("<div class=\"legend\">{legend}</div>{body}") })
}

fn charts(input: &ReportInput, task: &str, select: &str, parts: &[Part]) -> String {
    let mut keys: Vec<&str> = Vec::new();
    for record in input.records.tasks.iter().filter(|record| record.task == task) {
        for key in record.metrics.names() {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    // The metric that chooses stands beside the loss.
    keys.sort_by_key(|key| *key != select);
    let mark = Some((input.report.best_epoch as f64, format!("kept: epoch {}", input.report.best_epoch)));
    let chart = |name: &str, remark: &str, loss: bool, value: &dyn Fn(&TaskRecord) -> Option<f64>| {
        let line = |part: &Part| Line {
            name: part.name().to_string(),
            class: part.name().to_string(),
            points: input.records.of(task, *part).map(|record| (record.epoch as f64, value(record))).collect(),
        };
        let lines: Vec<Line> =
            parts.iter().map(line).filter(|line| line.points.iter().any(|one| one.1.is_some())).collect();
        if lines.is_empty() {
            return String::new();
        }
        let label = format!("{name} of {task} over epochs");
        let svg = LineChart { label: &label, lines, mark: mark.clone(), may_be_log: loss, include: None }.svg();
        card(&heading(name, remark), &svg)
    };
    let mut html = chart("loss", "", true, &|record| record.loss);
    for key in keys {
        let remark = if key == select { "chooses the epoch" } else { "" };
        html += &chart(key, remark, false, &|record| record.metrics.get(key).copied().flatten());
    }
    html
}
