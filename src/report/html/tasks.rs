//! Every figure of every task on every part, with the rows behind it.

use super::text::{count, escape, number};
use super::{ReportInput, Section};
use crate::pipeline::Part;
use crate::report::{FamilyReport, FigureReport, PartReport, TaskReport};

pub fn section(input: &ReportInput) -> Option<Section> {
    let report = input.report;
    if report.tasks.is_empty() {
        return None;
    }
    let parts: Vec<Part> =
        Part::ALL.into_iter().filter(|part| report.tasks.iter().any(|(_, task)| task.part(*part).is_some())).collect();
    let heads: String = parts.iter().map(|part| format!("<th>{}</th>", part.name())).collect();
    let heads = heads + "<th>trivial</th>";
    let mut body = format!("<div class=\"table\"><table><thead><tr><th>Task and metric</th>{heads}</tr></thead>");
    for (name, task) in report.tasks.iter() {
        body += &rows(name, task, report.weights.get(name).copied(), &parts);
    }
    for (name, family) in report.families.iter() {
        body += &family_rows(name, family, &parts);
    }
    body += "</table></div>";
    let intervals = report
        .tasks
        .iter()
        .any(|(_, task)| parts.iter().any(|part| task.part(*part).is_some_and(|part| !part.intervals.is_empty())));
    let mut note = String::from(
        "Of the kept model, over all rows of a part that have the label. The bold metric chose it. Trivial: what the training part's most frequent class, or its mean, reaches as the answer to every row of the last part; the skill is 0 there and 1 for perfect answers.",
    );
    if intervals {
        note += " In brackets: 95%, by bootstrap over the rows.";
    }
    Some(Section { id: "tasks", title: "Tasks", note, body })
}

fn rows(name: &str, task: &TaskReport, lambda: Option<f64>, parts: &[Part]) -> String {
    let mut facts: Vec<String> =
        [&task.template, &task.label].into_iter().filter(|text| !text.is_empty()).cloned().collect();
    facts.extend(lambda.map(|lambda| format!("λ = {}", super::text::tick(lambda))));
    let mut html = format!("<tbody><tr><th>{}<small>{}</small></th>", escape(name), escape(&facts.join(" · ")));
    for part in parts {
        let rows = task.part(*part).map_or(String::new(), |part| format!("{} rows", count(part.rows)));
        html += &format!("<td class=\"none\">{rows}</td>");
    }
    html += "<td></td></tr>";
    if !task.verdict.is_empty() {
        html +=
            &format!("<tr><td class=\"verdict\" colspan=\"{}\">{}</td></tr>", parts.len() + 2, escape(&task.verdict));
    }
    let last = parts.iter().rev().find_map(|part| task.part(*part));
    let mut keys: Vec<&str> = Vec::new();
    for key in parts.iter().filter_map(|part| task.part(*part)).flat_map(|part| part.metrics.names()) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let line = |class: &str, key: &str, cell: &dyn Fn(&PartReport) -> String| {
        let cells: String =
            parts.iter().map(|part| task.part(*part).map_or("<td class=\"none\">–</td>".into(), cell)).collect();
        let trivial = match (key, last) {
            ("skill", Some(_)) => Some(0.0),
            (_, last) => last.and_then(|last| last.trivial.get(key)).copied(),
        };
        let trivial =
            trivial.map_or("<td></td>".to_string(), |value| format!("<td class=\"none\">{}</td>", number(value)));
        format!("<tr{class}><td class=\"metric\">{}</td>{cells}{trivial}</tr>", escape(key))
    };
    html += &line("", "loss", &|part| match part.loss {
        Some(loss) => format!("<td>{}</td>", number(loss)),
        None => "<td class=\"none\">–</td>".into(),
    });
    for key in keys {
        let matrix = |part: &Part| task.part(*part).is_some_and(|part| is_matrix(part, key));
        if parts.iter().any(matrix) {
            continue;
        }
        let per_class = |part: &Part| task.part(*part)?.per_class(key);
        if let Some(values) = parts.iter().find_map(per_class) {
            for class in 0..values.len() {
                let name = task.classes.get(class).map_or_else(|| class.to_string(), String::clone);
                html += &line("", &format!("{key}: {name}"), &|part| of_class(part, key, class));
            }
            continue;
        }
        let class = if key == task.select && task.chooses != Some(false) { " class=\"selected\"" } else { "" };
        html += &line(class, key, &|part| figure(part, key));
    }
    if parts.iter().any(|part| task.part(*part).is_some_and(|part| part.skill.is_some())) {
        html += &line("", "skill", &|part| match part.skill {
            Some(skill) => format!("<td>{}</td>", number(skill)),
            None => "<td class=\"none\">–</td>".into(),
        });
    }
    html + "</tbody>"
}

/// The means of a family's tasks, and what all their rows say as one column of numbers.
fn family_rows(name: &str, family: &FamilyReport, parts: &[Part]) -> String {
    let mut keys: Vec<&str> = Vec::new();
    for key in parts.iter().flat_map(|part| family.part(*part).names()) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let what = format!("mean of {} tasks", family.tasks.len());
    // What is trivial for one task means nothing for the mean of several.
    let none = "<td class=\"none\"></td>".repeat(parts.len() + 1);
    let mut html = format!("<tbody><tr><th>{}<small>{what}</small></th>{none}</tr>", escape(name));
    for key in keys {
        let cell = |part: &Part| match family.part(*part).get(key) {
            Some(value) => format!("<td>{}</td>", number(*value)),
            None => "<td class=\"none\">–</td>".into(),
        };
        let cells: String = parts.iter().map(cell).collect();
        html += &format!("<tr><td class=\"metric\">{}</td>{cells}<td></td></tr>", escape(key));
    }
    html += "</tbody>";
    let keys = family.pooled_keys();
    if !keys.is_empty() {
        html +=
            &format!("<tbody><tr><th>{}<small>all rows of its tasks together</small></th>{none}</tr>", escape(name));
    }
    for key in &keys {
        let cell = |part: &Part| match family.of_all_rows(*part, key) {
            Some(value) => format!("<td>{}</td>", number(value)),
            None => "<td class=\"none\">–</td>".into(),
        };
        let cells: String = parts.iter().map(cell).collect();
        html += &format!("<tr><td class=\"metric\">{}</td>{cells}<td></td></tr>", escape(key));
    }
    if keys.is_empty() { html } else { html + "</tbody>" }
}

fn of_class(part: &PartReport, key: &str, class: usize) -> String {
    match part.per_class(key).and_then(|values| *values.get(class)?) {
        Some(value) => format!("<td>{}</td>", number(value)),
        None => "<td class=\"none\">–</td>".into(),
    }
}

fn is_matrix(part: &PartReport, key: &str) -> bool {
    matches!(part.metrics.get(key), Some(FigureReport::Matrix(_)))
}

fn figure(part: &PartReport, key: &str) -> String {
    let Some(value) = part.number(key) else {
        let why = part.undefined.get(key).map_or("", String::as_str);
        let shown = if why.is_empty() { "–".into() } else { format!("<small>{}</small>", escape(why)) };
        return format!("<td class=\"none\">{shown}</td>");
    };
    let interval = part.intervals.get(key).map_or(String::new(), |interval| {
        format!("<small>[{}, {}]</small>", number(interval.low), number(interval.high))
    });
    format!("<td>{}{interval}</td>", number(value))
}
