//! What a stranger has added works from end to end: pictures turned in training, durations as a label, a figure and an answer.

use std::path::Path;
use std::process::Command;

use image::{GrayImage, Luma};

const SPEC: &str = r#"use std.tasks.{classification, regression}

data lamps: csv("lamps.csv") {
  split { train: 60%, valid: 20%, test: 20% }
  columns { photo: image(gray), took: duration, state: category("dark", "light") }
}

input photo from lamps.photo -> resize(8) -> half_turn -> normalize

shared trunk from photo -> flatten -> dense(8) -> relu

task state: classification from trunk {
  label: lamps.state
  predict: tempered(1e6)
  metrics: inherited + [cohen_kappa]
}
task took: regression from trunk { label: lamps.took }

train { epochs: 20, batch: 8, optimizer: adam(lr: 1e-2), seed: 1 }
"#;

fn mtlc(folder: &Path, arguments: &[&str]) {
    let done =
        Command::new(env!("CARGO_BIN_EXE_mtlc")).current_dir(folder).args(arguments).output().expect("mtlc runs");
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "mtlc {arguments:?}\n{said}");
}

#[test]
fn what_a_stranger_has_added_works() {
    let own = tempfile::tempdir().expect("a folder");
    let folder = own.path();
    let mut table = "photo,took,state\n".to_string();
    for number in 0..50_u32 {
        let light = number % 2 == 1;
        let shade =
            |x: u32, y: u32| Luma([(if light { 200 } else { 20 }) + ((x * 7 + y * 3 + number * 11) % 40) as u8]);
        let name = format!("{number}.png");
        GrayImage::from_fn(10, 10, shade).save(folder.join(&name)).expect("a picture");
        let took = if light { format!("1:{:02}", 10 + number % 9) } else { format!("{}", 20 + number % 5) };
        table += &format!("{name},{took},{}\n", if light { "light" } else { "dark" });
    }
    std::fs::write(folder.join("lamps.csv"), table).expect("a table");
    std::fs::write(folder.join("lamps.mtl"), SPEC).expect("a spec");
    mtlc(folder, &["check", "--data", "lamps.mtl"]);
    mtlc(folder, &["run", "lamps.mtl", "--device", "flex", "--out", "run"]);
    let report = std::fs::read_to_string(folder.join("run/report.json")).expect("a report");
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    let found = format!("{report}");
    // Both are learnt without a fault, and the figure of one agrees with that.
    assert!(found.contains(r#""cohen_kappa":1.0"#), "{report:#}");
    mtlc(folder, &["predict", "run", "--data", "lamps.csv", "--out", "answers.csv"]);
    let answers = std::fs::read_to_string(folder.join("answers.csv")).expect("answers");
    // So hot that both classes are equally likely.
    assert!(answers.lines().nth(1).is_some_and(|row| row.contains("0.5")), "{answers}");
    mtlc(folder, &["explain", "half_turn"]);
}
