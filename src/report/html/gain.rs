//! What learning together gained over learning each task alone.

use super::svg::{Bar, bars};
use super::text::{escape, percent};
use super::{ReportInput, Section};
use crate::score::statistics::DeltaMReport;

pub fn section(input: &ReportInput) -> Option<Section> {
    let delta = input.report.delta_m.as_ref()?;
    let bar = |name: &str, value: f64, interval, strong| {
        let mut text = percent(value);
        if let Some(crate::score::statistics::Interval { low, high }) = interval {
            text += &format!(" [{}, {}]", percent(low), percent(high));
        }
        Bar { name: name.to_string(), value, interval, text, strong }
    };
    let mut all: Vec<Bar> = delta.tasks.iter().map(|(task, of)| bar(task, of.gain, of.ci95, false)).collect();
    all.extend(delta.total.map(|total| bar("total", total, delta.ci95, true)));
    let mut body = format!(
        "<figure class=\"card wide\">{}</figure>",
        bars("gain of each task over its single-task baseline", &all)
    );
    for (task, why) in delta.left_out.iter() {
        body += &format!("<p class=\"warning\">Without <b>{}</b>: {}.</p>", escape(task), escape(why));
    }
    let seeds = match delta.seeds {
        0 | 1 => "one seed, so there are no intervals".to_string(),
        seeds => format!("{seeds} seeds, with 95% intervals over them"),
    };
    let note = format!(
        "Δm (Maninis et al. 2019): each task's figure ({}) against a model of its own with the same trunk and budget, so that \
         right of zero is better together; {seeds}.",
        escape(&figures(delta))
    );
    Some(Section { id: "gain", title: "Gain over single tasks", note, body })
}

/// Every figure once.
fn figures(delta: &DeltaMReport) -> String {
    let mut figures: Vec<&str> = delta.tasks.iter().map(|(_, task)| task.figure.as_str()).collect();
    let mut seen = std::collections::HashSet::new();
    figures.retain(|figure| seen.insert(*figure));
    figures.join(", ")
}
