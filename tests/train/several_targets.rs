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
    size: log -> standardize
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
    assert_eq!(fitted["targets"]["cost.size"].as_array().map(Vec::len), Some(2));
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
