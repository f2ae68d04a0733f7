//! A task that is answered with boxes: found, brought back to the unit of the label, judged and written.

use image::{GrayImage, Luma};

use super::{json, mtlc, text};
use crate::data::Folder;

/// Pictures that the model sees at another size than their files have.
const SPEC: &str = r#"use std.tasks.{detection}

data d: jsonl("d.jsonl") {
  split { train: 70%, valid: 15%, test: 15% }
  columns { id: id, photo: image(gray), things: boxes("light", "dark") }
}

input photo from d.photo -> resize(32, 32) -> flip(horizontal) -> normalize

shared seen from photo
  -> conv2d(16, kernel: 3, padding: same) -> batch_norm -> relu -> max_pool(2)
  -> conv2d(24, kernel: 3, padding: same) -> batch_norm -> relu
  -> conv2d(24, kernel: 3, padding: same) -> batch_norm -> relu

task things: detection(16, 16, channels: 24) from seen {
  label:   d.things
  metrics: inherited + [mean_average_precision(per_class: true)]
}

train { epochs: 25, batch: 8, optimizer: adamw(lr: 1e-2), seed: 2 }
"#;

/// Grounds of 24 × 40 pixels with none to two rectangles, which do not touch.
fn scenes(folder: &Folder, rows: usize) {
    let mut state = 7u64;
    let mut draw = |low: usize, high: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        low + (state >> 33) as usize % (high - low)
    };
    let mut table = String::new();
    for row in 0..rows {
        let mut picture = GrayImage::from_pixel(40, 24, Luma([120]));
        let mut cells = Vec::new();
        for side in 0..draw(0, 3) {
            let class = draw(0, 2);
            let (width, height) = (draw(6, 14), draw(6, 14));
            let (left, top) = (20 * side + draw(0, 20 - width), draw(0, 24 - height));
            for (x, y) in (left..left + width).flat_map(|x| (top..top + height).map(move |y| (x, y))) {
                picture.put_pixel(x as u32, y as u32, Luma([if class == 0 { 230 } else { 20 }]));
            }
            cells.push(format!("{{\"class\": {class}, \"bbox\": [{left}, {top}, {width}, {height}]}}"));
        }
        picture.save(folder.0.join(format!("{row}.png"))).expect("a picture");
        table += &format!("{{\"id\": {row}, \"photo\": \"{row}.png\", \"things\": [{}]}}\n", cells.join(", "));
    }
    folder.write("d.jsonl", table);
}

#[test]
fn boxes_are_found_and_written_where_the_file_has_them() {
    let folder = Folder::new();
    scenes(&folder, 120);
    folder.write("d.mtl", SPEC);
    let said = mtlc(&folder, "run d.mtl --out r -q").must(0, &[]);
    let said = said.out + &said.err;
    let report = json(&folder, "r/report.json");
    let figure = |metric: &str| report["tasks"]["things"]["test"][metric].as_f64().expect("a figure");
    let (all, half) = (figure("mean_average_precision"), figure("mean_average_precision_50"));
    assert!(half > 0.85 && all > 0.3 && all < half, "{all} {half}");
    // Class by class, which is the same in the mean.
    let each = &report["tasks"]["things"]["test"]["mean_average_precision_per_class"];
    let [light, dark] = [0, 1].map(|class| each[class].as_f64().expect("there are things of it"));
    assert!(((light + dark) / 2.0 - all).abs() < 1e-9, "{each} {all}");
    let row = |class: &str| said.lines().any(|line| line.starts_with(&format!("    {class} ")));
    assert!(row("light") && row("dark"), "{said}");
    let page = text(&folder, "r/report.html");
    for words in [
        "<section id=\"pictures\">",
        "<section id=\"augmented\">",
        "precision against recall of things",
        "photo, epoch 3",
        "mean_average_precision_per_class: dark",
        "<rect x=",
    ] {
        assert!(page.contains(words), "no {words} in the report");
    }
    // Of six rows what is true and what was found; of four that are trained on, as they are and in three epochs.
    assert_eq!(page.matches("href=\"data:image/png;base64,").count(), 2 * 6 + 4 * 4);
    assert!(page.len() < 400_000, "{} bytes", page.len());
    // The same figures again from the file of predictions, which has what was found in the unit of the label.
    mtlc(&folder, "predict r --part test --out p.csv").must(0, &[]);
    let again = mtlc(&folder, "eval d.mtl --predictions p.csv --part test --json");
    assert!(again.out.contains(&format!("{half}")), "{}\n{half}", again.out);
    let written = text(&folder, "p.csv");
    assert!(written.starts_with("id,things\n"), "{written}");
    written_as_coco(&folder, &written);
    let truth = text(&folder, "d.jsonl");
    let (mut near, mut sure) = (0, 0);
    for line in written.lines().skip(1) {
        let (id, cell) = line.split_once(',').expect("two cells");
        let cell = cell.trim_matches('"').replace("\"\"", "\"");
        let found: Vec<serde_json::Value> = serde_json::from_str(&cell).expect("a list of boxes");
        let label: serde_json::Value =
            serde_json::from_str(truth.lines().nth(id.parse().expect("a number")).expect("a row")).expect("JSON");
        let edges = |one: &serde_json::Value| [0, 1, 2, 3].map(|at| one["bbox"][at].as_f64().expect("a number"));
        for one in found.iter().filter(|one| one["score"].as_f64().is_some_and(|score| score > 0.5)) {
            let [left, top, width, height] = edges(one);
            assert!(left >= 0.0 && top >= 0.0 && left + width <= 40.01 && top + height <= 24.01, "{one}");
            let close =
                |other: &serde_json::Value| edges(one).iter().zip(edges(other)).all(|(a, b)| (a - b).abs() < 3.0);
            sure += 1;
            near += usize::from(label["things"].as_array().expect("boxes").iter().any(close));
        }
    }
    assert!(sure > 5 && near * 10 >= sure * 8, "{near} of {sure} are where they should be");
}

/// Into a folder goes a file of COCO beside the table, which has the same.
fn written_as_coco(folder: &Folder, table: &str) {
    mtlc(folder, "predict r --part test --out found").must(0, &[]);
    assert_eq!(text(folder, "found/predictions.csv"), table);
    let coco = json(folder, "found/things.json");
    assert_eq!(coco["categories"], serde_json::json!([{ "id": 1, "name": "light" }, { "id": 2, "name": "dark" }]));
    let (images, annotations) =
        (coco["images"].as_array().expect("a list"), coco["annotations"].as_array().expect("a list"));
    let mut of_table = Vec::new();
    for line in table.lines().skip(1) {
        let (id, cell) = line.split_once(',').expect("two cells");
        let number: u64 = id.parse().expect("a number");
        // The pictures' own sizes, and not those that they are given to the model in.
        let image = serde_json::json!({ "id": number, "file_name": id, "height": 24, "width": 40 });
        assert!(images.contains(&image), "{id}");
        let found: Vec<serde_json::Value> =
            serde_json::from_str(&cell.trim_matches('"').replace("\"\"", "\"")).expect("a list of boxes");
        of_table.extend(found.into_iter().map(|one| (number, one)));
    }
    assert_eq!((images.len(), annotations.len()), (table.lines().count() - 1, of_table.len()));
    for (number, one) in of_table {
        let category = if one["class"] == "light" { 1 } else { 2 };
        let same = |other: &serde_json::Value| {
            other["image_id"] == number
                && other["category_id"] == category
                && other["bbox"] == one["bbox"]
                && other["score"] == one["score"]
        };
        let own = annotations.iter().find(|other| same(other)).expect("it is in both");
        let side = |at: usize| own["bbox"][at].as_f64().expect("a number");
        assert_eq!(own["area"].as_f64(), Some(side(2) * side(3)));
    }
}
