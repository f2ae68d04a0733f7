//! Training: what is measured, written down and shown; runs that are interrupted, refused, evaluated and predicted with.

mod affinity;
mod answering;
mod answers;
#[cfg(feature = "libtorch")]
mod backends;
mod by_tokens;
mod class_maps;
mod clip_lengths;
mod compare;
mod data_as_it_is;
mod detection;
mod export;
mod families;
mod gaps;
mod ignored;
mod importance;
mod joined;
mod judged;
mod keypoints;
mod lacking;
mod lengths;
mod longer;
mod metrics;
mod mixing;
mod mlflow;
mod odd_texts;
mod on_disk;
mod one_writer;
mod pack;
mod panoptic;
pub mod pictures;
mod pipelines;
mod predict;
mod predictions;
mod prefix;
mod pretrained;
mod profile;
mod python;
mod reconstruction;
mod reframed;
mod refused;
mod resume;
#[cfg(unix)]
mod resume_process;
mod run;
mod scenes;
mod selection;
mod sequences;
mod sessions;
mod several_targets;
pub mod sounds;
mod texts;
mod threads;
mod tracking;
mod transcription;
mod transfer;
mod tune;
mod unseen;
mod vision;
mod writing;

use std::path::Path;
use std::process::Command;

use mtlc::data::{Overrides, open_and_split};
use mtlc::train::session::Session;

use crate::data::{Folder, pipeline_in};

/// A spec of three kinds of task on [`table`], with batch norm, dropout, an embedding and missing values.
pub const SHOP: &str = r#"use std.tasks.{classification, binary, regression}

data shop: csv("shop.csv") {
  split { train: 60%, valid: 20%, test: 20% }
  columns { id: id, a: number, b: number, city: category, kind: category, flag: category("no", "yes"), price: number }
}

input body from shop[a, b] -> impute(median) -> standardize
input city from shop.city -> embed(3)

param width: int = 12

shared trunk from concat(body, city) -> dense(width) -> batch_norm -> relu -> dropout(0.1)

task kind: classification from trunk { label: shop.kind }
task flag: binary(positive: "yes") from trunk { label: shop.flag }
task price: regression from trunk { label: shop.price }

weights { kind: 1/3, flag: 1/3, price: 1/3 }

train { epochs: 4, batch: 16, optimizer: adam(lr: 1e-2), seed: 3 }

variant wide { width: 20 }
"#;

/// 120 rows; labels and one input are missing here and there.
pub fn table() -> String {
    let mut text = String::from("id,a,b,city,kind,flag,price\n");
    for row in 0..120_i32 {
        let (a, b) = ((f64::from(row) * 1.3).sin() * 2.0, (f64::from(row) * 0.7).cos());
        let city = ["Oslo", "Rome", "Lima"][((row * 7 + row / 5) % 3) as usize];
        let kind = if a + b > 1.0 { "high" } else { "low" };
        let kind = if (a + b).abs() <= 1.0 { "mid" } else { kind };
        let b_or_not = if row % 11 == 5 { String::new() } else { format!("{b:.4}") };
        let flag = if row % 7 == 3 { "" } else { ["no", "yes"][usize::from(a > b)] };
        let price = if row % 13 == 2 { String::new() } else { format!("{:.2}", 100.0 + 20.0 * a - 10.0 * b) };
        text += &format!("r{row},{a:.4},{b_or_not},{city},{kind},{flag},{price}\n");
    }
    text
}

/// A folder with [`SHOP`] as `shop.mtl`, and its table.
pub fn shop() -> Folder {
    let folder = Folder::new();
    folder.write("shop.csv", table());
    folder.write("shop.mtl", SHOP);
    folder
}

/// How a command ended, and what it said.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Said {
    pub fn of(output: &std::process::Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Fails if the command did not end with this code or did not say these words on standard error.
    #[track_caller]
    pub fn must(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        for words in words {
            assert!(self.err.contains(words), "`{words}` is not in:\n{}", self.err);
        }
        self
    }
}

pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mtlc"));
    command.current_dir(folder).env("NO_COLOR", "1");
    command
}

/// Runs `mtlc` with arguments that have no spaces in them.
pub fn mtlc(folder: &Folder, line: &str) -> Said {
    let output = command(&folder.0).args(line.split_whitespace()).output().expect("mtlc runs");
    Said::of(&output)
}

/// The bytes of a file that must be there.
#[track_caller]
pub fn bytes(folder: &Folder, name: &str) -> Vec<u8> {
    std::fs::read(folder.0.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub fn text(folder: &Folder, name: &str) -> String {
    String::from_utf8(bytes(folder, name)).expect("text")
}

pub fn json(folder: &Folder, name: &str) -> serde_json::Value {
    serde_json::from_str(&text(folder, name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A report without what two equal runs may differ in: when, and how long.
pub fn report(folder: &Folder, run: &str) -> serde_json::Value {
    let mut report = json(folder, &format!("{run}/report.json"));
    report["started"].take();
    report["train"]["seconds"].take();
    report["train"]["examples_per_second"].take();
    report
}

/// The lines of a `metrics.jsonl`, without the seconds.
pub fn records(folder: &Folder, run: &str) -> Vec<serde_json::Value> {
    text(folder, &format!("{run}/metrics.jsonl"))
        .lines()
        .map(|line| {
            let mut record: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
            if let Some(record) = record.as_object_mut() {
                record.remove("seconds");
            }
            record
        })
        .collect()
}

/// Fails if two runs do not say the same to the last bit.
#[track_caller]
pub fn same_runs(folder: &Folder, left: &str, right: &str) {
    for name in ["model.safetensors", "preprocessing.json"] {
        let (one, other) = (bytes(folder, &format!("{left}/{name}")), bytes(folder, &format!("{right}/{name}")));
        assert!(one == other, "{name} of {left} and {right} differ");
    }
    assert_eq!(report(folder, left), report(folder, right));
    assert_eq!(records(folder, left), records(folder, right));
}

/// A spec with its data and graph, ready to train in this process.
pub fn session(folder: &Folder, spec: &str) -> Session {
    let (pipeline, _) = pipeline_in(&folder.0, spec);
    let opened = open_and_split(&pipeline, &Overrides::default());
    let (tables, parts) = opened.unwrap_or_else(|problems| panic!("{problems:#?}"));
    Session::fitted(pipeline, &tables, parts, &[]).unwrap_or_else(|problems| panic!("{problems:#?}"))
}
