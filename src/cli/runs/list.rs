//! The list of runs: when, which spec, how well.

use std::path::Path;

use serde_json::{Value, json};

use super::table::{Table, shown};
use crate::project::listed::{Problem, Run};

/// As many tasks as fit a line; the others are counted.
const TASKS: usize = 4;

pub fn table(runs: &[Run], folder: &Path) -> String {
    let mut table = Table::new(vec![false, false, true, false, false]);
    table.push(["started", "spec", "score", "tasks", "run"].map(String::from).to_vec());
    for run in runs {
        let path = run.path.strip_prefix(folder).ok().filter(|path| !path.as_os_str().is_empty()).unwrap_or(&run.path);
        let started = run.started.replace('T', " ").replace('Z', "");
        let started = if started.is_empty() { "–".into() } else { started };
        table.push(vec![started, run.name.clone(), shown(run.score()), tasks(run), path.display().to_string()]);
    }
    table.render()
}

/// `species accuracy 0.981, sex accuracy 0.86`, or what is wrong.
fn tasks(run: &Run) -> String {
    if let Some(problem) = &run.problem {
        let epochs = run.epochs_seen.filter(|epochs| *epochs > 0);
        return epochs.map_or(problem.to_string(), |epochs| format!("{problem} (epoch {epochs})"));
    }
    let tasks = run.tasks();
    let mut words: Vec<String> = tasks
        .iter()
        .take(TASKS)
        .map(|task| format!("{} {} {}", task.name, task.select, shown(task.selected())))
        .collect();
    if tasks.len() > TASKS {
        words.push(format!("{} more", tasks.len() - TASKS));
    }
    words.join(", ")
}

pub fn json(runs: &[Run]) -> String {
    let all: Vec<Value> = runs.iter().map(one).collect();
    serde_json::to_string_pretty(&json!({ "version": 1, "runs": all })).unwrap_or_default() + "\n"
}

fn one(run: &Run) -> Value {
    let tasks = run.tasks().into_iter().map(|task| {
        let figure = json!({ "part": task.final_part(), "metric": task.select, "value": task.selected() });
        (task.name.to_string(), figure)
    });
    json!({
        "path": run.path,
        "name": run.name,
        "started": if run.started.is_empty() { Value::Null } else { run.started.clone().into() },
        "finished": !run.report.is_empty(),
        "problem": run.problem.as_ref().map(Problem::to_string),
        "epochs_seen": run.epochs_seen,
        "score": run.score(),
        "tasks": tasks.collect::<serde_json::Map<String, Value>>(),
    })
}
