//! One label asked twice: whether there is anything, and how much.

use super::{json, mtlc, text};
use crate::data::Folder;

const CLAIMS: &str = r#"data claims: csv("claims.csv") {
  split { train: 60%, valid: 20%, test: 20% }
  columns { id: id, a: number, b: number, cost: number }
}

input seen from claims[a, b] -> standardize

/// What a claim costs: nothing for most.
task cost from seen -> dense(24) -> tanh {
  label: claims.cost
  target {
    any:  above(0)
    size: keep_above(0) -> log -> standardize
  }
  head {
    hidden = dense(16) -> tanh
    any:  hidden -> dense(1)
    size: concat(hidden, in) -> dense(1)
  }
  loss:    binary_cross_entropy(any) + huber(size)
  predict: (any -> sigmoid) * (size -> inverse(size))
  metrics: [r2, rmse]
}

task any from seen -> dense(8) -> tanh {
  label:   claims.cost
  target { any: above(0) }
  head:    dense(1)
  loss:    binary_cross_entropy
  predict: sigmoid -> identity
  metrics: [r2]
  select:  none
}

train { epochs: 40, batch: 32, optimizer: adam(lr: 1e-2), seed: 3 }
"#;

/// Costs 10 + 40·b where a is above 0.3, else nothing.
fn claims(rows: u64, first: u64) -> String {
    let mut state = 11 + first;
    let mut draw = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 40) as f64 / (1u64 << 24) as f64
    };
    let mut table = String::from("id,a,b,cost\n");
    for row in 0..rows {
        let (a, b) = (draw() * 2.0 - 1.0, draw());
        let cost = if a > 0.3 { 10.0 + 40.0 * b } else { 0.0 };
        table += &format!("c{},{a:.4},{b:.4},{cost:.2}\n", first + row);
    }
    table
}

#[test]
fn two_targets_of_one_label_answer_together() {
    let folder = Folder::new();
    folder.write("claims.csv", claims(500, 0));
    folder.write("claims.mtl", CLAIMS);
    mtlc(&folder, "run claims.mtl --out r").must(0, &[]);
    let report = json(&folder, "r/report.json");
    assert!(report["tasks"]["cost"]["test"]["r2"].as_f64().is_some_and(|r2| r2 > 0.9), "{report:#}");
    let graph = mtlc(&folder, "graph claims.mtl --format json").must(0, &[]);
    let graph: serde_json::Value = serde_json::from_str(&graph.out).expect("JSON");
    assert_eq!(graph["tasks"][0]["loss"], "binary_cross_entropy(any) + huber(size)");
    // Each target has steps of its own, which are saved and loaded under its name.
    let fitted = json(&folder, "r/preprocessing.json");
    let targets: Vec<&String> = fitted["targets"].as_object().expect("targets").keys().collect();
    assert_eq!(targets, ["any.any", "cost.any", "cost.size"]);
    assert_eq!(fitted["targets"]["cost.size"].as_array().map(Vec::len), Some(3));
    // Rows without a label are answered in the label's own unit.
    let without: Vec<String> = claims(200, 900)
        .lines()
        .map(|line| line.rsplit_once(',').map_or(String::new(), |(rest, _)| rest.to_string()))
        .collect();
    folder.write("new.csv", without.join("\n") + "\n");
    mtlc(&folder, "predict r --data new.csv --out new-out.csv").must(0, &[]);
    let truth: Vec<f64> = claims(200, 900)
        .lines()
        .skip(1)
        .map(|line| line.rsplit(',').next().and_then(|cell| cell.parse().ok()).expect("a cost"))
        .collect();
    let answers = text(&folder, "new-out.csv");
    let found: Vec<f64> = answers
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(1).and_then(|cell| cell.parse().ok()).expect("a number"))
        .collect();
    assert_eq!(found.len(), truth.len(), "{answers}");
    let error: f64 = found.iter().zip(&truth).map(|(found, truth)| (found - truth).abs()).sum::<f64>() / 200.0;
    assert!(error < 2.5, "the mean error is {error}");
    let nothing = found.iter().zip(&truth).filter(|(found, truth)| **truth == 0.0 && found.abs() < 1.0).count();
    assert!(nothing > 90, "{nothing} of the claims that cost nothing are said to");
}

/// Who asks how much there is asks it of rows in which there is something: the others say nothing of it, neither in the loss nor in what
/// steps learn.
#[test]
fn how_much_is_learnt_of_rows_that_have_some() {
    let folder = Folder::new();
    let toss = |row: usize| row * 7919 % 13 < 4;
    let mut table = String::from("b,cost\n");
    for row in 0..600 {
        let b = row as f64 / 600.0;
        table += &format!("{b:.4},{}\n", if toss(row) { 10.0 + 40.0 * b } else { 0.0 });
    }
    folder.write("claims.csv", &table);
    let spec = r#"data claims: csv("claims.csv") {
  split { train: 60%, valid: 20%, test: 20% }
  columns { b: number, cost: number }
}

input seen from claims.b -> standardize

task cost from seen {
  label: claims.cost
  target { any: above(0), size: keep_above(0) -> standardize }
  head { any: dense(1), size: dense(1) }
  loss:    binary_cross_entropy(any) + mse(size)
  predict: (any -> sigmoid) * (size -> inverse(size))
  metrics: [r2]
}

train { epochs: 30, batch: 16, optimizer: adam(lr: 2e-2), schedule: cosine, seed: 3 }
"#;
    folder.write("claims.mtl", spec);
    mtlc(&folder, "run claims.mtl --out r -q").must(0, &[]);
    mtlc(&folder, "predict r --part all --out answers.csv").must(0, &[]);
    let answers = text(&folder, "answers.csv");
    for (row, line) in answers.lines().skip(1).enumerate() {
        let found: f64 = line.rsplit(',').next().and_then(|cell| cell.parse().ok()).expect("a number");
        let wanted = 4.0 / 13.0 * (10.0 + 40.0 * row as f64 / 600.0);
        assert!((found - wanted).abs() < 1.5, "row {row} is {found}, and {wanted} on average");
    }
    let state = &json(&folder, "r/preprocessing.json")["targets"]["cost.size"][1]["state"];
    assert!(state["mean"][0].as_f64().is_some_and(|mean| mean > 25.0), "the mean is of what is above 0: {state}");
    // Where nothing is left, nothing can be learnt.
    folder.write("claims.mtl", spec.replace("keep_above(0)", "keep_above(50)"));
    let said = "task `cost` has nothing to learn from: `keep_above` leaves out every";
    mtlc(&folder, "run claims.mtl --out none").must(1, &[said]);
    folder.write("claims.mtl", spec.replace("keep_above(0) -> standardize", "keep_above(50)"));
    mtlc(&folder, "run claims.mtl --out none").must(1, &[said]);
}
