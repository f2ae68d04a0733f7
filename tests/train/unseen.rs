//! Classes that training did not have: answered as an average class, counted, and refused where there are no others.

use mtlc::train::checkpoint;

use super::{Said, json, mtlc, text};
use crate::data::Folder;

const SPEC: &str = "use std.tasks.{regression}\n\n\
    data d: csv(\"train.csv\") { columns { x: number, code: KIND, y: number } }\n\n\
    input x from d.x -> standardize\ninput code from d.code -> STEP\n\
    task y: regression from concat(x, code) HIDDEN { label: d.y }\n\
    train { epochs: 40, seed: 1, optimizer: adamw(lr: 1e-2) }\n";

/// A spec and its table: y is ten times the code, and a bit of x.
fn folder(kind: &str, step: &str, hidden: &str, codes: &[&str]) -> Folder {
    let folder = Folder::new();
    folder.write("s.mtl", SPEC.replace("KIND", kind).replace("STEP", step).replace("HIDDEN", hidden));
    folder.write("train.csv", table(codes, 90));
    folder
}

fn table(codes: &[&str], rows: usize) -> String {
    let row = |row: usize| {
        let code = (row * 7 + row / 3) % codes.len();
        format!("{},{},{}\n", (row * 37 % 100) as f64 / 100.0, codes[code], code % 3 * 10)
    };
    format!("x,code,y\n{}", (0..rows).map(row).collect::<String>())
}

fn figures(said: &Said) -> serde_json::Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err))
}

const HIDDEN: &str = "-> dense(16) -> relu";

#[test]
fn codes_written_as_other_numbers_are_the_same_codes() {
    for (step, kind) in
        [("embed(4)", "category"), ("one_hot", "category"), ("embed(4)", "category(\"0\", \"1\", \"2\")")]
    {
        let folder = folder(kind, step, HIDDEN, &["0", "1", "2"]);
        mtlc(&folder, "run s.mtl --out r -q").must(0, &[]);
        folder.write("new.csv", table(&["0.0", "1.0", "02"], 90));
        let (same, other) =
            (mtlc(&folder, "eval r --data train.csv --json"), mtlc(&folder, "eval r --data new.csv --json"));
        let (same, other) = (figures(&same.must(0, &[])), figures(&other.must(0, &[])));
        assert_eq!(same["tasks"], other["tasks"]);
        assert!(other["tasks"]["y"]["test"]["r2"].as_f64().is_some_and(|r2| r2 > 0.9), "{other}");
        assert!(other.get("unseen_classes").is_none());
    }
}

#[test]
fn unknown_and_missing_classes_are_counted_and_said() {
    let folder = folder("category", "embed(4)", HIDDEN, &["a", "b", "c"]);
    mtlc(&folder, "run s.mtl --out r -q").must(0, &[]);
    folder.write("some.csv", "x,code,y\n0.5,a,0\n0.5,new,0\n0.5,b,10\n0.5,,10\n0.5,newer,10\n");
    let said = mtlc(&folder, "eval r --data some.csv").must(0, &[]);
    let words = "`d.code`: of 5 rows, 2 hold a class that training did not have (`new`, `newer`) and 1 holds none";
    assert!(said.out.contains(&format!("Note: {words}\n")), "{}", said.out);
    let report = figures(&mtlc(&folder, "eval r --data some.csv --json").must(0, &[]));
    let counts = &report["unseen_classes"][0];
    assert_eq!(
        (&counts["column"], &counts["rows"], &counts["unknown"], &counts["missing"]),
        (&"d.code".into(), &5.into(), &2.into(), &1.into())
    );
    mtlc(&folder, "predict r --data some.csv --out p.csv").must(0, &[words, "5 rows predicted"]);
    folder.write("clean.csv", "x,code,y\n0.5,a,0\n0.5,b,0\n");
    let said = mtlc(&folder, "predict r --data clean.csv --out q.csv").must(0, &[]);
    assert!(!said.err.contains("d.code"), "{}", said.err);
}

#[test]
fn a_file_without_a_known_class_is_refused() {
    for kind in ["category", "labels", "category(\"a\", \"b\", \"c\", \"never\")"] {
        let step = if kind == "labels" { "multi_hot" } else { "embed(4)" };
        let folder = folder(kind, step, HIDDEN, &["a", "b", "c"]);
        mtlc(&folder, "run s.mtl --out r -q").must(0, &[]);
        // A declared class that no training row has is as unknown as any other.
        folder.write("new.csv", "x,code,y\n0.5,never,0\n0.5,never,0\n0.5,NA,10\n");
        let words = [
            "no row of `new.csv` has a class of `d.code` that training had: its 3 rows hold `never`",
            "--allow-unknown",
        ];
        mtlc(&folder, "eval r --data new.csv").must(1, &words);
        mtlc(&folder, "predict r --data new.csv --out p.csv").must(1, &words);
        assert!(!folder.0.join("p.csv").exists());
        mtlc(&folder, "predict r --data new.csv --out p.csv --allow-unknown")
            .must(0, &["2 hold a class that training did not have"]);
        folder.write("gaps.csv", "x,code,y\n0.5,NA,0\n0.5,NA,10\n");
        mtlc(&folder, "predict r --data gaps.csv --out q.csv").must(0, &["`d.code`: of 2 rows, 2 hold none"]);
    }
}

#[test]
fn what_is_unknown_is_answered_as_the_mean_of_what_is_known() {
    for (kind, step) in
        [("category", "embed(4)"), ("category", "one_hot"), ("category(\"a\", \"b\", \"c\", \"d\")", "one_hot")]
    {
        // Without a hidden layer answers are linear in what the step gives.
        let folder = folder(kind, step, "", &["a", "b", "c"]);
        mtlc(&folder, "run s.mtl --out r -q").must(0, &[]);
        folder.write("new.csv", "x,code\n0.5,a\n0.5,b\n0.5,c\n0.5,d\n0.5,\n");
        mtlc(&folder, "predict r --data new.csv --out p.csv").must(0, &[]);
        let answers: Vec<f64> = text(&folder, "p.csv")
            .lines()
            .skip(1)
            .map(|line| line.rsplit(',').next().and_then(|cell| cell.parse().ok()).unwrap_or_else(|| panic!("{line}")))
            .collect();
        let mean = answers[..3].iter().sum::<f64>() / 3.0;
        assert!((answers[3] - mean).abs() < 1e-4 && (answers[4] - mean).abs() < 1e-4, "{step}: {answers:?}");
        assert!((answers[0] - answers[2]).abs() > 5.0, "{answers:?}");
    }
}

#[test]
fn rows_without_a_class_are_learnt_where_training_has_some() {
    let optimizers = ["adam(lr: 1e-2)", "adamw(lr: 1e-2, weight_decay: 0.1)", "sgd(lr: 1e-2, momentum: 0.9)"];
    for (index, optimizer) in optimizers.into_iter().enumerate() {
        for (codes, learnt) in [(&["a", "b", "c"][..], [false, false]), (&["a", "b", "NA"], [false, true])] {
            let folder = folder("category", "embed(4)", HIDDEN, codes);
            let spec = text(&folder, "s.mtl").replace("adamw(lr: 1e-2)", optimizer);
            folder.write("s.mtl", spec);
            mtlc(&folder, "run s.mtl --out r -q").must(0, &[]);
            let (tensors, _) = checkpoint::read(&folder.0.join("r/model.safetensors")).expect("a model");
            let (shape, values) = &tensors["code.embed.1.weight"];
            let known = shape[0] - 2;
            let row = |row: usize| &values[row * 4..(row + 1) * 4];
            let moved = [known, known + 1].map(|place| row(place).iter().any(|value| *value != 0.0));
            assert_eq!(moved, learnt, "{index} {values:?}");
        }
    }
}

#[test]
fn a_run_says_what_its_own_parts_hold() {
    let folder = Folder::new();
    let spec = SPEC.replace("KIND", "category").replace("STEP", "embed(4)").replace("HIDDEN", HIDDEN);
    folder.write("s.mtl", spec.replace("{ columns", "{ split { test: \"test.csv\" }\n columns"));
    folder.write("train.csv", table(&["a", "b", "c"], 30));
    folder.write("test.csv", "x,code,y\n0.5,a,0\n0.5,new,0\n");
    let said = mtlc(&folder, "run s.mtl --out r").must(0, &[]);
    let words = "1 holds a class that training did not have (`new`)";
    assert!(said.out.contains(words), "{}{}", said.out, said.err);
    assert_eq!(json(&folder, "r/report.json")["unseen_classes"][0]["unknown"], 1);
}
