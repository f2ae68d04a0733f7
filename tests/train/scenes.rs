//! Things with their pixels, how far away each pixel is, and what happens in a clip: learnt of pictures that are drawn for it, judged and written.

use std::fmt::Write as _;

use image::{GrayImage, Luma};

use super::{json, mtlc, text};
use crate::data::Folder;

const SCENES: &str = r#"use std.tasks.{depth, instances}

data d: jsonl("d.jsonl") {
  split { train: 70%, valid: 15%, test: 15% }
  columns { id: id, photo: image(gray), things: instances("light", "dark"), far: number[1, 16, 16] }
}

input photo from d.photo -> resize(32, 32) -> normalize

shared seen from photo
  -> conv2d(16, kernel: 3, padding: same) -> batch_norm -> relu -> max_pool(2)
  -> conv2d(24, kernel: 3, padding: same) -> batch_norm -> relu
  -> conv2d(24, kernel: 3, padding: same) -> batch_norm -> relu

task things: instances(16, 16, channels: 24) from seen { label: d.things }
task far:    depth from seen { label: d.far }

train { epochs: 25, batch: 8, optimizer: adamw(lr: 1e-2), seed: 2 }
"#;

/// How far away the ground is, and what is light or dark.
const FAR: [f64; 3] = [5.0, 2.0, 3.0];

/// The same numbers every time, from the first to less than the second.
fn draws() -> impl FnMut(usize, usize) -> usize {
    let mut state = 7u64;
    move |low, high| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        low + (state >> 33) as usize % (high - low)
    }
}

/// Grounds of 32 × 32 pixels with none to two rectangles, which do not touch, and whose edges are even.
fn scenes(folder: &Folder, rows: usize) {
    let mut draw = draws();
    let mut table = String::new();
    for row in 0..rows {
        let mut picture = GrayImage::from_pixel(32, 32, Luma([120]));
        let mut far = [[FAR[0]; 16]; 16];
        let mut cells = Vec::new();
        for side in 0..draw(0, 3) {
            let class = draw(0, 2);
            let (width, height) = (2 * draw(3, 7), 2 * draw(3, 7));
            let (left, top) = (16 * side + 2 * draw(0, (16 - width) / 2 + 1), 2 * draw(0, (32 - height) / 2 + 1));
            for (x, y) in (left..left + width).flat_map(|x| (top..top + height).map(move |y| (x, y))) {
                picture.put_pixel(x as u32, y as u32, Luma([if class == 0 { 230 } else { 20 }]));
                far[y / 2][x / 2] = FAR[1 + class];
            }
            let (right, bottom) = (left + width, top + height);
            let outline = format!("[[{left}, {top}, {right}, {top}, {right}, {bottom}, {left}, {bottom}]]");
            cells.push(format!("{{\"class\": {class}, \"segmentation\": {outline}}}"));
        }
        picture.save(folder.0.join(format!("{row}.png"))).expect("a picture");
        let things = cells.join(", ");
        let _ =
            writeln!(table, "{{\"id\": {row}, \"photo\": \"{row}.png\", \"things\": [{things}], \"far\": [{far:?}]}}");
    }
    folder.write("d.jsonl", table);
}

#[test]
fn things_and_depths_are_learnt_from_one_trunk() {
    let folder = Folder::new();
    scenes(&folder, 120);
    folder.write("d.mtl", SCENES);
    mtlc(&folder, "run d.mtl --out r -q").must(0, &[]);
    let report = json(&folder, "r/report.json");
    let figure = |task: &str, metric: &str| report["tasks"][task]["test"][metric].as_f64().expect("a figure");
    let (precision, quality) = (figure("things", "mean_average_precision"), figure("things", "panoptic_quality"));
    assert!(precision > 0.8 && quality > 0.8, "{precision} {quality}");
    // The ground is up to three away from what stands on it; one who always says what is nearest on average is further off.
    let (mean, root) = (figure("far", "mae"), figure("far", "rmse"));
    assert!(mean < 0.25 && root < 0.4, "{mean} {root}");
    // What was found is written with its pixels, and judged as it was.
    mtlc(&folder, "predict r --part test --out p.jsonl").must(0, &[]);
    let again = mtlc(&folder, "eval d.mtl --predictions p.jsonl --part test --json").must(0, &[]);
    assert!(again.out.contains(&format!("{quality}")), "{}\n{quality}", again.out);
    assert!(text(&folder, "p.jsonl").contains("segmentation"));
}

const CLIPS: &str = r#"use std.tasks.{action}

data d: jsonl("d.jsonl") {
  split { train: 70%, valid: 15%, test: 15% }
  columns { clip: number[5, 1, 4, 8], goes: category("left", "right") }
}

input clip from d.clip

shared seen from clip -> each(time) { flatten -> dense(16) -> relu } -> gru(16)

task goes: action(rate: 0) from seen { label: d.goes }

train { epochs: 12, batch: 16, optimizer: adam(lr: 1e-2), seed: 1 }
"#;

/// A column of light goes to the left or to the right, by a pixel in each frame: no frame alone says which.
#[test]
fn what_happens_in_a_clip_is_told_from_all_of_its_frames() {
    let folder = Folder::new();
    let mut draw = draws();
    let mut table = String::new();
    for row in 0..200 {
        let right = row % 2 == 1;
        let from = draw(0, 4);
        // In the dark there is noise, so that no clip is another's copy.
        let mut clip = [[[[0; 8]; 4]; 1]; 5];
        for (time, [frame]) in clip.iter_mut().enumerate() {
            let at = if right { from + time } else { from + 4 - time };
            for line in frame.iter_mut() {
                (0..8).for_each(|column| line[column] = draw(0, 3) + if column == at { 6 } else { 0 });
            }
        }
        let _ = writeln!(table, "{{\"clip\": {clip:?}, \"goes\": \"{}\"}}", ["left", "right"][row % 2]);
    }
    folder.write("d.jsonl", table);
    folder.write("d.mtl", CLIPS);
    mtlc(&folder, "run d.mtl --out r -q").must(0, &[]);
    let report = json(&folder, "r/report.json");
    let accuracy = report["tasks"]["goes"]["test"]["accuracy"].as_f64().expect("a figure");
    assert!(accuracy > 0.95, "{accuracy}");
}
