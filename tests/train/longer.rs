//! Runs that go on for longer than they were begun with, and the name of the last run.

use super::{SHOP, bytes, command, json, mtlc, same_runs, shop, text};
use crate::data::Folder;

fn with(train: &str) -> Folder {
    let folder = shop();
    folder.write(
        "shop.mtl",
        SHOP.replace("batch: 16", &format!("batch: 16{}{train}", if train.is_empty() { "" } else { ", " })),
    );
    folder
}

#[test]
fn a_finished_run_goes_on_as_if_it_had_not_ended() {
    for train in
        ["", "average: ema(decay: 0.8)", "schedule: plateau(factor: 0.5x, patience: 1)", "stop: early(patience: 50)"]
    {
        let folder = with(train);
        mtlc(&folder, "run shop.mtl --out straight -q --epochs 7").must(0, &[]);
        mtlc(&folder, "run shop.mtl --out r -q --epochs 2").must(0, &[]);
        let before = bytes(&folder, "r/model.safetensors");
        mtlc(&folder, "run --resume r -q").must(0, &["is finished: there is nothing to go on with", "`--epochs N`"]);
        assert!(bytes(&folder, "r/model.safetensors") == before);
        // In two steps.
        for epochs in [3, 7] {
            let said = mtlc(&folder, &format!("run --resume r -q --epochs {epochs}")).must(0, &[]);
            assert!(!said.err.contains("Note:"), "{train}: {}", said.err);
        }
        same_runs(&folder, "straight", "r");
        mtlc(&folder, "eval r").must(0, &[]);
        mtlc(&folder, "predict r --data shop.csv --out p.csv").must(0, &[]);
        for (epochs, words) in [(7, "has 7 epochs already"), (5, "has 7 epochs already")] {
            mtlc(&folder, &format!("run --resume r --epochs {epochs}")).must(2, &[words, "in all"]);
        }
        same_runs(&folder, "straight", "r");
    }
}

#[test]
fn what_looks_at_the_length_of_the_run_is_said() {
    for (train, words) in [
        ("schedule: cosine", "`schedule` looks at the length of the run"),
        ("schedule: warmup(50%) -> constant, average: swa(from: 50%)", "`schedule` and `average` look at"),
    ] {
        let folder = with(train);
        mtlc(&folder, "run shop.mtl --out r -q --epochs 4").must(0, &[]);
        mtlc(&folder, "run --resume r -q --epochs 6").must(0, &["the first 4 epochs were those of a run of 4", words]);
        let report = json(&folder, "r/report.json");
        assert_eq!(report["epochs"], 6);
        let warnings = report["warnings"].as_array().expect("warnings");
        assert!(warnings.iter().any(|warning| warning.as_str().is_some_and(|text| text.contains(words))), "{report}");
        let again: serde_json::Value =
            serde_json::from_str(&mtlc(&folder, "eval r --json").must(0, &[]).out).expect("JSON");
        assert_eq!(again["warnings"], report["warnings"]);
    }
}

#[test]
fn runs_that_cannot_go_on() {
    let folder = with("stop: early(patience: 1, min_delta: 0.5)");
    mtlc(&folder, "run shop.mtl --out r -q --epochs 30").must(0, &[]);
    let report = bytes(&folder, "r/report.json");
    mtlc(&folder, "run --resume r --epochs 60").must(0, &["stopped early", "it would have done so with 60 as well"]);
    assert!(bytes(&folder, "r/report.json") == report);

    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q --epochs 1").must(0, &[]);
    let state = bytes(&folder, "r/last.safetensors");
    std::fs::remove_file(folder.0.join("r/last.safetensors")).expect("it is there");
    mtlc(&folder, "run --resume r --epochs 2").must(2, &["where the training stood, `r/last.safetensors`"]);
    mtlc(&folder, "eval r").must(0, &[]);
    folder.write("r/last.safetensors", &state[..state.len() / 2]);
    mtlc(&folder, "run --resume r --epochs 2").must(2, &["damaged"]);
    folder.write("r/last.safetensors", &state);
    std::fs::remove_file(folder.0.join("r/checkpoint.safetensors")).expect("it was brought back");
    folder.write("shop.csv", super::table().replacen("Oslo", "Rome", 1));
    mtlc(&folder, "run --resume r --epochs 2").must(2, &["the data of the run has changed"]);
    assert_eq!(json(&folder, "r/run.json")["epochs"], 1);
}

#[test]
fn the_last_run_has_a_name() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl -q --epochs 1").must(0, &[]);
    let latest = || mtlc::source::pointed(&folder.0.join("runs/shop/latest")).canonicalize().expect("a folder");
    let first = latest();
    assert!(first.join("model.safetensors").exists());
    mtlc(&folder, "run shop.mtl -q --epochs 1 --seed 9").must(0, &[]);
    assert_ne!(latest(), first);
    assert_eq!(json(&folder, "runs/shop/latest/run.json")["seed"], 9);
    // A run elsewhere is none of these.
    mtlc(&folder, "run shop.mtl -q --epochs 1 --seed 10 --out r").must(0, &[]);
    let name = latest().file_name().expect("a name").to_string_lossy().into_owned();
    let everywhere = |folder: &Folder| {
        for line in [
            "eval runs/shop/latest",
            "predict runs/shop/latest --part test --out - --out-format jsonl",
            "run --resume runs/shop/latest",
            "runs runs/shop/latest r",
        ] {
            let said = mtlc(folder, line).must(0, &[]);
            assert!(!said.out.is_empty() || said.err.contains("finished"), "{line}: {}", said.err);
        }
        let part = "transfer { trunk { init: \"runs/shop/latest\" } }\n";
        folder.write("next.mtl", format!("{SHOP}\n{part}"));
        mtlc(folder, "run next.mtl -q --epochs 1 --out next").must(0, &[]);
        std::fs::remove_dir_all(folder.0.join("next")).expect("it is there");
    };
    everywhere(&folder);
    assert_eq!(mtlc(&folder, "runs runs").must(0, &[]).out.lines().count(), 3, "a head and two runs");
    // Where there are no links it is a file.
    std::fs::remove_file(folder.0.join("runs/shop/latest")).expect("it is there");
    folder.write("runs/shop/latest", format!("{name}\n"));
    everywhere(&folder);
    mtlc(&folder, "eval runs/shop").must(2, &["did you mean `runs/shop/"]);
    mtlc(&folder, "eval runs/shop/lates").must(2, &["there is no run directory"]);
}

#[test]
fn many_runs_at_once_leave_one_last_run() {
    let folder = shop();
    let start = |seed: usize| {
        let mut line = command(&folder.0);
        line.args(["run", "shop.mtl", "-q", "--epochs", "1", "--seed", &seed.to_string()]);
        line.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().expect("mtlc starts")
    };
    let children: Vec<std::process::Child> = (0..4).map(start).collect();
    let ended = children.into_iter().map(|mut child| child.wait().expect("it ends").success());
    assert!(ended.fold(false, |any, success| any | success));
    mtlc(&folder, "eval runs/shop/latest").must(0, &[]);
    let left: Vec<String> = std::fs::read_dir(folder.0.join("runs/shop"))
        .expect("a folder")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with('.'))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(text(&folder, "runs/shop/latest/spec.mtl") == SHOP);
}
