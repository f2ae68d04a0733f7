//! The runs as a page: a table to sort and filter, and curves of those that are chosen. One file, which asks nothing of the network.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::project::listed::{Problem, Run};

const STYLE: &str = include_str!("../../report/html/style.css");
const OWN_STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// By which a page is known.
pub const MARK: &str = "<meta name=\"generator\" content=\"mtlc runs\">";

/// The page.
pub fn page(runs: &[Run], title: &str) -> String {
    let all: Vec<Value> = runs.iter().map(one).collect();
    let differ = differing(runs);
    // Whatever a spec is called, it ends no script.
    let data = json!({ "runs": all, "differ": differ }).to_string().replace('<', "\\u003c");
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
{MARK}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{STYLE}
{OWN_STYLE}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p class="doc" id="count"></p>
<p class="tools"><input id="filter" type="search" placeholder="spec, setting=value, score>0.8" aria-label="Filter" autocomplete="off">
<small>Click a heading to sort, a row to draw its curves.</small></p>
<div class="table"><table><thead><tr id="head"></tr></thead><tbody id="rows"></tbody></table></div>
<section id="curves">
<h2>Curves</h2>
<p class="tools"><label>of <select id="curve"></select></label></p>
<div id="drawing"></div>
<div id="legend"></div>
</section>
<section id="settings">
<h2>Settings that differ</h2>
<div class="table"><table><thead><tr id="setting-head"></tr></thead><tbody id="setting-rows"></tbody></table></div>
</section>
</main>
<script type="application/json" id="data">{data}</script>
<script>
{SCRIPT}
</script>
</body>
</html>
"#
    )
}

fn one(run: &Run) -> Value {
    let tasks: Map<String, Value> = run
        .tasks()
        .into_iter()
        .map(|task| {
            let figure = json!({
                "metric": task.select, "part": task.final_part(), "value": task.selected(),
                "higher": task.higher_is_better,
            });
            (task.name.to_string(), figure)
        })
        .collect();
    json!({
        "path": run.path,
        "name": run.name,
        "started": run.started,
        "problem": run.problem.as_ref().map(Problem::to_string),
        "score": run.score(),
        "epochs": run.number("epochs").or(run.epochs_seen.map(|epochs| epochs as f64)),
        "seed": run.number("seed"),
        "seconds": run.report.get("train").and_then(|train| train.get("seconds")),
        "parameters": run.number("parameters"),
        "tasks": tasks,
        "settings": settings(&run.path),
        "curves": curves(&run.path),
    })
}

/// Every setting with its value.
fn settings(folder: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(folder.join("defaults.json")).unwrap_or_default();
    let all: Map<String, Value> = serde_json::from_str(&text).unwrap_or_default();
    let value = |(name, setting): (String, Value)| Some((name, setting.get("value")?.as_str()?.to_string()));
    all.into_iter().filter_map(value).collect()
}

/// Settings that are not the same in all runs that have them, or that some do not have.
fn differing(runs: &[Run]) -> Vec<String> {
    let mut found: BTreeMap<String, (String, usize, bool)> = BTreeMap::new();
    let mut asked = 0;
    for run in runs {
        let own = settings(&run.path);
        asked += usize::from(!own.is_empty());
        for (name, value) in own {
            let entry = found.entry(name).or_insert_with(|| (value.clone(), 0, false));
            entry.1 += 1;
            entry.2 |= entry.0 != value;
        }
    }
    found.into_iter().filter(|(_, (_, count, differs))| *differs || *count < asked).map(|(name, _)| name).collect()
}

/// By what is drawn, epochs and numbers: `score`, `loss` of training and each task's metrics on the validation part.
fn curves(folder: &Path) -> BTreeMap<String, Vec<(u64, f64)>> {
    let text = std::fs::read_to_string(folder.join("metrics.jsonl")).unwrap_or_default();
    let mut found: BTreeMap<String, Vec<(u64, f64)>> = BTreeMap::new();
    for record in text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let Some(epoch) = record.get("epoch").and_then(Value::as_u64) else { continue };
        let mut add = |name: String, value: Option<&Value>| {
            if let Some(value) = value.and_then(Value::as_f64) {
                found.entry(name).or_default().push((epoch, value));
            }
        };
        match record.get("task").and_then(Value::as_str) {
            Some(task) => {
                let part = record.get("part").and_then(Value::as_str).unwrap_or("train");
                add(format!("{task} loss ({part})"), record.get("loss"));
                if part != "train" {
                    let metrics = record.get("metrics").and_then(Value::as_object);
                    for (key, value) in metrics.into_iter().flatten() {
                        add(format!("{task} {key} ({part})"), Some(value));
                    }
                }
            }
            None => {
                add("score".into(), record.get("score"));
                add("learning rate".into(), record.get("lr"));
            }
        }
    }
    found
}
