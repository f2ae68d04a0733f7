//! A task that is answered with a picture: a class for each pixel.

use std::path::Path;

use mtlc::answers::{Confusions, Maps};
use mtlc::pipeline::Part;
use mtlc::score::judge::{Judge, Keep};

use super::{json, mtlc, session, text};
use crate::data::Folder;

const SIDE: usize = 10;

const SCENES: &str = r#"use std.tasks.{segmentation}

data scenes: jsonl("scenes.jsonl") {
  split { train: 60%, valid: 20%, test: 20% }
  columns { id: id, photo: number[1, 10, 10], regions: mask("ground", "light", "dark") }
}

input photo from scenes.photo

task regions: segmentation from photo -> conv2d(8, kernel: 3, padding: same) -> relu { label: scenes.regions }

train { epochs: 8, batch: 8, optimizer: adam(lr: 2e-2), seed: 3 }
"#;

/// A PNG picture of one byte per pixel.
fn png(values: &[u8], side: usize, colour: png::ColorType, depth: png::BitDepth) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side as u32, side as u32);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    if colour == png::ColorType::Indexed {
        encoder.set_palette((0..=255).flat_map(|shade: u8| [shade, 255 - shade, 7]).collect::<Vec<u8>>());
    }
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(values).expect("pixels");
    drop(writer);
    bytes
}

/// The numbers in a PNG picture with a palette, of which nothing is made.
fn read(path: &Path) -> Vec<u8> {
    let mut decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path).expect("a picture")));
    decoder.set_transformations(png::Transformations::IDENTITY);
    let mut reader = decoder.read_info().expect("PNG");
    assert_eq!(reader.info().color_type, png::ColorType::Indexed);
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut pixels).expect("pixels");
    pixels
}

/// Grey noise with a lighter and a darker box; every fourth mask has a palette, and one row has none.
fn scenes(folder: &Folder, rows: usize) -> Vec<Vec<u8>> {
    let mut state = 5u64;
    let mut draw = |bound: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % bound
    };
    let (mut lines, mut masks) = (String::new(), Vec::new());
    std::fs::create_dir_all(folder.0.join("masks")).expect("a folder");
    for row in 0..rows {
        let mut mask = vec![0u8; SIDE * SIDE];
        for class in [1u8, 2] {
            let (top, left, high, wide) = (draw(7), draw(7), 2 + draw(4), 2 + draw(4));
            for y in top..(top + high).min(SIDE) {
                mask[y * SIDE..][left..(left + wide).min(SIDE)].fill(class);
            }
        }
        let photo: Vec<f64> =
            mask.iter().map(|class| [0.0, 1.0, -1.0][usize::from(*class)] + draw(100) as f64 / 300.0).collect();
        let photo: Vec<&[f64]> = photo.chunks(SIDE).collect();
        let path = format!("masks/{row}.png");
        let colour = if row % 4 == 0 { png::ColorType::Indexed } else { png::ColorType::Grayscale };
        folder.write(&path, png(&mask, SIDE, colour, png::BitDepth::Eight));
        let regions = if row == 1 { serde_json::Value::Null } else { path.into() };
        let line = serde_json::json!({"id": format!("s{row}"), "photo": [photo], "regions": regions});
        lines += &format!("{line}\n");
        masks.push(mask);
    }
    folder.write("scenes.jsonl", lines);
    folder.write("scenes.mtl", SCENES);
    masks
}

/// Mean intersection over union and accuracy, counted pixel by pixel.
fn figures(pairs: &[(&[u8], Vec<u8>)]) -> (f64, f64) {
    let pixels: Vec<(u8, u8)> =
        pairs.iter().flat_map(|(truth, given)| truth.iter().copied().zip(given.iter().copied())).collect();
    let count = |of: &dyn Fn(u8, u8) -> bool| pixels.iter().filter(|(truth, given)| of(*truth, *given)).count() as f64;
    let of_class = |class: u8| {
        let either = count(&|truth, given| truth == class || given == class);
        (either > 0.0).then(|| count(&|truth, given| truth == class && given == class) / either)
    };
    let shares: Vec<f64> = (0..3).filter_map(of_class).collect();
    (shares.iter().sum::<f64>() / shares.len() as f64, count(&|truth, given| truth == given) / pixels.len() as f64)
}

#[test]
fn a_picture_of_classes_is_learnt_judged_and_written() {
    let folder = Folder::new();
    let masks = scenes(&folder, 80);
    mtlc(&folder, "run scenes.mtl --out r -q").must(0, &[]);
    mtlc(&folder, "predict r --part test --out answers").must(0, &["rows predicted, in answers"]);
    let table = text(&folder, "answers/predictions.csv");
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("id,regions"));
    let rows: Vec<(usize, Vec<u8>)> = lines
        .map(|line| {
            let (id, path) = line.split_once(',').expect("two cells");
            assert_eq!(path, format!("regions/{id}.png"));
            (id[1..].parse().expect("a number"), read(&folder.0.join("answers").join(path)))
        })
        .collect();
    let judged: Vec<(&[u8], Vec<u8>)> =
        rows.iter().filter(|(row, _)| *row != 1).map(|(row, given)| (masks[*row].as_slice(), given.clone())).collect();
    let (mean_iou, accuracy) = figures(&judged);
    assert!(mean_iou > 0.8, "{mean_iou}");
    let test = &json(&folder, "r/report.json")["tasks"]["regions"]["test"];
    let near = |name: &str, wanted: f64| {
        let found = test["metrics"][name].as_f64().or(test[name].as_f64()).unwrap_or(f64::NAN);
        assert!((found - wanted).abs() < 1e-12, "{name} is {found}, and the pictures say {wanted}: {test:#}");
    };
    near("mean_iou", mean_iou);
    near("pixel_accuracy", accuracy);
    // The pictures of the folder have the figures of the run; and so has the spec alone.
    for of in ["r", "scenes.mtl"] {
        let said = mtlc(&folder, &format!("eval {of} --predictions answers --json")).must(0, &[]);
        let found: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
        let mut wanted = test.clone();
        wanted["loss"] = serde_json::Value::Null;
        assert_eq!(found["tasks"]["regions"]["test"], wanted, "{of}");
    }
    mtlc(&folder, "eval r --predictions masks").must(2, &["has no table of predictions"]);
    folder.write("answers/lost.csv", table.replacen("regions/", "region/", 1));
    mtlc(&folder, "eval r --predictions answers/lost.csv").must(1, &["line 2: `regions` is `region/s"]);
    std::fs::remove_file(folder.0.join("answers/lost.csv")).expect("it is there");
    // Answers become labels: the pictures are masks.
    let again =
        SCENES.replace("scenes.jsonl", "again.jsonl").replace("train: 60%, valid: 20%, test: 20%", "train: 100%");
    let lines: String = rows
        .iter()
        .map(|(row, _)| {
            let photo = vec![vec![vec![0.0; SIDE]; SIDE]];
            let line = serde_json::json!({"id": row.to_string(), "photo": photo, "regions": format!("answers/regions/s{row}.png")});
            format!("{line}\n")
        })
        .collect();
    folder.write("again.jsonl", lines);
    folder.write("again.mtl", again);
    mtlc(&folder, "check again.mtl --data").must(0, &[]);
    // A folder is one that predict has made, or a new one.
    mtlc(&folder, "predict r --part test --out answers").must(2, &["`answers` exists", "--force"]);
    mtlc(&folder, "predict r --part test --out answers --force").must(0, &[]);
    mtlc(&folder, "predict r --part test --out masks --force")
        .must(2, &["`masks` holds something else than predictions"]);
    mtlc(&folder, "predict r --part test --out all.csv").must(2, &["task `regions` is answered with a file per row"]);
    assert!(mtlc(&folder, "eval r").must(0, &[]).out.contains("mean_iou"));
    // What the masks hold is part of what a run was trained on.
    folder.write("masks/5.png", std::fs::read(folder.0.join("masks/6.png")).expect("a mask"));
    mtlc(&folder, "eval r").must(0, &["of scenes.regions` changed after"]);
}

/// Of a part no picture is kept: what intervals and reports ask for are counts.
#[test]
fn no_picture_outlives_its_batch() {
    let folder = Folder::new();
    scenes(&folder, 40);
    let session = session(&folder, SCENES);
    let model = session.model(3, &mtlc::lower::Backend::Flex.device()).expect("a model");
    let judge = Judge::new(&session.pipeline, &session.prepared);
    let batch = session.pipeline.train.batch.rows(1.0).max(256);
    session.answers(&model, Part::Train, |answers| {
        let maps = answers.answers.of::<Maps>().expect("maps");
        assert!(answers.rows.len() <= batch && maps.values.len() == answers.rows.len() * SIDE * SIDE);
    });
    for keep in [Keep::Sample, Keep::All] {
        let judged = session.judged(&judge, &model, Part::Train, keep);
        let (kept, whole) = judged[0].kept.as_ref().expect("rows");
        assert!(*whole && kept.labels.of::<Confusions>().is_some() && kept.predictions.of::<Confusions>().is_some());
    }
}

#[test]
fn what_is_no_mask_is_said_with_its_row() {
    let folder = Folder::new();
    scenes(&folder, 12);
    let whole = std::fs::read(folder.0.join("masks/5.png")).expect("a mask");
    let grey = |values: &[u8]| png(values, SIDE, png::ColorType::Grayscale, png::BitDepth::Eight);
    let said = |words: &[&str]| {
        let out = mtlc(&folder, "check scenes.mtl --data --format short").must(1, &[]).out;
        words.iter().for_each(|words| assert!(out.contains(words), "`{words}` is not in:\n{out}"));
    };
    let mut classes = vec![0; SIDE * SIDE];
    classes[7] = 3;
    let rgb = png(&[9; SIDE * SIDE * 3], SIDE, png::ColorType::Rgb, png::BitDepth::Eight);
    for (bytes, reason) in [
        (grey(&classes), "a pixel of class number 3, and the 3 classes are numbered from 0 to 2"),
        (
            png(&[0; 16], 4, png::ColorType::Grayscale, png::BitDepth::Eight),
            "of 4 × 4 pixels, and the masks before it are of 10 × 10",
        ),
        (rgb, "its pixels are colours"),
        (whole[..whole.len() - 20].to_vec(), "it is no PNG picture, or a damaged one"),
        (b"GIF89a".to_vec(), "it is no PNG picture, or a damaged one"),
        (Vec::new(), "it is no PNG picture, or a damaged one"),
    ] {
        folder.write("masks/5.png", bytes);
        said(&["`masks/5.png`", "line 6", reason]);
    }
    std::fs::remove_file(folder.0.join("masks/5.png")).expect("it was there");
    said(&["`masks/5.png`", "the path of no picture"]);
    // Bits are class numbers too, eight of them to a byte.
    let bits: Vec<u8> = [0b1010_1010, 0b1100_0000].repeat(SIDE);
    folder.write("masks/5.png", png(&bits, SIDE, png::ColorType::Grayscale, png::BitDepth::One));
    mtlc(&folder, "check scenes.mtl --data").must(0, &[]);
}

/// Arrays of class numbers are masks too, whatever the format.
#[test]
fn a_mask_may_be_an_array() {
    let folder = Folder::new();
    let masks = scenes(&folder, 40);
    let text = text(&folder, "scenes.jsonl");
    let lines: String = text
        .lines()
        .zip(&masks)
        .map(|(line, mask)| {
            let mut row: serde_json::Value = serde_json::from_str(line).expect("JSON");
            if !row["regions"].is_null() {
                row["regions"] = serde_json::json!(mask.chunks(SIDE).collect::<Vec<_>>());
            }
            format!("{row}\n")
        })
        .collect();
    let files = session(&folder, SCENES);
    folder.write("scenes.jsonl", lines);
    let arrays = session(&folder, SCENES);
    let rows: Vec<usize> = (2..20).collect();
    let labels = |session: &mtlc::train::session::Session| session.prepared.labels(&session.pipeline, 0, &rows);
    assert!(labels(&files).same(labels(&arrays).as_ref()));
    let targets = |session: &mtlc::train::session::Session| {
        session.prepared.batch(std::slice::from_ref(&rows)).targets.pop().expect("one task")
    };
    assert_eq!(targets(&files), targets(&arrays));
    assert_eq!(files.prepared.label(0).present, arrays.prepared.label(0).present);
}
