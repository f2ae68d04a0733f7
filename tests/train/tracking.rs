//! A task that is answered with tracks: found, followed, brought back to the unit of the label, judged and written.

use image::codecs::gif::GifEncoder;
use image::{Delay, Frame, Rgba, RgbaImage};

use super::{json, mtlc, text};
use crate::data::Folder;

/// Clips that the model sees at another size than their files have.
const SPEC: &str = r#"use std.tasks.{tracking}

data d: jsonl("d.jsonl") {
  split { train: 70%, valid: 15%, test: 15% }
  columns { id: id, clip: video(5, gray), ways: tracks("light", "dark") }
}

input clip from d.clip -> resize(24, 24) -> flip(horizontal) -> normalize

shared seen from clip
  -> conv3d(12, frames: 3, padding: same) -> relu
  -> each(time) { max_pool(2) -> conv2d(16, kernel: 3, padding: same) -> batch_norm -> relu
                  -> conv2d(16, kernel: 3, padding: same) -> batch_norm -> relu }

task ways: tracking(5, 12, 12, channels: 24) from seen { label: d.ways }

train { epochs: 30, batch: 8, optimizer: adamw(lr: 1e-2), seed: 2 }
"#;

/// A light square that goes right in the upper half, and in some clips a dark one that goes left in the lower.
fn clips(folder: &Folder, rows: usize) {
    let mut state = 7u64;
    let mut draw = |low: usize, high: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        low + (state >> 33) as usize % (high - low)
    };
    let mut table = String::new();
    for row in 0..rows {
        let tracks: Vec<(usize, usize, usize)> =
            (0..1 + draw(0, 2)).map(|class| (class, draw(0, 8), draw(0, 5))).collect();
        let file = std::fs::File::create(folder.0.join(format!("{row}.gif"))).expect("a file");
        let mut clip = GifEncoder::new(file);
        let mut cells = Vec::new();
        for frame in 0..5 {
            let mut picture = RgbaImage::from_pixel(32, 32, Rgba([120, 120, 120, 255]));
            for (class, start, down) in &tracks {
                let left = if *class == 0 { start + 4 * frame } else { 24 - start - 4 * frame };
                let top = 16 * class + down;
                for (x, y) in (left..left + 8).flat_map(|x| (top..top + 8).map(move |y| (x, y))) {
                    let value = if *class == 0 { 240 } else { 10 };
                    picture.put_pixel(x as u32, y as u32, Rgba([value, value, value, 255]));
                }
                cells.push(format!(
                    "{{\"frame\": {frame}, \"track\": {}, \"class\": {class}, \"bbox\": [{left}, {top}, 8, 8]}}",
                    7 + class
                ));
            }
            let delay = Delay::from_numer_denom_ms(100, 1);
            clip.encode_frame(Frame::from_parts(picture, 0, 0, delay)).expect("a frame");
        }
        table += &format!("{{\"id\": {row}, \"clip\": \"{row}.gif\", \"ways\": [{}]}}\n", cells.join(", "));
    }
    folder.write("d.jsonl", table);
}

#[test]
fn what_moves_is_followed_and_written_where_the_file_has_it() {
    let folder = Folder::new();
    clips(&folder, 80);
    folder.write("d.mtl", SPEC);
    mtlc(&folder, "run d.mtl --out r -q").must(0, &[]);
    let report = json(&folder, "r/report.json");
    let figure = |metric: &str| report["tasks"]["ways"]["test"][metric].as_f64().expect("a figure");
    let (mota, idf1, hota) = (figure("mota"), figure("idf1"), figure("hota"));
    assert!(mota > 0.8 && idf1 > 0.85 && hota > 0.5 && figure("track_accuracy") > 0.85, "{mota} {idf1} {hota}");
    // The clips of the report move: what is true and what was found side by side.
    let page = text(&folder, "r/report.html");
    assert!(page.contains("<section id=\"pictures\">") && page.contains("<section id=\"augmented\">"));
    // Of four rows one each, and four rows that are trained on as they are and in three epochs.
    assert_eq!(page.matches("href=\"data:image/png;base64,").count(), 4 + 4 * 4);
    assert!(page.len() < 600_000, "{} bytes", page.len());
    // The same figures again from the file of predictions, which has what was found in pixels of the file.
    mtlc(&folder, "predict r --part test --out p.csv").must(0, &[]);
    let again = mtlc(&folder, "eval d.mtl --predictions p.csv --part test --json");
    assert!(again.out.contains(&format!("{idf1}")), "{}\n{idf1}", again.out);
    let table = text(&folder, "p.csv");
    assert!(table.starts_with("id,ways\n"));
    // Into a folder go files of MOTChallenge beside the table, in which all is counted from 1.
    mtlc(&folder, "predict r --part test --out found").must(0, &[]);
    assert_eq!(text(&folder, "found/predictions.csv"), table);
    let mut all = 0;
    for line in table.lines().skip(1) {
        let (id, cell) = line.split_once(',').expect("two cells");
        let found: Vec<serde_json::Value> =
            serde_json::from_str(&cell.trim_matches('"').replace("\"\"", "\"")).expect("a list of boxes");
        let file = text(&folder, &format!("found/ways/{id}.txt"));
        let rows = file.lines().map(|line| line.split(',').map(|number| number.parse().expect("a number")).collect());
        let rows: Vec<Vec<f64>> = rows.collect();
        let number = |value: &serde_json::Value| value.as_f64().expect("a number");
        let expected = found.iter().map(|one| {
            let [left, top, width, height] = [0, 1, 2, 3].map(|at| number(&one["bbox"][at]));
            let class = if one["class"] == "light" { 1.0 } else { 2.0 };
            let (frame, track) = (number(&one["frame"]) + 1.0, number(&one["track"]) + 1.0);
            vec![frame, track, left + 1.0, top + 1.0, width, height, number(&one["score"]), class, -1.0]
        });
        assert_eq!(rows, expected.collect::<Vec<_>>(), "{id}");
        all += rows.len();
    }
    assert!(all > 40, "{all} boxes");
}
