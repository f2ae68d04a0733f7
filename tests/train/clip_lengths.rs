//! Clips of different lengths: a batch is as long as its longest clip, and what is said of a clip does not depend on the clips beside it.

use std::collections::BTreeMap;

use image::{GrayImage, Luma};
use mtlc::data::{Drawing, HostValues};

use super::{mtlc, session, text};
use crate::data::Folder;

const CLIPS: &str = r#"use std.tasks.{classification, regression}

data clips: csv("clips.csv") {
  split { train: 60%, valid: 20%, test: 20% }
  columns { id: id, clip: video(7, gray, short: pad), way: category("left", "right"), count: number }
}

input clip from clips.clip -> resize(8) -> shift(1) -> normalize

let seen = clip -> each(time) { conv2d(4, kernel: 3, stride: 2) -> relu -> flatten -> dense(6) -> tanh }
shared both from concat(
    seen -> mean_pool,
    seen -> gru(5, bidirectional: true) -> last_pool,
    seen -> positions -> attention(heads: 2) -> attention_pool,
    seen -> conv1d(4, kernel: 3) -> relu -> global_max_pool,
    clip -> conv3d(3, frames: 3, kernel: 3, time_stride: 2, padding: same) -> relu -> each(time) { global_avg_pool } -> mean_pool,
  )
  -> dense(8) -> relu

task way: classification from both { label: clips.way }
task count: regression from both { label: clips.count }

train { epochs: 3, batch: 8, optimizer: adam(lr: 1e-2), seed: 5 }
"#;

/// A bright column that moves by a pixel a frame, in so many frames as a clip has: 1 to 9, of which seven are read.
fn frames(clip: u32) -> u32 {
    1 + clip * 5 % 9
}

fn clips(folder: &Folder) -> Vec<String> {
    let of_clip = |clip: u32| {
        std::fs::create_dir_all(folder.0.join(format!("c{clip}"))).expect("a folder");
        for place in 0..frames(clip) {
            let at = if clip.is_multiple_of(2) { place } else { 9 - place };
            let picture = GrayImage::from_fn(10, 10, |x, y| Luma([if x == at { 220 } else { (clip * 3 + y) as u8 }]));
            picture.save(folder.0.join(format!("c{clip}/{place:02}.png"))).expect("a frame");
        }
        let way = if clip.is_multiple_of(2) { "right" } else { "left" };
        format!("n{clip},c{clip},{way},{}", frames(clip))
    };
    (0..45).map(of_clip).collect()
}

fn write(folder: &Folder, name: &str, rows: &[&String]) {
    let rows: Vec<&str> = rows.iter().map(|row| row.as_str()).collect();
    folder.write(name, format!("id,clip,way,count\n{}\n", rows.join("\n")));
}

/// What is said of each clip.
fn answers(folder: &Folder, rows: &[&String], name: &str) -> BTreeMap<String, Vec<f64>> {
    write(folder, &format!("{name}.csv"), rows);
    mtlc(folder, &format!("predict r --data {name}.csv --out {name}-out.csv")).must(0, &[]);
    let out = text(folder, &format!("{name}-out.csv"));
    let mut lines = out.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let place = |name: &str| header.iter().position(|column| *column == name).expect("a column");
    let columns = [place("way.right"), place("count")];
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let numbers = columns.iter().map(|column| cells[*column].parse().expect("a number")).collect();
        (cells[place("id")].to_string(), numbers)
    };
    lines.map(row).collect()
}

#[test]
fn predictions_do_not_depend_on_the_clips_beside() {
    let folder = Folder::new();
    let clips = clips(&folder);
    let rows: Vec<&String> = clips.iter().collect();
    write(&folder, "clips.csv", &rows);
    folder.write("clips.mtl", CLIPS);
    let said = mtlc(&folder, "check --data clips.mtl").must(0, &[]).out;
    assert!(said.contains("45 clips; 4.7 frames on average, 1 to 7"), "{said}");
    mtlc(&folder, "run clips.mtl --out r -q").must(0, &[]);
    let all = answers(&folder, &rows, "all");
    assert_eq!(all.len(), 45);
    let spread = |place: usize| {
        let of = |row: &Vec<f64>| row[place];
        all.values().map(of).fold(f64::MIN, f64::max) - all.values().map(of).fold(f64::MAX, f64::min)
    };
    assert!(spread(0) > 1e-3 && spread(1) > 1e-2, "clips differ in what is said of them: {} {}", spread(0), spread(1));
    let close = |found: &BTreeMap<String, Vec<f64>>, what: &str| {
        for (id, found) in found {
            for (found, expected) in found.iter().zip(&all[id]) {
                let near = (found - expected).abs() <= 2e-5 * expected.abs().max(1.0);
                assert!(near, "{what}: {id} is {found} here and {expected} among all");
            }
        }
    };
    // Alone a clip is not padded at all.
    for row in [0, 1, 2, 7, 16] {
        close(&answers(&folder, &rows[row..=row], &format!("alone-{row}")), "alone");
    }
    let short: Vec<&String> = (0..45).filter(|clip| frames(*clip) < 4).map(|clip| rows[clip as usize]).collect();
    close(&answers(&folder, &short, "short"), "without the long ones");
}

#[test]
fn a_batch_is_as_long_as_its_longest_clip() {
    let folder = Folder::new();
    let clips = clips(&folder);
    write(&folder, "clips.csv", &clips.iter().collect::<Vec<_>>());
    let prepared = session(&folder, CLIPS).prepared;
    // What was read once is kept, and is the same again, as is what is drawn.
    for _ in 0..2 {
        for chosen in [vec![0, 2, 9], vec![1, 2, 20], vec![0]] {
            let lengths: Vec<usize> = chosen.iter().map(|clip| frames(*clip as u32).min(7) as usize).collect();
            let longest = *lengths.iter().max().expect("some");
            let rows = vec![chosen.clone()];
            let batch = prepared.batch(&rows);
            let drawn = prepared.training_batch(&rows, Drawing { seed: 1, epoch: 2 });
            assert_eq!(drawn, prepared.training_batch(&rows, Drawing { seed: 1, epoch: 2 }));
            for input in [&batch.inputs[0], &drawn.inputs[0]] {
                assert_eq!(input.shape, [chosen.len(), longest, 1, 8, 8]);
                assert_eq!(input.lengths, [(1, lengths.clone())]);
                let HostValues::F32(values) = &input.values else { panic!("numbers") };
                for (row, own) in values.chunks(longest * 64).zip(&lengths) {
                    // Each frame is a picture, and behind the last one is nothing.
                    assert!(row[..own * 64].chunks(64).all(|frame| frame.iter().any(|value| *value != 0.0)));
                    assert!(row[own * 64..].iter().all(|value| *value == 0.0));
                }
            }
            // A row alone has the numbers that it has beside others.
            let HostValues::F32(together) = &batch.inputs[0].values else { panic!("numbers") };
            let HostValues::F32(alone) = prepared.batch(&[vec![chosen[0]]]).inputs[0].values.clone() else {
                panic!("numbers")
            };
            assert_eq!(alone[..], together[..alone.len()]);
        }
    }
}
