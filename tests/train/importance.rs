//! `evaluate { importance: true }`: what each input column is worth to each task.

use super::{json, mtlc};
use crate::data::Folder;

/// `y` follows `a` and a class, `z` follows `b`; `noise` is worth nothing. `a` is an input of one task and the label of
/// another.
const SPEC: &str = r#"use std.tasks.{regression}

data d: csv("d.csv") { columns { a: number, b: number, noise: number, kind: category, y: number, z: number } }

input left from d[a, noise] -> standardize
input kind from d.kind -> one_hot
input right from d.b -> standardize

task y: regression from concat(left, kind) -> dense(16) -> relu { label: d.y }
task z: regression from right -> dense(8) -> relu { label: d.z, select: rmse }
task a: regression from right -> dense(8) -> relu { label: d.a }

train { epochs: 60, optimizer: adamw(lr: 1e-2) }
evaluate { importance: true }
"#;

fn folder(spec: &str) -> Folder {
    let folder = Folder::new();
    let row = |row: i32| {
        let wave = |speed: f64| (f64::from(row) * speed).sin();
        let (a, b, noise) = (wave(1.3), wave(0.71), wave(2.9));
        let kind = ["p", "q"][(row % 2) as usize];
        let y = 3.0 * a + f64::from(row % 2);
        format!("{a:.4},{b:.4},{noise:.4},{kind},{y:.4},{:.4}\n", 10.0 * b)
    };
    folder.write("d.csv", format!("a,b,noise,kind,y,z\n{}", (0..160).map(row).collect::<String>()));
    folder.write("d.mtl", spec);
    folder
}

#[test]
fn what_a_task_needs_is_worth_something_to_it() {
    let folder = folder(SPEC);
    mtlc(&folder, "run d.mtl --out r -q").must(0, &[]);
    let report = json(&folder, "r/report.json");
    let worth = |task: &str, column: &str| {
        report["tasks"][task]["importance"][column]["mean"].as_f64().unwrap_or_else(|| panic!("{task}: {column}"))
    };
    assert!(worth("y", "a") > 0.5 && worth("y", "a") > worth("y", "kind"));
    assert!(worth("y", "kind") > 0.01 && worth("y", "kind") > 5.0 * worth("y", "noise").abs(), "{report}");
    // In the unit of the metric that chooses, whichever way it is better.
    assert_eq!(report["tasks"]["z"]["higher_is_better"], false);
    assert!(worth("z", "b") > 1.0, "{report}");
    // Nothing that a task does not read changes it, and a label stays where it is though it is an input elsewhere.
    for (task, column) in [("y", "b"), ("z", "a"), ("z", "kind"), ("a", "a"), ("a", "noise")] {
        assert_eq!(worth(task, column), 0.0, "{task}: {column}");
    }
    let page = super::text(&folder, "r/report.html");
    assert!(page.contains("<section id=\"importance\">"));
    // The same draws, the same figures.
    let again: serde_json::Value =
        serde_json::from_str(&mtlc(&folder, "eval r --json").must(0, &[]).out).expect("JSON");
    assert_eq!(again["tasks"], report["tasks"]);
    mtlc(&folder, "eval r --data d.csv --json").must(0, &[]);
}

#[test]
fn only_on_request() {
    let folder = folder(&SPEC.replace("importance: true", "importance: false").replace("epochs: 60", "epochs: 1"));
    mtlc(&folder, "run d.mtl --out r -q").must(0, &[]);
    assert!(json(&folder, "r/report.json")["tasks"]["y"].get("importance").is_none());
    folder.write("wrong.mtl", SPEC.replace("importance: true", "importance: 3"));
    let said = mtlc(&folder, "check wrong.mtl");
    assert!(said.code == Some(1) && said.out.contains("`true` or `false`"), "{}", said.out);
}
