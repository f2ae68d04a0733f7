//! Labels that are arrays of which some numbers are missing: those are neither learnt nor judged, and the others are.

use mtlc::data::HostValues;
use mtlc::lower::{Backend, Real};
use mtlc::pipeline::LossTerm;
use mtlc::train::loss::task_loss;
use mtlc::train::plan;
use serde_json::{Value, json};

use super::{mtlc, report, session, text};
use crate::data::Folder;

const SPEC: &str = r#"use std.tasks.{depth, regression}

data rooms: jsonl("rooms.jsonl") {
  split { train: 50%, valid: 25%, test: 25% }
  columns { id: id, photo: number[1, 2, 3], far: number[1, 2, 3], ends: number[2] }
}

input photo from rooms.photo

task far: depth from photo { label: rooms.far, target: scale(1) }
task ends: regression from photo -> flatten { label: rooms.ends }

train { epochs: 150, batch: 12, optimizer: adam(lr: 3e-2), seed: 1 }
"#;

const ROWS: usize = 48;

/// Of each row the pixels of its photo; those of `far` are twice as much and one, where a sensor saw anything.
fn photo(row: usize) -> Vec<f64> {
    (0..6).map(|place| ((row * 7 + place * 5) % 13) as f64 / 6.0 - 1.0).collect()
}

fn unseen(row: usize, place: usize) -> bool {
    (row + 2 * place).is_multiple_of(4)
}

fn line(row: usize) -> Value {
    let pixels = photo(row);
    let map = |of: &dyn Fn(usize) -> Value| json!([[[of(0), of(1), of(2)], [of(3), of(4), of(5)]]]);
    let far = map(&|place| if unseen(row, place) { Value::Null } else { json!(2.0 * pixels[place] + 1.0) });
    // Of every fourth row nothing at all, of the one before it one of the two.
    let ends = [(row % 4 < 2).then(|| pixels[0] * 3.0), (row % 4 < 3).then(|| pixels[5] - 1.0)];
    json!({"id": format!("r{row}"), "photo": map(&|place| json!(pixels[place])), "far": far, "ends": ends})
}

fn rooms() -> Folder {
    let folder = Folder::new();
    folder.write("rooms.jsonl", (0..ROWS).map(|row| format!("{}\n", line(row))).collect::<String>());
    folder.write("rooms.mtl", SPEC);
    folder
}

#[test]
fn numbers_that_a_label_lacks_count_nowhere() {
    let folder = rooms();
    // As they are, so that a loss is worked by hand.
    let plain = SPEC.replace("scale(1) }", "scale(1), loss: mse }");
    let session = session(&folder, &plain.replace("train: 50%, valid: 25%, test: 25%", "train: 100%"));
    let rows = [4, 7];
    let mut batch = session.prepared.batch(&[rows.to_vec()]);
    let ends = batch.targets.pop().expect("two tasks");
    let far = batch.targets.pop().expect("two tasks");
    assert_eq!((far.present.as_slice(), ends.present.as_slice()), (&[true, true][..], &[true, false][..]));
    let places = far.place_weights[0].as_ref().expect("some numbers are missing");
    let known: Vec<bool> = rows.iter().flat_map(|row| (0..6).map(|place| !unseen(*row, place))).collect();
    assert_eq!(places.weights, known.iter().map(|known| f32::from(u8::from(*known))).collect::<Vec<_>>());
    assert_eq!(
        places.counted,
        [known[..6].iter().filter(|one| **one).count(), known[6..].iter().filter(|one| **one).count()]
    );
    let HostValues::F32(wanted) = &far.values[0].values else { panic!("numbers") };
    assert!(wanted.iter().all(|value| value.is_finite()));

    let device = Backend::Flex.device();
    let (task, labelled) = (&session.pipeline.tasks[0], plan::labelled(&session.pipeline, &session.prepared));
    let scale = |term: &LossTerm| 1.0 / (2.0 * labelled[0].share * labelled[0].units(term));
    let loss = |output: Vec<f32>| {
        let outputs = [Real::from_host(output, vec![2, 1, 2, 3], &device)];
        let found = task_loss(0, task, &outputs, &far, &scale, &device).expect("labels");
        (Real::new(found.value).to_host()[0], found.slopes[0].to_host())
    };
    // A mean over the numbers of each row that are there, and over the rows.
    let output: Vec<f32> = (0..12).map(|place| place as f32 / 4.0).collect();
    let squares = |row: usize| -> f64 {
        let all = (0..6).filter(|place| known[6 * row + place]);
        let square = |place: usize| (f64::from(output[6 * row + place] - wanted[6 * row + place])).powi(2);
        all.clone().map(square).sum::<f64>() / all.count() as f64
    };
    let by_hand = f64::midpoint(squares(0), squares(1));
    let (found, slopes) = loss(output.clone());
    assert!((f64::from(found) - by_hand).abs() < 1e-5 * by_hand, "{found} is not {by_hand}");
    for (place, known) in known.iter().enumerate() {
        assert_eq!(slopes[place] != 0.0, *known, "{slopes:?}");
    }
    // Whatever is said of what nobody knows.
    let other: Vec<f32> = output.iter().zip(&known).map(|(one, known)| if *known { *one } else { 1e6 }).collect();
    assert_eq!(loss(other), (found, slopes));
}

#[test]
fn a_task_learns_and_is_judged_by_the_numbers_that_are_there() {
    let folder = rooms();
    let said = mtlc(&folder, "check --data rooms.mtl").must(0, &[]);
    for words in
        ["in 24 rows some numbers are missing", "in 12 rows some numbers are missing", "task ends  labels: train"]
    {
        assert!(said.out.contains(words), "`{words}` is not in:\n{}", said.out);
    }
    mtlc(&folder, "run rooms.mtl -q --out first").must(0, &[]);
    mtlc(&folder, "predict first --part test --out answers.csv").must(0, &[]);
    let answers = text(&folder, "answers.csv");
    let mut lines = answers.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let names = lines.next().expect("a head");
    let of = |name: &str| names.iter().position(|other| *other == name).expect(name);
    let lines: Vec<Vec<&str>> = lines.collect();
    // The mean over rows of what their numbers are off by that are there.
    let by_hand = |name: &str, count: usize, truth: &dyn Fn(usize, usize) -> Option<f64>| -> f64 {
        let of_row = |line: &Vec<&str>| -> Option<f64> {
            let row = line[0].trim_start_matches('r').parse().expect("a row");
            let off = |place: usize| {
                let given: f64 = line[of(&format!("{name}.{}", place + 1))].parse().expect("a number");
                truth(row, place).map(|truth| (given - truth).abs())
            };
            let off: Vec<f64> = (0..count).filter_map(off).collect();
            (!off.is_empty()).then(|| off.iter().sum::<f64>() / off.len() as f64)
        };
        let rows: Vec<f64> = lines.iter().filter_map(of_row).collect();
        rows.iter().sum::<f64>() / rows.len() as f64
    };
    let far = by_hand("far", 6, &|row, place| (!unseen(row, place)).then(|| 2.0 * photo(row)[place] + 1.0));
    let ends = by_hand("ends", 2, &|row, place| line(row)["ends"][place].as_f64());
    let report = report(&folder, "first");
    for (task, by_hand) in [("far", far), ("ends", ends)] {
        let found = report["tasks"][task]["test"]["mae"].as_f64().expect("a figure");
        assert!((found - by_hand).abs() < 1e-6, "{task}: {found} is not {by_hand}");
        // A line through what is there; zeros where nothing is would bend it.
        assert!(found < 0.05, "{task}: {found}");
    }
    assert!(!text(&folder, "first/report.html").contains("NaN"));
    let said = mtlc(&folder, "eval rooms.mtl --predictions answers.csv --part test").must(0, &[]);
    assert!(said.out.contains("far") && said.out.contains("ends"), "{}", said.out);
}
