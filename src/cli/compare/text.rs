//! The tables of a comparison, and what must be said about them.

use super::super::tables::{number, table};
use crate::report::{MANY, OfTask, OverTasks, over_tasks};
use crate::score::Ordered;
use crate::score::statistics::{DeltaMReport, TaskGainReport};
use crate::score::statistics::{Interval, Spread};
use crate::study::compare::trial::Trial;
use crate::study::compare::{Comparison, ContenderReport};

pub fn text(found: &Comparison, all_tasks: bool) -> String {
    let mut header: Vec<String> = vec!["figure".into()];
    header.extend(found.contenders.names().map(str::to_string));
    if !found.alone.is_empty() {
        header.push("each task alone".into());
    }
    let tasks = names(found.contenders.iter().flat_map(|(_, report)| report.tasks.names()));
    let summed_up = tasks.len() >= MANY && !all_tasks;
    let mut rows = if summed_up { summed_up_rows(found) } else { by_task(found, &tasks) };
    rows.extend(of_all_rows(found));
    let mut line = |title: String, cell: &dyn Fn(&ContenderReport) -> Option<String>| {
        let cells: Vec<Option<String>> = found.contenders.iter().map(|(_, report)| cell(report)).collect();
        if cells.iter().any(Option::is_some) {
            let cells = cells.into_iter().map(|cell| cell.unwrap_or_else(|| "–".into()));
            rows.push(std::iter::once(title).chain(cells).collect());
        }
    };
    line(skill_title(found), &|report| report.skill.as_ref().map(spread));
    line("seconds".into(), &|report| report.seconds.as_ref().map(spread));
    let delta = |report: &ContenderReport| report.delta_m.clone();
    if summed_up {
        line("Δm worst".into(), &|report| extreme(&delta(report)?, |a, b| a < b));
        line("Δm best".into(), &|report| extreme(&delta(report)?, |a, b| a > b));
    } else {
        for (task, _) in found.alone.iter() {
            line(format!("Δm {task}"), &|report| Some(of_task(delta(report)?.tasks.get(task)?)));
        }
    }
    for family in names(found.contenders.iter().flat_map(|(_, report)| report.families.names())) {
        line(format!("Δm {family}, mean"), &|report| {
            let family = report.families.get(family)?;
            Some(percent(family.gain) + &between(family.ci95))
        });
    }
    line("Δm total".into(), &|report| {
        let delta = report.delta_m.as_ref()?;
        Some(percent(delta.total?) + &between(delta.ci95))
    });
    line("  over resampled rows".into(), &|report| {
        report.delta_m_rows.map(|rows| between(Some(rows)).trim_start().to_string())
    });
    line("Δm beside shuffled labels".into(), &|report| Some(percent(report.shuffled_labels.as_ref()?.total?)));
    format!("\nOn {}:\n{}{}", found.part, table(&header, &rows), notes(found, summed_up))
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = std::collections::HashSet::new();
    names.filter(|name| seen.insert(*name)).collect()
}

fn percent(share: f64) -> String {
    format!("{:+.1}%", 100.0 * share)
}

fn spread(spread: &Spread) -> String {
    match spread.sd {
        Some(sd) => format!("{} ± {}", number(spread.mean), number(sd)),
        None => number(spread.mean),
    }
}

/// " [-0.3%, +2.7%]"
fn between(interval: Option<Interval>) -> String {
    interval.map_or(String::new(), |ci| format!(" [{}, {}]", percent(ci.low), percent(ci.high)))
}

fn of_task(task: &TaskGainReport) -> String {
    percent(task.gain) + &between(task.ci95)
}

/// The task that gains most or least, by name.
fn extreme(delta: &DeltaMReport, beats: fn(f64, f64) -> bool) -> Option<String> {
    let tasks = delta.tasks.iter().map(|(name, of)| (name, of.gain));
    let (name, gain) = tasks.reduce(|best, task| if beats(task.1, best.1) { task } else { best })?;
    Some(format!("{name} {}", percent(gain)))
}

/// A row per task and metric.
fn by_task(found: &Comparison, tasks: &[&str]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for task in tasks {
        let of = |report: &'_ ContenderReport| report.tasks.get(task).cloned();
        let metrics: Vec<Ordered<Spread>> = found.contenders.iter().filter_map(|(_, report)| of(report)).collect();
        for metric in names(metrics.iter().flat_map(|metrics| metrics.names())) {
            let mut row = vec![format!("{task} {metric}")];
            let cell = |report: &ContenderReport| report.tasks.get(task)?.get(metric).map(spread);
            row.extend(found.contenders.iter().map(|(_, report)| cell(report).unwrap_or_else(|| "–".into())));
            if !found.alone.is_empty() {
                let alone = found.alone.get(task).and_then(|alone| alone.metrics.get(metric));
                row.push(alone.map_or("–".into(), spread));
            }
            rows.push(row);
        }
    }
    rows
}

/// For each metric, its mean over the tasks that have it, with the spread of that mean over seeds, and the worst and the
/// best task by their means over seeds.
fn summed_up_rows(found: &Comparison) -> Vec<Vec<String>> {
    // Of each column, the figures of each seed.
    type Figures = Vec<(String, String, f64)>;
    let mut columns: Vec<Vec<Figures>> = Vec::new();
    for (_, report) in found.contenders.iter() {
        columns.push(report.runs.iter().map(|run| figures_of(run).map(owned).collect()).collect());
    }
    if !found.alone.is_empty() {
        let mut seeds: Vec<Figures> = vec![Vec::new(); found.seeds.len()];
        for (_, alone) in found.alone.iter() {
            for (seed, run) in seeds.iter_mut().zip(&alone.runs) {
                seed.extend(figures_of(run).map(owned));
            }
        }
        columns.push(seeds);
    }
    let borrowed = |figures: &'_ Figures| -> Ordered<OverTasks> {
        over_tasks(figures.iter().map(|(task, key, value)| (task.as_str(), key.as_str(), *value)))
    };
    let by_seed: Vec<Vec<Ordered<OverTasks>>> =
        columns.iter().map(|seeds| seeds.iter().map(borrowed).collect()).collect();
    // Which task is worst is told from its mean over seeds.
    let by_task: Vec<Ordered<OverTasks>> = columns.iter().map(|seeds| borrowed(&over_seeds(seeds))).collect();
    let mut rows = Vec::new();
    for key in names(by_task.iter().flat_map(|all| all.names())) {
        let mean = |seeds: &Vec<Ordered<OverTasks>>| {
            let means: Vec<f64> = seeds.iter().filter_map(|seed| Some(seed.get(key)?.mean)).collect();
            Spread::of(&means).map_or("–".into(), |mean| spread(&mean))
        };
        let end = |of: fn(&OverTasks) -> &OfTask| {
            let cell = |over: &OverTasks| format!("{} {}", of(over).task, number(of(over).value));
            by_task.iter().map(|all| all.get(key).map_or("–".into(), cell)).collect::<Vec<String>>()
        };
        let count = by_task.iter().filter_map(|all| Some(all.get(key)?.tasks)).max().unwrap_or(0);
        let row = |title: String, cells: Vec<String>| std::iter::once(title).chain(cells).collect::<Vec<String>>();
        rows.push(row(format!("{key}, mean over {count} tasks"), by_seed.iter().map(mean).collect()));
        rows.push(row("  worst".into(), end(|over| &over.worst)));
        rows.push(row("  best".into(), end(|over| &over.best)));
    }
    rows
}

/// What all rows of a family of numbers say together.
fn of_all_rows(found: &Comparison) -> Vec<Vec<String>> {
    let mut columns: Vec<&Ordered<Ordered<Spread>>> =
        found.contenders.iter().map(|(_, report)| &report.pooled).collect();
    if !found.alone.is_empty() {
        columns.push(&found.alone_pooled);
    }
    let mut rows = Vec::new();
    for family in names(columns.iter().flat_map(|pooled| pooled.names())) {
        let of = |pooled: &&'_ Ordered<Ordered<Spread>>| pooled.get(family).cloned().unwrap_or_default();
        let figures: Vec<Ordered<Spread>> = columns.iter().map(of).collect();
        for key in names(figures.iter().flat_map(|figures| figures.names())) {
            let cells = figures.iter().map(|figures| figures.get(key).map_or("–".into(), spread));
            rows.push(std::iter::once(format!("{key}, all rows of {family}")).chain(cells).collect());
        }
    }
    rows
}

/// (task, metric, figure)
fn figures_of(run: &Trial) -> impl Iterator<Item = (&str, &str, f64)> {
    run.tasks
        .iter()
        .flat_map(|(task, of)| of.metrics.iter().filter_map(move |(metric, value)| Some((task, metric, (*value)?))))
}

fn owned((task, metric, value): (&str, &str, f64)) -> (String, String, f64) {
    (task.to_string(), metric.to_string(), value)
}

/// Each figure's mean over seeds.
fn over_seeds(seeds: &[Vec<(String, String, f64)>]) -> Vec<(String, String, f64)> {
    let mut sums: Vec<(String, String, f64, usize)> = Vec::new();
    let mut places: std::collections::HashMap<(&str, &str), usize> = std::collections::HashMap::new();
    for (task, metric, value) in seeds.iter().flatten() {
        let place = *places.entry((task.as_str(), metric.as_str())).or_insert(sums.len());
        match sums.get_mut(place) {
            Some(sum) => (sum.2, sum.3) = (sum.2 + value, sum.3 + 1),
            None => sums.push((task.clone(), metric.clone(), *value, 1)),
        }
    }
    sums.into_iter().map(|(task, metric, sum, count)| (task, metric, sum / count as f64)).collect()
}

/// Where the contenders do not have the same tasks, the mean is over those that all have.
fn skill_title(found: &Comparison) -> String {
    match (found.skill_left_out.is_empty(), found.skill_over.as_slice()) {
        (true, _) => "skill, mean over tasks".into(),
        (false, [one]) => format!("skill of {one}"),
        (false, few) if few.len() <= 3 => format!("skill, mean over {}", few.join(", ")),
        (false, many) => format!("skill, mean over {} tasks", many.len()),
    }
}

/// What stands below the table, a line each.
fn notes(found: &Comparison, summed_up: bool) -> String {
    let mut notes: Vec<String> = vec![match found.seeds.len() {
        1 => "One seed: no intervals over seeds.".into(),
        seeds => format!("{seeds} seeds; ± is the standard deviation, brackets are 95% intervals."),
    }];
    notes.extend(figures(found));
    let several = found.contenders.len() > 1;
    let of = |name: &str| if several { format!(" of {name}") } else { String::new() };
    let lost = "lower the learning rate or clip the gradient";
    for (name, report) in found.contenders.iter() {
        notes.extend(report.failed.as_ref().map(|why| format!("{name} could not be trained: {why}; {lost}.")));
        if let Some(run) = report.runs.first().filter(|run| run.part != found.part) {
            notes.push(format!("{name} is judged on {}.", run.part));
        }
        notes.extend(list(&report.not_judged).map(|list| format!("No figure{}: {list}.", of(name))));
        if let Some(delta) = &report.delta_m {
            let what = if delta.total.is_some() { "Left out of Δm total" } else { "There is no Δm" };
            notes.extend(list(&delta.left_out).map(|list| format!("{what}{}: {list}.", of(name))));
        }
        if let Some(delta) = &report.shuffled_labels {
            let what = "Left out of Δm beside shuffled labels";
            notes.extend(list(&delta.left_out).map(|list| format!("{what}{}: {list}.", of(name))));
        }
    }
    let what = if found.skill_over.is_empty() { "There is no mean skill" } else { "Left out of the mean skill" };
    notes.extend(list(&found.skill_left_out).map(|list| format!("{what}: {list}.")));
    if summed_up {
        notes.push("`--all-tasks` has a row for each task.".into());
    }
    notes.join("\n") + "\n"
}

/// `y (why), z (why)`; of many with one reason the first few.
fn list(reasons: &Ordered<String>) -> Option<String> {
    const SHOWN: usize = 6;
    let mut by_reason: Ordered<Vec<&str>> = Ordered::default();
    for (task, why) in reasons.iter() {
        match by_reason.get_mut(why) {
            Some(tasks) => tasks.push(task),
            None => by_reason.insert(why.clone(), vec![task]),
        }
    }
    let one = |(why, tasks): (&str, &Vec<&str>)| {
        let more = tasks.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more} ({why})", tasks.iter().take(SHOWN).copied().collect::<Vec<&str>>().join(", "))
    };
    (!reasons.is_empty()).then(|| by_reason.iter().map(one).collect::<Vec<String>>().join("; "))
}

/// The figures that gains are taken on: `Δm is a gain in √(1 − r2) for y and z, in accuracy for k.`
fn figures(found: &Comparison) -> Option<String> {
    let mut by_figure: Ordered<Vec<&str>> = Ordered::default();
    let deltas = found.contenders.iter().filter_map(|(_, report)| report.delta_m.as_ref());
    for (task, of) in deltas.flat_map(|delta| delta.tasks.iter()) {
        match by_figure.get_mut(&of.figure) {
            Some(tasks) if tasks.contains(&task) => {}
            Some(tasks) => tasks.push(task),
            None => by_figure.insert(of.figure.clone(), vec![task]),
        }
    }
    let one = |(figure, tasks): (&str, &Vec<&str>)| match tasks.len() {
        count if count > 4 => format!("in {figure} for {count} tasks"),
        _ => format!("in {figure} for {}", tasks.join(", ")),
    };
    match by_figure.len() {
        0 => None,
        1 => by_figure.names().next().map(|figure| format!("Δm is the gain in {figure}.")),
        _ => Some(format!("Δm is the gain {}.", by_figure.iter().map(one).collect::<Vec<String>>().join(", "))),
    }
}
