//! `mtlc run`: what a run directory holds, that a seed decides every byte, and what the command line overrides.

use super::{bytes, json, mtlc, records, report, same_runs, shop, text};

#[test]
fn a_run_directory_says_everything() {
    let folder = shop();
    let said = mtlc(&folder, "run shop.mtl --out r").must(0, &["Training shop on", "3 tasks, 72 training rows"]);
    assert!(said.out.contains("Kept epoch"), "{}", said.out);
    let mut names: Vec<String> = std::fs::read_dir(folder.0.join("r"))
        .expect("a run directory")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let expected = [
        ".lock",
        "defaults.json",
        "last.safetensors",
        "metrics.jsonl",
        "model.safetensors",
        "preprocessing.json",
        "report.html",
        "report.json",
        "run.json",
        "spec.mtl",
    ];
    assert_eq!(names, expected);
    assert_eq!(bytes(&folder, "r/spec.mtl"), bytes(&folder, "shop.mtl"));

    let report = json(&folder, "r/report.json");
    assert_eq!(report["mtlc_version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(report["spec_sha256"].as_str().map(str::len), Some(64));
    assert_eq!((&report["seed"], &report["epochs"]), (&3.into(), &4.into()));
    assert!(report["device"].as_str().is_some_and(|device| !device.is_empty()));
    // city: 3 classes, unknown and missing, 3 numbers each; dense 5·12 + 12; norm 2·12; heads 12·(3 + 1 + 1) + 5.
    assert_eq!(report["parameters"], 15 + 72 + 24 + 65);
    assert!(report["best_epoch"].as_u64().is_some_and(|epoch| (1..=4).contains(&epoch)));
    assert!(report["train"]["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    assert!(report["train"]["examples_per_second"].as_f64().is_some_and(|rate| rate > 0.0));
    for (task, metric) in [("kind", "accuracy"), ("flag", "auroc"), ("price", "r2")] {
        for part in ["train", "valid", "test"] {
            let figure = &report["tasks"][task][part][metric];
            assert!(figure.is_number(), "tasks.{task}.{part}.{metric} is {figure}");
        }
    }

    let records = records(&folder, "r");
    for epoch in 1..=4 {
        for task in ["kind", "flag", "price"] {
            for part in ["train", "valid"] {
                let of = records
                    .iter()
                    .filter(|record| record["epoch"] == epoch && record["task"] == task && record["part"] == part);
                let of: Vec<_> = of.collect();
                assert_eq!(of.len(), 1, "{task} on {part} in epoch {epoch}");
                assert_eq!(of[0]["rows"], report["tasks"][task][part]["rows"], "{task} on {part}");
                assert!(of[0]["loss"].is_number());
            }
        }
        let whole: Vec<_> =
            records.iter().filter(|record| record["record"] == "epoch" && record["epoch"] == epoch).collect();
        assert_eq!(whole.len(), 1);
        assert_eq!(whole[0]["step"], 5 * epoch);
    }
    let best = records.iter().rfind(|record| record["best"] == true).expect("an epoch is the best");
    assert_eq!((&best["epoch"], &best["score"]), (&report["best_epoch"], &report["score"]));
    let page = text(&folder, "r/report.html");
    assert!(page.contains("<svg") && !page.contains("<script src") && !page.contains("http-equiv"));
}

#[test]
fn one_seed_one_result() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out a -q").must(0, &[]);
    mtlc(&folder, "run shop.mtl --out b -q").must(0, &[]);
    mtlc(&folder, "run shop.mtl --out c -q --seed 4").must(0, &[]);
    same_runs(&folder, "a", "b");
    assert_ne!(bytes(&folder, "a/model.safetensors"), bytes(&folder, "c/model.safetensors"));
    // The seed does not touch the split, nor what is fitted on its training part.
    assert_eq!(bytes(&folder, "a/preprocessing.json"), bytes(&folder, "c/preprocessing.json"));
    for run in ["a", "b", "c"] {
        mtlc(&folder, &format!("predict {run} --data shop.csv --out {run}.csv")).must(0, &["120 rows predicted"]);
    }
    assert_eq!(bytes(&folder, "a.csv"), bytes(&folder, "b.csv"));
    assert_ne!(bytes(&folder, "a.csv"), bytes(&folder, "c.csv"));
}

#[test]
fn the_command_line_overrides_the_spec() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q --epochs 2 --seed 9 --set width=6 --set weights.kind=0.6 --tensorboard")
        .must(0, &[]);
    let report = json(&folder, "r/report.json");
    assert_eq!((&report["epochs"], &report["seed"]), (&2.into(), &9.into()));
    assert_eq!(report["parameters"], 15 + 36 + 12 + 35);
    let weight = |task: &str| report["weights"][task].as_f64().unwrap_or(f64::NAN);
    for (task, expected) in [("kind", 0.6), ("flag", 0.2), ("price", 0.2)] {
        assert!((weight(task) - expected).abs() < 1e-12, "{task}: {}", weight(task));
    }
    let events = std::fs::read_dir(folder.0.join("r"))
        .expect("a run directory")
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("events.out.tfevents"))
        .count();
    assert_eq!(events, 1);

    mtlc(&folder, "run shop.mtl --out wide -q --epochs 1 --variant wide --split-seed 5").must(0, &[]);
    let report = json(&folder, "wide/report.json");
    assert_eq!(report["parameters"], 15 + 120 + 40 + 105);
    assert_eq!(report["split_seed"], 5);
    assert_ne!(bytes(&folder, "wide/preprocessing.json"), bytes(&folder, "r/preprocessing.json"));
}

#[test]
fn several_seeds_are_summed_up() {
    let folder = shop();
    let said = mtlc(&folder, "run shop.mtl --out s -q --epochs 2 --seeds 2 --resplit").must(0, &["Seed 4, 2 of 2"]);
    assert!(said.out.contains("accuracy"), "{}", said.out);
    let all = json(&folder, "s/seeds.json");
    assert_eq!(all["seeds"], serde_json::json!([3, 4]));
    assert_eq!(all["split_seeds"], serde_json::json!([0, 1]));
    let figures: Vec<f64> = ["s/seed-3", "s/seed-4"]
        .iter()
        .map(|run| report(&folder, run)["tasks"]["price"]["test"]["rmse"].as_f64().expect("a number"))
        .collect();
    let mean = all["tasks"]["price"]["test"]["rmse"]["mean"].as_f64().expect("a number");
    assert!((mean - (figures[0] + figures[1]) / 2.0).abs() < 1e-12);
    assert_ne!(bytes(&folder, "s/seed-3/preprocessing.json"), bytes(&folder, "s/seed-4/preprocessing.json"));
    // One split for all, unless asked otherwise.
    mtlc(&folder, "run shop.mtl --out t -q --epochs 1 --seeds 2").must(0, &[]);
    assert_eq!(json(&folder, "t/seeds.json")["split_seeds"], serde_json::json!([0]));
    assert_eq!(bytes(&folder, "t/seed-3/preprocessing.json"), bytes(&folder, "t/seed-4/preprocessing.json"));
}

#[test]
fn what_is_there_is_not_touched() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q --epochs 1").must(0, &[]);
    let listing = |name: &str| -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<_> = std::fs::read_dir(folder.0.join(name))
            .expect("a folder")
            .flatten()
            .map(|entry| (entry.path().display().to_string(), std::fs::read(entry.path()).unwrap_or_default()))
            .collect();
        files.sort();
        files
    };
    let before = listing("r");
    let help = "choose another folder with `--out`";
    mtlc(&folder, "run shop.mtl --out r").must(2, &["`r` exists and is not empty: nothing in it was touched", help]);
    mtlc(&folder, "run shop.mtl --out r --seeds 2").must(2, &["nothing in it was touched", help]);
    mtlc(&folder, "run shop.mtl --out shop.csv").must(2, &["`shop.csv` is a file, and a folder is needed"]);
    // A finished run has nothing to go on with, and loses nothing by being asked.
    mtlc(&folder, "run --resume r").must(0, &["The run in r is finished"]);
    assert_eq!(listing("r"), before);
    // An empty folder is as good as none.
    std::fs::create_dir(folder.0.join("empty")).expect("a folder");
    mtlc(&folder, "run shop.mtl --out empty -q --epochs 1").must(0, &[]);
}

#[test]
fn a_run_without_a_folder_makes_its_own() {
    let folder = shop();
    for _ in 0..2 {
        mtlc(&folder, "run shop.mtl -q --epochs 1").must(0, &["Everything is in runs/shop/"]);
    }
    let runs = std::fs::read_dir(folder.0.join("runs/shop")).expect("runs").flatten();
    assert_eq!(runs.filter(|entry| entry.file_name() != "latest").count(), 2);
    let said = mtlc(&folder, "runs").must(0, &[]);
    assert!(said.out.matches("shop").count() >= 2, "{}", said.out);
}

#[test]
fn a_last_row_alone_joins_the_batch_before() {
    let folder = shop();
    // 72 training rows: one batch of 72 rather than 71 and 1, and two of 70 and 2.
    for (batch, steps) in [(71, 4), (70, 8), (72, 4)] {
        let spec = super::SHOP.replace("batch: 16", &format!("batch: {batch}")).replace("layer_norm", "batch_norm");
        assert!(spec.contains(&format!("batch: {batch}")) && spec.contains("batch_norm"), "{spec}");
        folder.write("shop.mtl", spec);
        mtlc(&folder, &format!("run shop.mtl --out r{batch} -q")).must(0, &[]);
        assert_eq!(json(&folder, &format!("r{batch}/report.json"))["train"]["steps"], steps, "batches of {batch}");
    }
}
