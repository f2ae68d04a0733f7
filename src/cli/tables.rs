//! Tables that commands print: aligned, plain, one line per row.

use crate::pipeline::Part;
use crate::report::{FigureReport, JudgedReport, MANY, OverTasks, PartReport, RunReport};
use crate::score::Ordered;

/// Lays out cells in columns; the first is left-aligned, the others right.
pub fn table(header: &[String], rows: &[Vec<String>]) -> String {
    let columns = header.len();
    let all = || std::iter::once(header).chain(rows.iter().map(Vec::as_slice));
    let width =
        |column: usize| all().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in all() {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        text += cells.collect::<Vec<_>>().join("  ").trim_end();
        text += "\n";
    }
    text
}

/// The figures of a run that was evaluated again, or of a file of predictions: a row per task and metric, a column per part, and
/// what answering without looking reaches. Many tasks are summed up unless `all` are asked for.
pub fn evaluated(report: &RunReport, all: bool) -> String {
    let others = report.judged.iter().any(|judged| judged.part == "all");
    let judged: String = report.judged.iter().map(|judged| format!("Judged {}.\n", rows_judged(judged))).collect();
    let not: String = report.not_judged.iter().map(|(task, why)| format!("Not judged: {task} ({why})\n")).collect();
    let (kept, unknown) = match report.predictions.as_str() {
        "" => (format!("{}\n", kept(report)), String::new()),
        file => (format!("These are the predictions in {file} (* chooses).\n"), unknown(report)),
    };
    format!("{}\n{judged}{not}{unknown}{kept}{}", figures(report, others, all), notes(report))
}

/// The figures that a file of predictions does not tell, and why: one line for each reason.
fn unknown(report: &RunReport) -> String {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for (task, of_task) in report.tasks.iter().filter(|(task, _)| report.not_judged.get(task).is_none()) {
        for (key, why) in of_task.final_part().iter().flat_map(|(_, part)| part.undefined.iter()) {
            let reason = format!("{task} ({why})");
            match found.iter_mut().find(|(other, _)| *other == reason) {
                Some((_, keys)) => keys.push(key.to_string()),
                None => found.push((reason, vec![key.to_string()])),
            }
        }
    }
    found.iter().map(|(reason, keys)| format!("Left out: {} of {reason}\n", keys.join(", "))).collect()
}

/// `all 24 rows of new.csv`, `the test part of shop.csv (24 rows)`.
fn rows_judged(judged: &JudgedReport) -> String {
    let files = match judged.files.as_slice() {
        [first, _, .., last] => format!("{first} … {last} ({} files)", judged.files.len()),
        few => few.join(" and "),
    };
    let s = if judged.rows == 1 { "" } else { "s" };
    match judged.part.as_str() {
        "all" if judged.rows == 1 => format!("the one row of {files}"),
        "all" => format!("all {} rows of {files}", judged.rows),
        part => format!("the {part} part of {files} ({} row{s})", judged.rows),
    }
}

pub fn figures(report: &RunReport, others: bool, all: bool) -> String {
    let parts: Vec<Part> =
        Part::ALL.into_iter().filter(|part| report.tasks.iter().any(|(_, task)| task.part(*part).is_some())).collect();
    let name = |part: &Part| if others { "these rows".to_string() } else { part.name().to_string() };
    let names: Vec<String> = parts.iter().map(name).collect();
    if report.tasks.len() >= MANY && !all { many(report, &parts, names) } else { of_each_task(report, &parts, names) }
}

fn of_each_task(report: &RunReport, parts: &[Part], names: Vec<String>) -> String {
    // Without the training part nothing tells what answering without looking would reach.
    let trivial =
        report.tasks.iter().any(|(_, task)| task.final_part().is_some_and(|(_, part)| !part.trivial.is_empty()));
    let header: Vec<String> = std::iter::once("task and metric".to_string())
        .chain(names)
        .chain(trivial.then(|| "trivial".to_string()))
        .collect();
    let mut rows = Vec::new();
    for (name, task) in report.tasks.iter().filter(|(name, _)| report.not_judged.get(name).is_none()) {
        let count = |part: &Part| task.part(*part).map_or("–".into(), |report| format!("{} rows", report.rows));
        rows.push(std::iter::once(name.to_string()).chain(parts.iter().map(count)).collect());
        let Some((_, first)) = task.final_part() else { continue };
        for (key, figure) in first.metrics.iter() {
            if matches!(figure, FigureReport::Matrix(_)) {
                continue;
            }
            if let FigureReport::PerClass(values) = figure {
                rows.push(std::iter::once(format!("  {key}")).chain(parts.iter().map(|_| String::new())).collect());
                for class in 0..values.len() {
                    let of_class = |part: &PartReport| part.per_class(key)?.get(class).copied().flatten();
                    let cell = |part: &Part| task.part(*part).and_then(of_class).map_or("–".into(), number);
                    let name = task.classes.get(class).map_or_else(|| class.to_string(), String::clone);
                    rows.push(std::iter::once(format!("    {name}")).chain(parts.iter().map(cell)).collect());
                }
                continue;
            }
            let mark = if key == task.select && task.chooses != Some(false) { " *" } else { "" };
            let cell = |part: &Part| task.part(*part).and_then(|part| part.number(key)).map_or("–".into(), number);
            let blind = trivial.then(|| first.trivial.get(key).map_or("–".into(), |value| number(*value)));
            let cells = parts.iter().map(cell).chain(blind);
            rows.push(std::iter::once(format!("  {key}{mark}")).chain(cells).collect());
        }
        if trivial {
            let skill = |part: &Part| task.part(*part).and_then(|part| part.skill).map_or("–".into(), number);
            let cells = parts.iter().map(skill).chain(["0".into()]);
            rows.push(std::iter::once("  skill".to_string()).chain(cells).collect());
        }
    }
    rows.extend(families(report, parts));
    table(&header, &rows)
}

/// A row per metric: its mean over tasks on each part, and on the last its worst and its best.
fn many(report: &RunReport, parts: &[Part], names: Vec<String>) -> String {
    let Some(last) = parts.last() else { return String::new() };
    let of_part = |part: &Part| report.over_tasks.get(part.name());
    let Some(final_part) = of_part(last) else { return String::new() };
    let name = names.last().cloned().unwrap_or_default();
    let header: Vec<String> = std::iter::once(format!("mean over {} tasks", report.tasks.len()))
        .chain(names)
        .chain([format!("worst on {name}"), format!("best on {name}")])
        .collect();
    let row = |(key, over): (&str, &OverTasks)| {
        let of_all = if over.tasks < report.tasks.len() { format!(" (of {})", over.tasks) } else { String::new() };
        let mean =
            |part: &Part| of_part(part).and_then(|all| all.get(key)).map_or("–".into(), |all| number(all.mean));
        let ends = [&over.worst, &over.best].map(|one| format!("{} ({})", number(one.value), one.task));
        std::iter::once(format!("{key}{of_all}")).chain(parts.iter().map(mean)).chain(ends).collect()
    };
    let mut rows: Vec<Vec<String>> = final_part.iter().map(row).collect();
    rows.extend(families(report, parts));
    table(&header, &rows) + "All figures are in report.json and report.html; `--all-tasks` shows them here.\n"
}

/// The means over the tasks of each family, on each part, and what all its rows say as one column of numbers.
fn families(report: &RunReport, parts: &[Part]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for (name, family) in report.families.iter() {
        let figures = parts.iter().map(|part| family.part(*part));
        let keys = figures.clone().find(|figures| !figures.is_empty());
        if keys.is_some() {
            rows.push(vec![format!("{name}, mean of {} tasks", family.tasks.len())]);
        }
        for (key, _) in keys.into_iter().flat_map(|keys| keys.iter()) {
            let cell = |figures: &Ordered<f64>| figures.get(key).copied().map_or("–".into(), number);
            rows.push(std::iter::once(format!("  {key}")).chain(figures.clone().map(cell)).collect());
        }
        let keys = family.pooled_keys();
        if !keys.is_empty() {
            rows.push(vec![format!("{name}, all rows together")]);
        }
        for key in keys {
            let cell = |part: &Part| family.of_all_rows(*part, key).map_or("–".into(), number);
            rows.push(std::iter::once(format!("  {key}")).chain(parts.iter().map(cell)).collect());
        }
    }
    rows
}

pub fn kept(report: &RunReport) -> String {
    let score = report.score.map_or(String::new(), |score| format!(", multi-task score {} on valid", number(score)));
    format!("Kept epoch {} of {}{score} (* chooses).", report.best_epoch, report.epochs)
}

pub fn notes(report: &RunReport) -> String {
    let mut left_out: Vec<(&str, Vec<&str>)> = Vec::new();
    for (task, why) in report.left_out.iter() {
        match left_out.iter_mut().find(|(other, _)| other == why) {
            Some((_, tasks)) => tasks.push(task),
            None => left_out.push((why.as_str(), vec![task])),
        }
    }
    let left_out: String =
        left_out.iter().map(|(why, tasks)| format!("Left out of the score: {} ({why})\n", some(tasks))).collect();
    let note = |(place, warning): (usize, &String)| {
        let what = if place == 0 && report.learnt_nothing { "Warning" } else { "Note" };
        format!("{what}: {warning}\n")
    };
    let warnings: String = report.warnings.iter().enumerate().map(note).collect();
    left_out + &warnings
}

/// A few names, and how many more.
fn some(names: &[&str]) -> String {
    const SHOWN: usize = 6;
    let more = if names.len() > SHOWN { format!(" and {} more", names.len() - SHOWN) } else { String::new() };
    names[..names.len().min(SHOWN)].join(", ") + &more
}

/// Four significant digits, without an exponent for usual sizes.
pub fn number(value: f64) -> String {
    let magnitude = value.abs();
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    if !(1e-4..1e7).contains(&magnitude) {
        return format!("{value:.3e}");
    }
    let decimals = (3 - magnitude.log10().floor() as i32).clamp(0, 7) as usize;
    format!("{value:.decimals$}")
}
