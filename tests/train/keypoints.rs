//! A task that is answered with named points: found, brought back to the picture of the file, judged and written.

use image::{GrayImage, Luma};

use super::{json, mtlc, text};
use crate::data::Folder;

/// Pictures that the model sees at another size than their files have. Half of those for training are mirrored, and with them what is left and what is right.
const SPEC: &str = r#"use std.tasks.{keypoints}

data d: jsonl("d.jsonl") {
  split { train: 70%, valid: 15%, test: 15% }
  columns { id: id, photo: image(gray), marks: keypoints("left_end", "middle", "right_end") }
}

input photo from d.photo -> resize(16, 32) -> flip(horizontal) -> normalize

shared seen from photo
  -> conv2d(12, kernel: 3, padding: same) -> batch_norm -> relu
  -> conv2d(12, kernel: 3, padding: same, dilation: 2) -> batch_norm -> relu

task marks: keypoints(16, 32, channels: 12) from seen { label: d.marks }

train { epochs: 12, batch: 8, optimizer: adamw(lr: 1e-2), seed: 2 }
"#;

/// Bright rods with a dark middle on a ground of 24 × 48 pixels. Every fifth does not say where its middle is.
fn rods(folder: &Folder, rows: usize) {
    let mut state = 7u64;
    let mut draw = |low: usize, high: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        low + (state >> 33) as usize % (high - low)
    };
    let mut table = String::new();
    for row in 0..rows {
        let (length, top) = (draw(16, 32), draw(2, 18));
        let left = draw(2, 46 - length);
        let mut picture = GrayImage::from_pixel(48, 24, Luma([120]));
        for (x, y) in (left..left + length).flat_map(|x| (top..top + 4).map(move |y| (x, y))) {
            // The middle is dark.
            let is_middle = x.abs_diff(left + length / 2) < 2;
            picture.put_pixel(x as u32, y as u32, Luma([if is_middle { 10 } else { 250 }]));
        }
        picture.save(folder.0.join(format!("{row}.png"))).expect("a picture");
        let (y, half) = (top + 2, left as f64 + length as f64 / 2.0);
        let middle = if row % 5 == 0 { "null".to_string() } else { format!("[{half}, {y}]") };
        table += &format!(
            "{{\"id\": {row}, \"photo\": \"{row}.png\", \"marks\": {{\"keypoints\": [[{left}, {y}], {middle}, [{}, {y}]], \"area\": {}}}}}\n",
            left + length,
            4 * length
        );
    }
    folder.write("d.jsonl", table);
}

#[test]
fn points_are_found_and_written_where_the_file_has_them() {
    let folder = Folder::new();
    rods(&folder, 120);
    folder.write("d.mtl", SPEC);
    mtlc(&folder, "run d.mtl --out r -q").must(0, &[]);
    let report = json(&folder, "r/report.json");
    let figure = |metric: &str| report["tasks"]["marks"]["test"][metric].as_f64().expect("a figure");
    let (pck, oks) = (figure("pck"), figure("oks"));
    assert!(pck > 0.85 && oks > 0.5, "{pck} {oks}");
    // The same figures again from the file of predictions, which has what was found in pixels of the file.
    mtlc(&folder, "predict r --part test --out p.jsonl").must(0, &[]);
    let again = mtlc(&folder, "eval d.mtl --predictions p.jsonl --part test --json");
    assert!(again.out.contains(&format!("{pck}")), "{}\n{pck}", again.out);
    let truth = text(&folder, "d.jsonl");
    // Into a folder goes a file of COCO beside the table, which has the same.
    mtlc(&folder, "predict r --part test --out found").must(0, &[]);
    let coco = json(&folder, "found/marks.json");
    assert_eq!(coco["categories"][0]["keypoints"], serde_json::json!(["left_end", "middle", "right_end"]));
    let mut away = Vec::new();
    let predicted = text(&folder, "p.jsonl");
    for line in predicted.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let found: serde_json::Value = match &row["marks"] {
            serde_json::Value::String(text) => serde_json::from_str(text).expect("a group of points"),
            group => group.clone(),
        };
        let id = row["id"].as_str().and_then(|id| id.parse().ok()).or(row["id"].as_u64()).expect("a number");
        let label: serde_json::Value =
            serde_json::from_str(truth.lines().nth(id as usize).expect("a row")).expect("JSON");
        let annotations = coco["annotations"].as_array().expect("a list");
        let own = annotations.iter().find(|one| one["image_id"] == id).expect("each picture has one");
        for (place, name) in ["left_end", "middle", "right_end"].into_iter().enumerate() {
            assert_eq!(
                [&own["keypoints"][3 * place], &own["keypoints"][3 * place + 1]],
                [&found[name][0], &found[name][1]]
            );
            let number = |value: &serde_json::Value| value.as_f64().expect("a number");
            let of = |axis: usize| number(&found[name][axis]) - number(&label["marks"]["keypoints"][place][axis]);
            away.extend((!label["marks"]["keypoints"][place].is_null()).then(|| of(0).hypot(of(1))));
        }
    }
    assert_eq!(coco["images"].as_array().map(Vec::len), Some(predicted.lines().count()));
    let mean = away.iter().sum::<f64>() / away.len() as f64;
    assert!(away.len() > 40 && mean < 2.0, "{mean} pixels of {}", away.len());
}

#[test]
fn points_that_cannot_be_are_refused_with_their_place() {
    let folder = Folder::new();
    rods(&folder, 20);
    folder.write("d.mtl", SPEC);
    let truth = text(&folder, "d.jsonl");
    for (cell, why) in [
        (
            "[[1, 2], [70, 9], [3, 4]]",
            "`middle` of `marks` lies outside its picture of 24 × 48 pixels: 70 to the right and 9 down",
        ),
        (
            "[[1, 2], [-3, 9], [3, 4]]",
            "`middle` lies outside its picture, -3 to the right and 9 down; one that is not known is `null`",
        ),
        ("[[1, 2], [3, 4]]", "3 points are declared, and there are 2"),
        ("[1, 2, 2, 3, 4, 2, 5, 6]", "3 points have 9 numbers, and there are 8"),
        ("[[1, 2], [3], [4, 5]]", "`middle` has not the two numbers of its place"),
        ("{\"keypoints\": [1, 2, 2, 3, 4, 0, 5, 6, 1], \"area\": 0}", "its area is 0"),
        ("{\"points\": [[1, 2], null, null]}", "the group has no `keypoints`"),
        (
            "[{\"keypoints\": [null, null, null]}, {\"keypoints\": []}]",
            "there are 2 objects, and the points are of one",
        ),
    ] {
        let line = truth.lines().nth(4).expect("a row");
        let (before, _) = line.split_once("\"marks\": ").expect("a label");
        folder.write("d.jsonl", truth.replace(line, &format!("{before}\"marks\": {cell}}}")));
        let said = mtlc(&folder, "check d.mtl --data").must(1, &[]).out.replace("\n  │ ", " ");
        assert!(said.contains(why) && said.contains("d.jsonl"), "{why}\n{said}");
    }
    // As COCO has it is the same.
    let line = truth.lines().nth(4).expect("a row");
    let (before, marks) = line.split_once("\"marks\": ").expect("a label");
    let flat = marks.replace("], [", ", 2, ").replace("[[", "[").replace("]]", ", 2]");
    folder.write(
        "d.jsonl",
        truth.replace(line, &format!("{before}\"marks\": [{}]}}", flat.trim_end_matches('}').to_string() + "}")),
    );
    mtlc(&folder, "check d.mtl --data").must(0, &[]);
}
