//! Texts that are spelt along a longer sequence, of which nobody has said where each letter stands.

use super::{json, mtlc, text};
use crate::data::Folder;

const SIGNALS: &str = r#"use std.tasks.{transcription}

data signals: csv("signals.csv") {
  split { train: 80%, valid: 10%, test: 10% }
  columns { id: id, signal: text, says: text }
}

input signal from signals.signal -> characters(max: 80) -> embed(12)

shared read from signal -> conv1d(24, kernel: 5, padding: same{stride}) -> relu

task says: transcription(beam: {beam}) from read { label: signals.says }

train { epochs: {epochs}, batch: 16, optimizer: adam(lr: 1e-2), seed: 3 }
"#;

/// Each letter is two marks that only together say which, and some of silence behind them, so that letters stand at no place that a row's length tells.
fn signals(rows: usize, labels: bool) -> String {
    const CODES: [(char, &str); 4] = [('a', "xy"), ('b', "yx"), ('c', "xx"), ('d', "yy")];
    let mut state = 5u64;
    let mut draw = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let mut table = String::from(if labels { "id,signal,says\n" } else { "id,signal\n" });
    for row in 0..rows {
        let letters: Vec<usize> = (0..1 + draw(7)).map(|_| draw(4) as usize).collect();
        let marks: String =
            letters.iter().map(|letter| format!("{}{}", CODES[*letter].1, ".".repeat(1 + draw(3) as usize))).collect();
        let says: String = letters.iter().map(|letter| CODES[*letter].0).collect();
        table += &if labels { format!("r{row},{marks},{says}\n") } else { format!("r{row},{marks}\n") };
    }
    table
}

fn folder(stride: &str, beam: usize, epochs: usize) -> Folder {
    let folder = Folder::new();
    folder.write("signals.csv", signals(300, true));
    let spec = SIGNALS.replace("{stride}", stride).replace("{beam}", &beam.to_string());
    folder.write("signals.mtl", spec.replace("{epochs}", &epochs.to_string()));
    folder
}

#[test]
fn what_a_sequence_says_is_read_without_being_told_where() {
    for beam in [1, 4] {
        let folder = folder("", beam, 12);
        mtlc(&folder, "run signals.mtl --out r -q").must(0, &[]);
        let figures = &json(&folder, "r/report.json")["tasks"]["says"]["test"];
        let (errors, right) = (figures["character_error_rate"].as_f64(), figures["exact_match"].as_f64());
        assert!(errors.is_some_and(|rate| rate < 0.02) && right.is_some_and(|share| share > 0.9), "{figures:#}");
        // A row is read alone as among others, padded to the longest.
        folder.write("new.csv", signals(40, false));
        mtlc(&folder, "predict r --data new.csv --out all.csv").must(0, &[]);
        let truth = signals(40, true);
        let answers = text(&folder, "all.csv");
        let last = |line: &str| line.rsplit(',').next().unwrap_or_default().to_string();
        let same = answers.lines().zip(truth.lines()).skip(1).filter(|(one, other)| last(one) == last(other)).count();
        assert!(same >= 38, "{same} of 40:\n{answers}");
        let one: String = signals(40, false)
            .lines()
            .enumerate()
            .filter(|(at, _)| *at == 0 || *at == 7)
            .map(|(_, line)| format!("{line}\n"))
            .collect();
        folder.write("one.csv", one);
        mtlc(&folder, "predict r --data one.csv --out alone.csv").must(0, &[]);
        assert_eq!(text(&folder, "alone.csv").lines().nth(1), answers.lines().nth(7));
    }
}

/// A stride that leaves a letter no place: such rows teach nothing, the run says so, and no number is lost.
#[test]
fn labels_that_need_more_places_are_counted() {
    let folder = folder(", stride: 6", 1, 2);
    mtlc(&folder, "run signals.mtl --out r")
        .must(0, &["task `says`:", "labels of the training part need more places than the head has"]);
    let loss = &json(&folder, "r/report.json")["tasks"]["says"]["test"]["loss"];
    assert!(loss.as_f64().is_none_or(f64::is_finite), "{loss}");
}
