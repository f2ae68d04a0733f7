//! Runs side by side: one column per run, the best figure of a line marked.

use std::path::{Component, Path};

use serde_json::{Value, json};

use super::table::{Table, shown};
use crate::project::listed::{Problem, Run};

pub fn table(runs: &[Run]) -> String {
    let names = short_names(runs);
    let mut table = Table::new((0..2 + runs.len()).map(|column| column >= 2).collect());
    let line =
        |first: &str, second: &str, cells: Vec<String>| [vec![first.to_string(), second.to_string()], cells].concat();
    table.push(line("", "", names));
    let texts = |key: &str| -> Vec<String> {
        let show = |value: &Value| value.as_str().map_or_else(|| shown(value.as_f64()), str::to_string);
        runs.iter().map(|run| run.report.get(key).filter(|value| !value.is_null()).map_or("–".into(), show)).collect()
    };
    let spec = |run: &Run| run.text("spec_sha256").map_or("–".to_string(), |hash| hash.chars().take(8).collect());
    table.push(line("spec", "", runs.iter().map(|run| run.name.clone()).collect()));
    table.push(line("spec hash", "", runs.iter().map(spec).collect()));
    let whole =
        |key: &str| runs.iter().map(|run| run.number(key).map_or("–".into(), |value| value.to_string())).collect();
    for (name, key) in [("seed", "seed"), ("split seed", "split_seed"), ("parameters", "parameters")] {
        table.push(line(name, "", whole(key)));
    }
    for key in ["device", "balancer"] {
        if runs.iter().any(|run| run.text(key).is_some()) {
            table.push(line(key, "", texts(key)));
        }
    }
    for (name, key) in [("epochs", "epochs"), ("best epoch", "best_epoch")] {
        table.push(line(name, "", whole(key)));
    }
    let train = |key: &str| {
        runs.iter().map(|run| shown(run.report.get("train").and_then(|train| train.get(key)?.as_f64()))).collect()
    };
    table.push(line("train seconds", "", train("seconds")));
    table.push(line("score", "", marked(&runs.iter().map(Run::score).collect::<Vec<_>>(), Some(true))));
    for row in rows(runs) {
        let cells = marked(&row.figures, row.higher_is_better);
        let star = if row.selects { " ←" } else { "" };
        table.push(line(&row.task, &format!("{} {}{star}", row.part, row.metric), cells));
    }
    let legend = "\n* best of the line; ← chooses the epoch\n";
    table.render() + legend
}

/// A metric of a task on a part.
struct Row {
    task: String,
    part: &'static str,
    metric: String,
    /// Which way is better; known of the metrics that choose.
    higher_is_better: Option<bool>,
    selects: bool,
    /// One per run.
    figures: Vec<Option<f64>>,
}

fn rows(runs: &[Run]) -> Vec<Row> {
    let tasks: Vec<Vec<_>> = runs.iter().map(Run::tasks).collect();
    let mut names: Vec<&str> = Vec::new();
    for task in tasks.iter().flatten() {
        if !names.contains(&task.name) {
            names.push(task.name);
        }
    }
    let mut rows = Vec::new();
    for name in names {
        let same: Vec<_> = tasks.iter().map(|tasks| tasks.iter().find(|task| task.name == name)).collect();
        for part in ["valid", "test"] {
            let mut metrics: Vec<&str> = Vec::new();
            for metric in same.iter().flatten().flat_map(|task| task.metrics(part)) {
                if !metrics.contains(&metric) {
                    metrics.push(metric);
                }
            }
            for metric in metrics {
                let chooses = same.iter().flatten().find(|task| task.select == metric);
                rows.push(Row {
                    task: name.to_string(),
                    part,
                    metric: metric.to_string(),
                    higher_is_better: chooses.map(|task| task.higher_is_better).or_else(|| known(metric)),
                    selects: chooses.is_some(),
                    figures: same.iter().map(|task| task.and_then(|task| task.figure(part, metric))).collect(),
                });
            }
        }
    }
    rows
}

/// Which way is better, by the catalog: a key is a metric's name, perhaps with an average behind it.
fn known(key: &str) -> Option<bool> {
    use crate::catalog::metrics::{Direction, ENTRIES};
    let entry = ENTRIES.iter().filter(|entry| key.starts_with(entry.name)).max_by_key(|entry| entry.name.len())?;
    let metric = (entry.from_args)(&Default::default())?;
    match metric.direction() {
        Direction::HigherIsBetter => Some(true),
        Direction::LowerIsBetter => Some(false),
        Direction::NotAScore => None,
    }
}

/// The figures of a line, the best with a star if they differ.
fn marked(figures: &[Option<f64>], higher_is_better: Option<bool>) -> Vec<String> {
    let finite = || figures.iter().flatten().copied().filter(|value| value.is_finite());
    let best = match higher_is_better {
        Some(true) => finite().reduce(f64::max),
        Some(false) => finite().reduce(f64::min),
        None => None,
    };
    let differ = best.is_some_and(|best| finite().any(|value| value != best));
    let star = |value: &Option<f64>| if differ && *value == best && value.is_some() { "*" } else { " " };
    figures.iter().map(|value| format!("{}{}", shown(*value), star(value))).collect()
}

/// Each path without what all have in common.
fn short_names(runs: &[Run]) -> Vec<String> {
    let parts = |path: &Path| -> Vec<String> {
        let name = |part: Component| part.as_os_str().to_string_lossy().into_owned();
        path.components().map(name).collect()
    };
    let all: Vec<Vec<String>> = runs.iter().map(|run| parts(&run.path)).collect();
    let shortest = all.iter().map(Vec::len).min().unwrap_or(0);
    // The last part always stays, so that two names of one run are names.
    let common =
        (0..shortest.saturating_sub(1)).take_while(|place| all.iter().all(|path| path[*place] == all[0][*place]));
    let common = common.count();
    all.iter().map(|path| path[common..].join("/")).collect()
}

pub fn json(runs: &[Run]) -> String {
    let all: Vec<Value> = runs
        .iter()
        .map(|run| json!({ "path": run.path, "name": run.name, "problem": run.problem.as_ref().map(Problem::to_string), "report": run.report }))
        .collect();
    let figures: Vec<Value> = rows(runs)
        .iter()
        .map(|row| {
            json!({
                "task": row.task,
                "part": row.part,
                "metric": row.metric,
                "selects": row.selects,
                "higher_is_better": row.higher_is_better,
                "values": row.figures,
            })
        })
        .collect();
    serde_json::to_string_pretty(&json!({ "version": 1, "runs": all, "figures": figures })).unwrap_or_default() + "\n"
}
