//! The top of the page: what was run, how it went, what it reached.

use super::ReportInput;
use super::text::{count, duration, escape, number};

pub fn html(input: &ReportInput) -> String {
    let report = input.report;
    let mut html = format!("<header>\n<h1>{}</h1>\n", escape(&report.name));
    if !report.doc.is_empty() {
        // Lines of a spec are as long as its author likes; a blank one ends a paragraph.
        let paragraphs = report.doc.trim().split("\n\n").map(|one| one.lines().collect::<Vec<_>>().join(" "));
        html += &format!("<p class=\"doc\">{}</p>\n", escape(&paragraphs.collect::<Vec<_>>().join("\n")));
    }
    html += &format!("<div class=\"scores\">{}</div>\n<dl class=\"facts\">", scores(input));
    let hash: String = report.spec_sha256.chars().take(12).collect();
    let split = if report.train.rows > 0 { format!("{} rows", count(report.train.rows)) } else { String::new() };
    let facts = [
        ("Started", report.started.replace('T', " ").replace('Z', " UTC")),
        ("Device", report.device.clone()),
        ("Parameters", count(report.parameters)),
        ("Trained on", split),
        ("Epochs", epochs(input)),
        ("Training time", duration(report.train.seconds)),
        ("Examples per second", count(report.train.examples_per_second.max(0.0).round() as usize)),
        ("Seed, split seed", format!("{}, {}", report.seed, report.split_seed)),
        ("Balancer", report.balancer.clone()),
        ("mtlc", report.mtlc_version.clone()),
        ("Spec (SHA-256)", hash),
    ];
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        html += &format!("<div><dt>{name}</dt><dd>{}</dd></div>", escape(value));
    }
    html += "</dl>\n";
    for (task, why) in report.left_out.iter() {
        html += &format!("<p class=\"warning\">The score leaves out <b>{}</b>: {}.</p>\n", escape(task), escape(why));
    }
    for warning in &report.warnings {
        html += &format!("<p class=\"warning\">{}</p>\n", escape(warning));
    }
    html + "</header>\n"
}

fn epochs(input: &ReportInput) -> String {
    let report = input.report;
    let mut text = format!("{}, best is {}", count(report.epochs), count(report.best_epoch));
    if !report.ended.is_empty() {
        text += &format!(" ({})", report.ended);
    }
    text
}

/// The multi-task score, the gain if it was measured, and the select metric of each task (of the first eleven).
fn scores(input: &ReportInput) -> String {
    let report = input.report;
    let tile = |value: String, name: &str, remark: String| {
        format!(
            "<div class=\"score\"><span>{}</span><b>{value}</b><small>{}</small></div>",
            escape(name),
            escape(&remark)
        )
    };
    let score = report.score.map_or("–".into(), number);
    let mut html = tile(score, "Multi-task score", "on valid; 0 is trivial, 1 perfect".into());
    if let Some(delta) = &report.delta_m {
        let seeds = if delta.seeds == 1 { "1 seed".into() } else { format!("{} seeds", delta.seeds) };
        let total = delta.total.map_or("–".into(), super::text::percent);
        html += &tile(total, "Δm", format!("against single tasks, {seeds}"));
    }
    for (name, task) in report.tasks.iter().take(11) {
        let Some((part, figures)) = task.final_part() else { continue };
        let value = figures.number(&task.select).map_or("–".into(), number);
        let remark = format!("{} on {}, {} rows", task.select, part.name(), count(figures.rows));
        html += &tile(value, name, remark);
    }
    let rest = report.tasks.len().saturating_sub(11);
    if rest > 0 {
        html += &tile(format!("+ {rest}"), "more tasks", "in the table below".into());
    }
    html
}
