//! Sounds from files to a trained model: what is said of one does not depend on the sounds beside it, nor on where its bytes lie.

use std::collections::BTreeMap;

use super::{mtlc, text};
use crate::data::Folder;
use crate::data::sounds::hum;

const SPEC: &str = r#"use std.tasks.{classification, regression}

data birds: csv("birds.csv") {
  split { train: 60%, valid: 20%, test: 20%, stratify: way }
  columns { id: id, heard: audio(8000), way: category("down", "up"), pitch: number }
}

input heard from birds.heard -> log_mel(24, hop: 20) -> standardize -> noise(0.1)

shared song from heard -> conv1d(12, kernel: 3, padding: same, stride: 2) -> relu -> gru(12) -> last_pool

task way: classification from song { label: birds.way }
task pitch: regression from song { label: birds.pitch }

train { epochs: 20, batch: 8, optimizer: adam(lr: 1e-2), seed: 5 }
"#;

/// Sixty sounds of 0.2 to 0.6 seconds that go up or down.
pub fn birds() -> Folder {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.0.join("songs")).expect("a folder");
    let mut table = String::from("id,heard,way,pitch\n");
    for number in 0..60_usize {
        let (up, pitch) = (number % 2 == 0, 500 + number * 37 % 20 * 50);
        let slope = if up { 1500.0 } else { -1500.0 };
        let rate = [8000, 16_000][number % 3 / 2];
        let samples = rate as usize * (20 + number * 7 % 41) / 100;
        folder.write(&format!("songs/{number:02}.wav"), hum(rate, samples, pitch as f64 + 400.0, slope));
        table += &format!("n{number},songs/{number:02}.wav,{},{pitch}\n", if up { "up" } else { "down" });
    }
    folder.write("birds.csv", table);
    folder.write("birds.mtl", SPEC);
    folder
}

/// What is said of each sound of a table.
fn answers(folder: &Folder, rows: &[&str], name: &str) -> BTreeMap<String, Vec<f64>> {
    folder.write(&format!("{name}.csv"), format!("id,heard,way,pitch\n{}\n", rows.join("\n")));
    mtlc(folder, &format!("predict r --data {name}.csv --out {name}-out.csv --force")).must(0, &[]);
    let out = text(folder, &format!("{name}-out.csv"));
    let mut lines = out.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    let place = |name: &str| header.iter().position(|column| *column == name).expect("a column");
    let numbers = |cells: &Vec<&str>| [place("way.up"), place("pitch")].map(|at| cells[at].parse().expect("a number"));
    lines.map(|cells| (cells[place("id")].to_string(), numbers(&cells).to_vec())).collect()
}

#[test]
fn a_sound_is_learnt_whatever_lies_beside_it() {
    let folder = birds();
    let said = mtlc(&folder, "check --data birds.mtl").must(0, &[]).out;
    assert!(said.contains("60 sounds; 0.39 s on average, 0.20 to 0.60"), "{said}");
    mtlc(&folder, "run birds.mtl --out r -q").must(0, &[]);
    let report: serde_json::Value = serde_json::from_str(&text(&folder, "r/report.json")).expect("JSON");
    let right = report["tasks"]["way"]["test"]["accuracy"].as_f64();
    assert!(right.is_some_and(|right| right > 0.8), "{right:?}");
    let table = text(&folder, "birds.csv");
    let rows: Vec<&str> = table.lines().skip(1).collect();
    let all = answers(&folder, &rows, "all");
    assert_eq!(all.len(), 60);
    for chosen in [vec![rows[0]], vec![rows[7]], vec![rows[33]], vec![rows[5], rows[6], rows[59]]] {
        for (id, found) in answers(&folder, &chosen, "some") {
            for (found, wanted) in found.iter().zip(&all[&id]) {
                let near = (found - wanted).abs() <= 2e-5 * wanted.abs().max(1.0);
                assert!(near, "{id} is {found} here and {wanted} among all");
            }
        }
    }
    // What the files hold is part of what a run was trained on.
    folder.write("songs/05.wav", hum(8000, 3000, 900.0, 0.0));
    mtlc(&folder, "eval r").must(0, &["`60 files of birds.heard` changed after the run was trained"]);
    // A run in one file answers the same questions.
    mtlc(&folder, "pack r").must(0, &[]);
    mtlc(&folder, "predict birds.mtlpack --data some.csv --out again.csv").must(0, &["3 rows predicted"]);
    assert_eq!(text(&folder, "again.csv").lines().count(), 4);
    folder.write("songs/06.wav", "no sound");
    mtlc(&folder, "predict r --data some.csv --out none.csv").must(1, &["broken-sound", "it is text and no sound"]);
}

#[test]
fn a_run_over_sounds_goes_on_where_it_ended() {
    super::resume::resumes_in("birds", &birds(), &SPEC.replace("epochs: 20", "epochs: 4"));
}
