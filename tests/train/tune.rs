//! `mtlc tune`, as a process.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::data::Folder;
use crate::data::command::mtlc;

/// Penguins with two params to search, in a folder of its own.
fn penguins() -> Folder {
    let folder = Folder::new();
    std::fs::create_dir(folder.0.join("data")).expect("a folder");
    folder.write("data/penguins.csv", include_bytes!("../../pipelines/data/penguins.csv"));
    let spec = include_str!("../../pipelines/penguins.mtl");
    let params =
        "param lr: number = 3e-3 over log(1e-4, 1e-1)  // how fast\nparam width: int = 64 over [16, 32, 64]\n\n";
    let spec = spec
        .replacen("data penguins", &format!("{params}data penguins"), 1)
        .replace("lr: 3e-3", "lr: lr")
        .replace("dense(64)", "dense(width)");
    folder.write("penguins.mtl", spec);
    folder
}

/// The trials of a folder by number, without how long they took.
fn trials(folder: &Folder, out: &str) -> BTreeMap<u64, Value> {
    let text = std::fs::read_to_string(folder.0.join(out).join("trials.jsonl")).expect("there are trials");
    let trial = |line: &str| {
        let mut trial: Value = serde_json::from_str(line).expect("a line is a trial");
        trial.as_object_mut().expect("an object").remove("seconds");
        (trial["number"].as_u64().expect("a number"), trial)
    };
    text.lines().map(trial).collect()
}

fn best(trials: &BTreeMap<u64, Value>) -> f64 {
    trials.values().filter_map(|trial| trial["score"].as_f64()).fold(f64::NEG_INFINITY, f64::max)
}

fn tune(folder: &Folder, more: &[&str]) -> (Option<i32>, String, String) {
    mtlc(&folder.0, &[&["tune", "penguins.mtl", "--epochs", "3"], more].concat())
}

#[test]
fn the_best_is_at_least_as_good_as_written_and_resuming_gives_the_same() {
    let folder = penguins();
    let (code, out, err) = tune(&folder, &["--trials", "5", "--out", "whole", "--jobs", "2"]);
    assert_eq!(code, Some(0), "{out}{err}");
    let whole = trials(&folder, "whole");
    assert_eq!(whole.len(), 6);
    assert!(best(&whole) >= whole[&0]["score"].as_f64().expect("as written has a score"));
    for words in ["as written", "λ species", "mtlc run penguins.mtl --epochs 3", "Scored by the validation part"] {
        assert!(out.contains(words), "`{words}` is not in:\n{out}");
    }
    let page = std::fs::read_to_string(folder.0.join("whole/tune.html")).expect("a page");
    assert!(page.contains("<svg") && page.contains("score by task weights") && page.contains("trial 5"));
    // A search of which two trials and a half were kept ends in the same trials.
    std::fs::create_dir(folder.0.join("part")).expect("a folder");
    let kept = std::fs::read_to_string(folder.0.join("whole/trials.jsonl")).expect("there are trials");
    let lines: Vec<&str> = kept.lines().collect();
    folder.write("part/tune.json", std::fs::read(folder.0.join("whole/tune.json")).expect("is there"));
    folder.write("part/trials.jsonl", format!("{}\n{}\n{}", lines[0], lines[1], &lines[2][..20]));
    let (code, again, err) = tune(&folder, &["--trials", "5", "--out", "part", "--jobs", "1"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains("2 of 6 trials were in part already"), "{err}");
    assert_eq!(trials(&folder, "part"), whole);
    assert_eq!(again, out.replace("whole", "part"));
    // Another spec is another search.
    let spec = std::fs::read_to_string(folder.0.join("penguins.mtl")).expect("is there");
    folder.write("penguins.mtl", spec.replace("dropout(0.1)", "dropout(0.2)"));
    let (code, _, err) = tune(&folder, &["--trials", "5", "--out", "part"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("holds a search of the spec as it was before it changed") && err.contains("--out"), "{err}");
    assert_eq!(trials(&folder, "part"), whole);
}

#[test]
fn the_best_is_written_into_the_spec() {
    let folder = penguins();
    let before = std::fs::read_to_string(folder.0.join("penguins.mtl")).expect("is there");
    let (code, out, err) = tune(&folder, &["--method", "random", "--trials", "4", "--out", "t", "--write"]);
    assert_eq!(code, Some(0), "{out}{err}");
    let all = trials(&folder, "t");
    let best = best(&all);
    let chosen = all.values().find(|trial| trial["score"].as_f64() == Some(best)).expect("one is the best");
    let value = |name: &str| chosen["set"][name].as_str().expect("is set").to_string();
    let expected = before
        .replace("= 3e-3 over", &format!("= {} over", value("lr")))
        .replace("= 64 over", &format!("= {} over", value("width")))
        .replace("species: 0.5", &format!("species: {}", value("weights.species")))
        .replace("sex: 0.3", &format!("sex: {}", value("weights.sex")))
        .replace("mass: 0.2", &format!("mass: {}", value("weights.mass")));
    let after = std::fs::read_to_string(folder.0.join("penguins.mtl")).expect("is there");
    assert_eq!(after, expected);
    assert_ne!(after, before);
    assert_eq!(mtlc(&folder.0, &["check", "penguins.mtl"]).0, Some(0));
}

#[test]
fn folds_halving_and_grids_search_too() {
    let folder = penguins();
    let (code, out, err) = tune(&folder, &["--method", "halving", "--trials", "3", "--out", "h", "--no-weights"]);
    assert_eq!(code, Some(0), "{out}{err}");
    let epochs: Vec<u64> = trials(&folder, "h").values().map(|trial| trial["epochs"].as_u64().unwrap_or(0)).collect();
    assert_eq!(epochs.iter().filter(|epochs| **epochs == 1).count(), 3, "{epochs:?}");
    let grid = ["--method", "grid", "--points", "2", "--folds", "2", "--out", "g", "--set", "width=16", "--no-weights"];
    let (code, out, err) = tune(&folder, &grid);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("2 folds of train and valid") && out.contains("± sd"), "{out}");
    assert!(out.contains("--set width=16"), "{out}");
    let all = trials(&folder, "g");
    assert_eq!(all.len(), 3);
    assert!(all.values().all(|trial| trial["scores"].as_array().is_some_and(|scores| scores.len() == 2)));
    let (code, _, err) = tune(&folder, &["--method", "grid", "--out", "n"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("`lr` is continuous") && err.contains("--points"), "{err}");
    assert!(!folder.0.join("n").exists(), "nothing is left of a search that cannot begin");
}

#[test]
fn a_trial_that_fails_is_kept_as_failed_and_the_search_goes_on() {
    let folder = penguins();
    let spec = std::fs::read_to_string(folder.0.join("penguins.mtl")).expect("is there");
    folder.write("penguins.mtl", spec.replace("over log(1e-4, 1e-1)", "over [1e-3, 1e30]"));
    let (code, out, err) = tune(&folder, &["--method", "grid", "--set", "width=16", "--no-weights", "--out", "t"]);
    assert_eq!(code, Some(0), "{out}{err}");
    let all = trials(&folder, "t");
    let failed: Vec<&Value> = all.values().filter(|trial| trial["score"].is_null()).collect();
    assert_eq!((all.len(), failed.len()), (3, 1), "{all:?}");
    assert!(failed[0]["failed"].as_str().is_some_and(|why| why.contains("diverged")), "{failed:?}");
    assert!(out.contains("1 trial failed"), "{out}");
}

#[test]
fn nothing_to_tune_says_what_to_write() {
    let folder = Folder::new();
    let rows: String = (0..20).map(|row| format!("{row},{}\n", row * 2)).collect();
    folder.write("d.csv", format!("x,y\n{rows}"));
    let spec = "use std.tasks.{regression}\ndata d: csv(\"d.csv\") {\n  split { train: 80%, test: 20% }\n  columns { x: number, y: number }\n}\n\
                input x from d.x -> standardize\ntask y: regression from x { label: d.y }\n";
    folder.write("s.mtl", spec);
    let (code, _, err) = mtlc(&folder.0, &["tune", "s.mtl"]);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("there is nothing to tune: no param says `over`") && err.contains("there is one task"),
        "{err}"
    );
    assert!(err.contains("over log(1e-5, 1e-1)"), "{err}");
    // With something to tune, there is nothing to score on.
    let tuned = format!(
        "param lr: number = 1e-3 over log(1e-4, 1e-1)\n{spec}train {{ epochs: 1, optimizer: adamw(lr: lr) }}\n"
    );
    folder.write("s.mtl", tuned);
    let (code, _, err) = mtlc(&folder.0, &["tune", "s.mtl", "--trials", "1"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("no validation part") && err.contains("--folds 5"), "{err}");
    assert_eq!(mtlc(&folder.0, &["tune", "s.mtl", "--trials", "1", "--folds", "2"]).0, Some(0));
}
