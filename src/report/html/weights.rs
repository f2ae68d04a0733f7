//! What the balancer made of the weights, over epochs.

use super::svg::{Line, LineChart};
use super::text::escape;
use super::{ReportInput, Section};

pub fn section(input: &ReportInput) -> Option<Section> {
    let epochs = &input.records.epochs;
    let mut names: Vec<&str> = Vec::new();
    for name in epochs.iter().flat_map(|record| record.weights.names()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    // Weights that stand still are in the table already.
    let moves = |name: &&str| {
        let first = epochs.first().and_then(|record| record.weights.get(name));
        epochs.iter().any(|record| record.weights.get(name) != first)
    };
    if !names.iter().any(moves) {
        return None;
    }
    let class = |place: usize| format!("c{}", place % 8 + 1);
    let lines = names.iter().enumerate().map(|(place, name)| Line {
        name: name.to_string(),
        class: class(place),
        points: epochs.iter().map(|record| (record.epoch as f64, record.weights.get(name).copied())).collect(),
    });
    let label = "weight of each task over epochs";
    let svg = LineChart { label, lines: lines.collect(), mark: None, may_be_log: true, include: None }.svg();
    let legend: String = names
        .iter()
        .enumerate()
        .map(|(place, name)| {
            format!("<span><i style=\"background:var(--{})\"></i>{}</span>", class(place), escape(name))
        })
        .collect();
    let note = format!(
        "What each task's loss or gradient was multiplied with, the mean over an epoch's steps, under <code>{}</code>.",
        escape(&input.report.balancer)
    );
    let body =
        format!("<div class=\"legend\">{legend}</div><figure class=\"card\" style=\"max-width:460px\">{svg}</figure>");
    Some(Section { id: "weights", title: "Weights over time", note, body })
}
