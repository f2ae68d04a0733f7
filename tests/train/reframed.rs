//! Maps beside pictures that steps have cut or given a margin: a class, or a number, for each pixel goes where the pixel goes, to the pixel; what lies beyond the picture counts
//! nowhere, and what a model was not shown is left open.

use image::{GrayImage, Luma};
use mtlc::data::{Batch, Drawing, HostValues, PlaceWeights};

use super::{command, json, mtlc, session, text};
use crate::data::Folder;

const ROWS: u32 = 24;
/// The value of what stands in a margin, which no class has.
const MARGIN: f32 = 255.0;

/// Of a picture of 4 × 6 pixels the class of each: every class of six stands in every line.
fn class(number: u32, x: u32, y: u32) -> u8 {
    ((x + 2 * y + number) % 6) as u8
}

/// Pictures whose shades are forty times their classes; as masks, and as numbers for each pixel, in two channels.
fn pictures() -> Folder {
    let folder = Folder::new();
    let mut lines = String::new();
    for number in 0..ROWS {
        let photo = GrayImage::from_fn(6, 4, |x, y| Luma([40 * class(number, x, y)]));
        let mask = GrayImage::from_fn(6, 4, |x, y| Luma([class(number, x, y)]));
        photo.save(folder.0.join(format!("{number}.png"))).expect("a picture is written");
        mask.save(folder.0.join(format!("{number}-mask.png"))).expect("a mask is written");
        let depth: Vec<Vec<u8>> = (0..4).map(|y| (0..6).map(|x| class(number, x, y)).collect()).collect();
        let line = serde_json::json!({
            "id": format!("p{number}"), "photo": format!("{number}.png"), "area": format!("{number}-mask.png"), "depth": [depth, depth],
        });
        lines += &format!("{line}\n");
    }
    folder.write("shots.jsonl", lines);
    folder
}

fn spec(steps: &str) -> String {
    format!(
        "use std.tasks.{{depth, segmentation}}\n\
         data shots: jsonl(\"shots.jsonl\") {{\n  split {{ train: 50%, valid: 25%, test: 25% }}\n  \
         columns {{ id: id, photo: image(gray), area: mask(0 .. 5), depth: number[2, 4, 6] }}\n}}\n\
         input photo from shots.photo -> {steps} -> normalize(unit)\n\
         shared seen from photo -> conv2d(4, kernel: 1)\n\
         task area: segmentation from seen {{ label: shots.area }}\n\
         task depth: depth(channels: 2) from seen {{ label: shots.depth, target: scale(1) }}\n\
         train {{ epochs: 2, batch: 6, seed: 3 }}\n"
    )
}

fn numbers(values: &HostValues) -> Vec<f32> {
    match values {
        HostValues::F32(values) => values.clone(),
        HostValues::I64(values) => values.iter().map(|value| *value as f32).collect(),
    }
}

fn weights(batch: &Batch, task: usize) -> &PlaceWeights {
    batch.targets[task].place_weights[0].as_ref().expect("places are weighed")
}

/// Fails unless each place that counts has the class, and the numbers, of the shade that the model is given there, and each that does not lies in a margin. Where a picture is
/// moved beyond its edges, what stands at these goes on, so that nothing marks a margin.
#[track_caller]
fn agrees(batch: &Batch, marked: bool) {
    let shades: Vec<f32> = numbers(&batch.inputs[0].values).iter().map(|value| (value * 255.0).round()).collect();
    let (classes, counts) = (numbers(&batch.targets[0].values[0].values), weights(batch, 0));
    assert_eq!(batch.targets[0].values[0].shape[1..], batch.inputs[0].shape[2..]);
    for (place, shade) in shades.iter().enumerate() {
        match counts.weights[place] {
            0.0 => assert!(!marked || *shade == MARGIN, "place {place} counts nowhere, and has {shade}"),
            _ => assert_eq!(*shade, 40.0 * classes[place], "place {place}"),
        }
    }
    let of_row = counts.weights.len() / counts.counted.len();
    let counted: Vec<usize> =
        counts.weights.chunks(of_row).map(|row| row.iter().filter(|weight| **weight > 0.0).count()).collect();
    assert_eq!(counts.counted, counted);
    let [_, depth] = &batch.targets[..] else { return };
    assert_eq!(depth.frames.len(), counts.counted.len());
    // The numbers of both channels go the same way.
    let (depths, counts) = (numbers(&batch.targets[1].values[0].values), weights(batch, 1));
    for (row, shades) in shades.chunks(of_row).enumerate() {
        for channel in 0..2 {
            let own = (2 * row + channel) * of_row..(2 * row + channel + 1) * of_row;
            for ((depth, weight), shade) in depths[own.clone()].iter().zip(&counts.weights[own]).zip(shades) {
                assert!(if *weight > 0.0 { 40.0 * depth == *shade } else { !marked || *shade == MARGIN });
            }
        }
    }
}

#[test]
fn maps_go_with_their_pictures_to_the_pixel() {
    let folder = pictures();
    // By hand, of the first picture, whose lines are 012345, 234501, 450123 and 012345.
    let cases: [(&str, &[i64]); 7] = [
        // The two lines and four columns in the middle.
        ("resize(4, 6) -> crop(2, 4, at: center)", &[3, 4, 5, 0, 5, 0, 1, 2]),
        // One line or column of margin on each side.
        (
            "resize(4, 6) -> pad(1, fill: 255)",
            &[
                -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 1, 2, 3, 4, 5, -1, -1, 2, 3, 4, 5, 0, 1, -1, //
                -1, 4, 5, 0, 1, 2, 3, -1, -1, 0, 1, 2, 3, 4, 5, -1, -1, -1, -1, -1, -1, -1, -1, -1,
            ],
        ),
        // All of it, with a line of margin above and below.
        (
            "resize(6, proportions: fit, fill: 255)",
            &[
                -1, -1, -1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 2, 3, 4, 5, 0, 1, //
                4, 5, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, -1, -1, -1, -1, -1, -1,
            ],
        ),
        // As high as it is, and the three columns in the middle.
        ("resize(4, 3, proportions: fill)", &[1, 2, 3, 3, 4, 5, 5, 0, 1, 1, 2, 3]),
        // A margin, of which the upper left part is left.
        (
            "resize(4, 6) -> pad(2, fill: 255) -> crop(4, 4, at: center)",
            &[1, 2, 3, 4, 3, 4, 5, 0, 5, 0, 1, 2, 1, 2, 3, 4],
        ),
        ("resize(4, 6) -> crop(2, 4)", &[3, 4, 5, 0, 5, 0, 1, 2]),
        // A part, and a margin where the rest was.
        (
            "resize(4, 6) -> crop(2, 4, at: center) -> pad(1, fill: 255)",
            &[-1, -1, -1, -1, -1, -1, -1, 3, 4, 5, 0, -1, -1, 5, 0, 1, 2, -1, -1, -1, -1, -1, -1, -1],
        ),
    ];
    for (steps, wanted) in cases {
        let prepared = session(&folder, &spec(steps)).prepared;
        let batch = prepared.batch(&[(0..ROWS as usize).collect()]);
        agrees(&batch, true);
        let (found, counts) = (numbers(&batch.targets[0].values[0].values), weights(&batch, 0));
        let of_place = |place: usize| if counts.weights[place] > 0.0 { found[place] as i64 } else { -1 };
        assert_eq!((0..wanted.len()).map(of_place).collect::<Vec<_>>(), wanted, "{steps}");
        // How many places of a row count, which what a loss is divided by goes by.
        let counted = wanted.iter().filter(|class| **class >= 0).count() as f64;
        assert_eq!((prepared.places(0, 0), prepared.places(1, 0)), (counted, 2.0 * counted), "{steps}");
    }
}

#[test]
fn drawn_steps_move_both_alike() {
    let folder = pictures();
    for (steps, marked) in [
        ("resize(4, 6) -> crop(2, 4)", true),
        ("resize(4, 6) -> crop(3, 3) -> flip(horizontal) -> flip(vertical)", true),
        ("resize(4, 6) -> pad(2, fill: 255) -> crop(5, 5)", true),
        ("resize(6, proportions: fit, fill: 255) -> shift(2) -> flip(horizontal)", false),
        ("resize(4, 3, proportions: fill) -> flip(vertical) -> shift(1)", false),
        ("resize(4, 6) -> crop(2, 4) -> shift(1) -> pad(1, fill: 255) -> flip(horizontal)", false),
    ] {
        let prepared = session(&folder, &spec(steps)).prepared;
        let rows = vec![(0..ROWS as usize).collect::<Vec<_>>()];
        let still = prepared.batch(&rows);
        for epoch in 0..4 {
            let moved = prepared.training_batch(&rows, Drawing { seed: 4, epoch });
            agrees(&moved, marked);
            assert_ne!(moved.inputs[0].values, still.inputs[0].values, "{steps}");
        }
    }
}

#[test]
fn pieces_of_pictures_have_pieces_of_maps() {
    let folder = pictures();
    // As large as they are, so that no shade is mixed of two.
    for steps in ["pad(1, fill: 255) -> mosaic(size: 100%)", "mosaic(size: 100%) -> crop(3, 5)"] {
        let one = spec(&format!("resize(4, 6) -> {steps}"));
        // A number for each pixel is no label that a mosaic mixes.
        let one: String =
            one.lines().filter(|line| !line.starts_with("task depth")).map(|line| format!("{line}\n")).collect();
        let prepared = session(&folder, &one).prepared;
        let rows = vec![(0..ROWS as usize).collect::<Vec<_>>()];
        for epoch in 0..3 {
            let batch = prepared.training_batch(&rows, Drawing { seed: 2, epoch });
            assert!(batch.targets[0].mix.has_pieces());
            agrees(&batch, true);
        }
    }
}

/// Light and dark pixels, which a filter of one pixel tells apart, and as far away as they are light.
fn shades() -> Folder {
    let folder = Folder::new();
    let mut lines = String::new();
    for number in 0..40_u32 {
        let lit = |x: u32, y: u32| (x * 7 + y * 11 + number * 5 + x * y).is_multiple_of(3);
        let photo = GrayImage::from_fn(6, 4, |x, y| Luma([if lit(x, y) { 255 } else { 0 }]));
        photo.save(folder.0.join(format!("{number}.png"))).expect("a picture is written");
        let of_pixels = |one: &dyn Fn(bool) -> f64| -> Vec<Vec<f64>> {
            (0..4).map(|y| (0..6).map(|x| one(lit(x, y))).collect()).collect()
        };
        let area: Vec<Vec<u8>> = (0..4).map(|y| (0..6).map(|x| u8::from(lit(x, y))).collect()).collect();
        let depth = of_pixels(&|lit| if lit { 5.0 } else { 2.0 });
        let line = serde_json::json!({
            "id": format!("p{number}"), "photo": format!("{number}.png"), "area": area, "depth": [depth],
        });
        lines += &format!("{line}\n");
    }
    folder.write("shots.jsonl", lines);
    folder
}

fn learnt(steps: &str) -> String {
    format!(
        "use std.tasks.{{depth, segmentation}}\n\
         data shots: jsonl(\"shots.jsonl\") {{\n  split {{ train: 50%, valid: 25%, test: 25% }}\n  \
         columns {{ id: id, photo: image(gray), area: mask(\"dark\", \"light\"), depth: number[1, 4, 6] }}\n}}\n\
         input photo from shots.photo -> {steps} -> normalize(unit)\n\
         task area: segmentation from photo {{ label: shots.area }}\n\
         task depth: depth from photo {{ label: shots.depth, metrics: inherited + [r2, explained_variance] }}\n\
         train {{ epochs: 60, batch: 5, optimizer: adam(lr: 1e-1), seed: 3 }}\n"
    )
}

/// The numbers in a picture with a palette.
fn read(folder: &Folder, path: &str) -> (u32, u32, Vec<u8>) {
    let file = std::fs::File::open(folder.0.join(path)).expect("a picture");
    let mut decoder = png::Decoder::new(std::io::BufReader::new(file));
    decoder.set_transformations(png::Transformations::IDENTITY);
    let mut reader = decoder.read_info().expect("PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut pixels).expect("pixels");
    (info.width, info.height, pixels)
}

#[test]
fn answers_lie_in_the_picture_of_the_file() {
    // Which lines and columns of the file are shown where nothing is drawn.
    let cases = [
        ("resize(4, 6) -> crop(2, 3) -> flip(horizontal)", 1..3_usize, 1..4_usize),
        ("resize(4, 6) -> pad(1, fill: 128)", 0..4, 0..6),
        ("resize(6, proportions: fit, fill: 128) -> shift(1)", 0..4, 0..6),
        ("resize(4, 3, proportions: fill)", 0..4, 1..4),
        ("resize(4, 6) -> crop(2, 4) -> pad(1, fill: 128)", 1..3, 1..5),
    ];
    for (steps, lines, columns) in cases {
        let folder = shades();
        folder.write("shots.mtl", learnt(steps));
        // What is not shown is told before.
        let said = mtlc(&folder, "check shots.mtl --data").must(0, &[]).out;
        let share = 100.0 * (lines.len() * columns.len()) as f64 / 24.0;
        let words = format!("of the pixels that have one the model is shown {share:.0}%, and is judged by these");
        assert_eq!(said.contains(&words), share < 100.0, "{steps}: {said}");
        mtlc(&folder, "run shots.mtl --out r -q").must(0, &[]);
        let report = json(&folder, "r/report.json");
        let figure = |task: &str, name: &str| {
            let found = &report["tasks"][task]["test"][name];
            found
                .as_f64()
                .unwrap_or_else(|| panic!("{steps}: {name} of {task} is {found}: {:#}", report["tasks"][task]["test"]))
        };
        // Everything that is shown is right, and nothing else counts.
        assert_eq!((figure("area", "mean_iou"), figure("area", "pixel_accuracy")), (1.0, 1.0), "{steps}");
        assert!(
            figure("depth", "mae") < 0.3 && figure("depth", "rmse") < 0.4,
            "{steps}: {:#}",
            report["tasks"]["depth"]["test"]
        );
        assert!(figure("depth", "r2") > 0.8 && figure("depth", "explained_variance") > 0.9, "{steps}");
        mtlc(&folder, "predict r --part test --out answers --out-format jsonl").must(0, &["rows predicted"]);
        let mut seen = 0;
        for line in text(&folder, "answers/predictions.jsonl").lines() {
            let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let id = row["id"].as_str().expect("an id");
            let (width, height, map) = read(&folder, &format!("answers/{}", row["area"].as_str().expect("a path")));
            assert_eq!((width, height), (6, 4), "as the file's");
            let photo = image::open(folder.0.join(format!("{}.png", &id[1..]))).expect("a picture").into_luma8();
            for (place, class) in map.iter().enumerate() {
                let (x, y) = (place % 6, place / 6);
                let light = photo.get_pixel(x as u32, y as u32).0[0] == 255;
                let depth = &row[format!("depth.{}", place + 1)];
                if lines.contains(&y) && columns.contains(&x) {
                    assert_eq!(*class, u8::from(light), "{steps}: {id} at {x}, {y}");
                    let wanted = if light { 5.0 } else { 2.0 };
                    assert!((depth.as_f64().expect("a number") - wanted).abs() < 1.0, "{steps}: {depth} at {x}, {y}");
                } else {
                    assert_eq!((*class, depth), (255, &serde_json::Value::Null), "{steps}: {id} at {x}, {y}");
                }
            }
            seen += 1;
        }
        assert_eq!(seen, 10);
        // A file of predictions has the figures of the run.
        let said = mtlc(&folder, "eval r --predictions answers --json").must(0, &[]);
        let found: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
        for task in ["area", "depth"] {
            let mut wanted = report["tasks"][task]["test"].clone();
            wanted["loss"] = serde_json::Value::Null;
            assert_eq!(found["tasks"][task]["test"], wanted, "{steps}");
        }
        // So have pictures of which nobody knows what is in them, as large as those that were learnt from.
        let photos: String =
            (0..2).map(|number| format!("{{\"id\": \"n{number}\", \"photo\": \"{number}.png\"}}\n")).collect();
        folder.write("new.jsonl", photos);
        mtlc(&folder, "predict r --data new.jsonl --out new").must(0, &["2 rows predicted"]);
        let (width, height, map) = read(&folder, "new/area/n0.png");
        let shown = map.iter().filter(|class| **class != 255).count();
        assert_eq!((width, height, shown), (6, 4, lines.len() * columns.len()), "{steps}");
    }
}

#[test]
fn what_cannot_be_moved_along_is_said() {
    let folder = pictures();
    let run = |spec: String| {
        folder.write("wrong.mtl", spec);
        super::Said::of(
            &command(&folder.0)
                .args(["check", "wrong.mtl", "--data", "--format", "short"])
                .output()
                .expect("mtlc runs"),
        )
    };
    // A head that is as large as the file's picture, and not as what it is given.
    let large = spec("resize(4, 6) -> crop(2, 4)")
        .replace("photo -> conv2d(4, kernel: 1)", "photo -> upsample(2) -> conv2d(4, kernel: 1)");
    let said = run(large).must(1, &[]);
    assert!(said.out.contains("needs an answer at every place of the target"), "{}", said.out);
    let many = spec("resize(4, 6) -> crop(2, 4)").replace("mask(0 .. 5)", "mask(0 .. 255)");
    let said = run(many).must(1, &[]);
    assert!(said.out.contains("256 classes leave no number for that"), "{}", said.out);
    let two = spec("resize(4, 6) -> crop(2, 4)")
        .replace("shared seen from photo", "input other from shots.photo -> resize(2, 4) -> shift(1) -> normalize(unit)\nshared seen from concat(photo, other)");
    let said = run(two).must(1, &[]);
    assert!(said.out.contains("two inputs of it move their pictures each in its own way"), "{}", said.out);
    let head = spec("resize(4, 6) -> crop(2, 4)");
    // `depth` has no head that could read the other input.
    let head: String = head.split_inclusive('\n').filter(|line| !line.starts_with("task depth")).collect();
    let head = head
        .replace("{depth, segmentation}", "{segmentation}")
        .replace(
            "shared seen from photo",
            "input other from shots.photo -> resize(2, 4) -> normalize(unit)\nshared seen from other",
        )
        .replace(
            "{ label: shots.area }",
            "{ label: shots.area, head: concat(in, photo) -> conv2d(label.classes, kernel: 1) }",
        );
    let said = run(head).must(1, &[]);
    assert!(said.out.contains("its head reads `photo`, of which `crop` makes pictures"), "{}", said.out);
}
