//! Pixels of no class: they count nowhere, and how much the others count may depend on their class. The figures are PyTorch's, by
//! `scripts/class_map_losses.py`.

use mtlc::answers::{Confusions, Maps};
use mtlc::data::{Drawing, HostValues, TargetBatch};
use mtlc::lower::{Backend, Real};
use mtlc::pipeline::LossTerm;
use mtlc::score::metrics;
use mtlc::score::{Figure, Scored};
use mtlc::train::loss::task_loss;
use mtlc::train::plan;
use mtlc::train::session::Session;

use super::{json, mtlc, session};
use crate::data::Folder;

const SPEC: &str = r#"use std.tasks.{segmentation}

data scenes: jsonl("scenes.jsonl") {
  split { train: 100% }
  columns { id: id, photo: number[3, 2, 3], regions: mask("a", "b", "c", ignore: 255) }
}

input photo from scenes.photo

task regions: segmentation from photo { label: scenes.regions }

train { epochs: 1 }
"#;

const LABELS: [[[u8; 3]; 2]; 2] = [[[0, 1, 255], [2, 255, 0]], [[1, 1, 0], [255, 2, 0]]];

fn opened(folder: &Folder, spec: &str) -> Session {
    let line = |(row, labels): (usize, &[[u8; 3]; 2])| {
        let photo = [[[row; 3]; 2]; 3];
        format!("{}\n", serde_json::json!({"id": row.to_string(), "photo": photo, "regions": labels}))
    };
    folder.write("scenes.jsonl", LABELS.iter().enumerate().map(line).collect::<String>());
    session(folder, spec)
}

/// As the script has them.
fn logits() -> Vec<f32> {
    (0..36).map(|place| ((7 * place) % 11 - 5) as f32 / 4.0).collect()
}

/// The loss of all rows and its slopes, as a training step has them.
fn loss(session: &Session, logits: Vec<f32>) -> (f32, Vec<f32>) {
    let (task, device) = (&session.pipeline.tasks[0], Backend::Flex.device());
    let target = session.prepared.batch(&[vec![0, 1]]).targets.pop().expect("one task");
    let labelled = plan::labelled(&session.pipeline, &session.prepared).pop().expect("one task");
    let scale = |term: &LossTerm| 1.0 / (2.0 * labelled.share * labelled.units(term));
    let outputs = [Real::from_host(logits, vec![2, 3, 2, 3], &device)];
    let found = task_loss(0, task, &outputs, &target, &scale, &device).expect("labels");
    (Real::new(found.value).to_host()[0], found.slopes[0].to_host())
}

#[test]
fn the_loss_is_that_of_pytorch() {
    let weighed =
        |weights: &str| SPEC.replace("scenes.regions }", &format!("scenes.regions, class_weights: {weights} }}"));
    let cases = [
        (SPEC.to_string(), 1.306714025, [-0.104270279, 0.056275599, 0.0, 0.056275599, 0.0, -0.096016817], 0.087370007),
        (
            weighed("[0.5, 2, 1]"),
            1.287377734,
            [-0.052135139, 0.112551198, 0.0, 0.056275599, 0.0, -0.048008409],
            0.123679174,
        ),
        // There the sum of the weights is the number of pixels, by which PyTorch divides.
        (
            weighed("balanced"),
            1.287030898,
            [-0.078202709, 0.056275599, 0.0, 0.084413399, 0.0, -0.072012613],
            0.096086315,
        ),
        (
            SPEC.replace("segmentation from", "segmentation(smoothing: 0.1) from"),
            1.307639951,
            [-0.096862872, 0.052571895, 0.0, 0.052571895, 0.0, -0.08860941],
            0.073171303,
        ),
    ];
    for (spec, value, slopes, squares) in cases {
        let folder = Folder::new();
        let (found, all) = loss(&opened(&folder, &spec), logits());
        assert!((found - value as f32).abs() < 1e-6, "{found} and {value} of\n{spec}");
        for (found, wanted) in all.iter().zip(slopes) {
            assert!((found - wanted as f32).abs() < 1e-7, "{:?} of\n{spec}", &all[..6]);
        }
        assert!((all.iter().map(|slope| slope * slope).sum::<f32>() - squares as f32).abs() < 1e-6, "{spec}");
    }
}

/// By hand: where all classes are alike likely each pixel costs ln 3, whatever is ignored, and nine of the twelve count.
#[test]
fn only_what_counts_is_counted() {
    let folder = Folder::new();
    let session = opened(&folder, SPEC);
    assert!((loss(&session, vec![0.0; 36]).0 - 3f32.ln()).abs() < 1e-6);
    assert_eq!(session.prepared.places(0, 0), 4.5);
    let target = session.prepared.batch(&[vec![1, 0]]).targets.pop().expect("one task");
    assert_eq!([target.places(0, 0), target.places(0, 1)], [5, 4]);
    // Four of a, three of b and two of c: N / (3 · n) each.
    let balanced = opened(&folder, &SPEC.replace("scenes.regions }", "scenes.regions, class_weights: balanced }"));
    let weights = |target: &TargetBatch| target.place_weights[0].clone().expect("weights").weights;
    let first: Vec<f32> = weights(&balanced.prepared.batch(&[vec![0]]).targets[0]);
    assert_eq!(first, [0.75, 1.0, 0.0, 1.5, 0.0, 0.75]);
    // Nothing is said where all pixels count alike.
    let plain = SPEC.replace(", ignore: 255", "").replace("\"c\"", "\"c\", \"d\"");
    let lines = std::fs::read_to_string(folder.0.join("scenes.jsonl")).expect("rows").replace("255", "3");
    folder.write("plain.jsonl", lines);
    let session = super::session(&folder, &plain.replace("scenes.jsonl", "plain.jsonl"));
    assert_eq!(session.prepared.batch(&[vec![0]]).targets[0].place_weights, [None]);
}

#[test]
fn what_lies_under_ignored_pixels_changes_no_bit() {
    let folder = Folder::new();
    let session = opened(&folder, &SPEC.replace("segmentation from", "segmentation(smoothing: 0.1) from"));
    let (value, slopes) = loss(&session, logits());
    let ignored = |place: usize| {
        let (row, pixel) = (place / 18, place % 6);
        LABELS[row][pixel / 3][pixel % 3] == 255
    };
    for garbage in [f32::NAN, f32::INFINITY, -1e30, 17.0] {
        let spoilt =
            logits().into_iter().enumerate().map(|(place, logit)| if ignored(place) { garbage } else { logit });
        let (found, all) = loss(&session, spoilt.collect());
        assert_eq!(found.to_bits(), value.to_bits(), "{garbage}");
        for (place, (found, wanted)) in all.iter().zip(&slopes).enumerate() {
            assert_eq!(found.to_bits() & !(1 << 31), wanted.to_bits() & !(1 << 31), "{garbage} at {place}");
            assert!(!ignored(place) || *found == 0.0, "no slope leads to what is ignored");
        }
    }
    // Another number for them is the same label.
    let lines = std::fs::read_to_string(folder.0.join("scenes.jsonl")).expect("rows").replace("255", "9");
    folder.write("nines.jsonl", lines);
    let nines = super::session(&folder, &SPEC.replace("scenes.jsonl", "nines.jsonl").replace("255", "9"));
    let rows = [vec![0, 1]];
    assert_eq!(nines.prepared.batch(&rows).targets, session.prepared.batch(&rows).targets);
}

/// By hand: of seven pixels that count, five are right; intersections over unions are 2/3, 2/3 and 1/3.
#[test]
fn metrics_and_the_predictor_that_never_looks_leave_them_out() {
    let maps = |values: &[u8]| Maps { classes: 3, height: 1, width: 5, values: values.to_vec() };
    let labels = maps(&[0, 0, 255, 1, 1, 2, 2, 255, 255, 0]);
    for garbage in [0, 1, 2] {
        let given = maps(&[0, 0, garbage, 1, 1, 2, 1, garbage, garbage, 2]);
        let scored = Scored::of(&labels, &given, &[]);
        let figure = |name: &str| {
            let entry = mtlc::catalog::metrics::find(name).expect("a metric");
            metrics::compute(&(entry.from_args)(&Default::default()).expect("no arguments"), &scored)
        };
        assert_eq!(figure("pixel_accuracy"), Figure::Number(5.0 / 7.0));
        let Figure::Number(iou) = figure("mean_iou") else { panic!("no number") };
        assert!((iou - (2.0 / 3.0 + 2.0 / 3.0 + 1.0 / 3.0) / 3.0).abs() < 1e-15, "{iou}");
        let counts = Confusions::of(&labels, &given).expect("maps");
        assert_eq!(counts.rows.iter().flatten().map(|cell| cell.2).sum::<u32>(), 7);
    }
    // Most pixels are ignored, and no class.
    let labels = maps(&[255, 255, 255, 1, 255]);
    let trivial = mtlc::score::Trivial::fit(&mtlc::answers::Column::labels(&labels)).expect("a label");
    assert_eq!(trivial.words(), "giving every pixel the same class");
}

/// Where a picture goes its ignored pixels go too.
#[test]
fn drawn_steps_move_them_along() {
    let folder = Folder::new();
    let side = 4u32;
    let write = |name: &str, colour: png::ColorType, pixels: &[u8]| {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, side, side);
        encoder.set_color(colour);
        encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels)).expect("a picture");
        folder.write(name, bytes);
    };
    // The brightness of a pixel says its class: 250 is ignored.
    let classes: Vec<u8> =
        (0..16).map(|place: u8| [0, 1, 255, 1, 0, 255, 0, 1][usize::from(place % 8 + place / 8) % 8]).collect();
    let shades: Vec<u8> = classes.iter().map(|class| if *class == 255 { 250 } else { 100 * *class }).collect();
    write("mask.png", png::ColorType::Grayscale, &classes);
    write("photo.png", png::ColorType::Grayscale, &shades);
    folder.write("t.csv", "photo,mask\n".to_string() + &"photo.png,mask.png\n".repeat(12));
    let spec = r#"use std.tasks.{segmentation}
data t: csv("t.csv") { split { train: 100% }
  columns { photo: image(gray), mask: mask("dark", "light", ignore: 255) } }
input photo from t.photo -> resize(4) -> shift(1) -> flip(horizontal) -> normalize(unit)
task mask: segmentation from photo { label: t.mask }
train { epochs: 1 }
"#;
    let session = session(&folder, spec);
    let rows = [(0..12).collect::<Vec<usize>>()];
    let mut moved = 0;
    for epoch in 0..4 {
        let batch = session.prepared.training_batch(&rows, Drawing { seed: 3, epoch });
        let (HostValues::F32(photos), HostValues::I64(targets)) =
            (&batch.inputs[0].values, &batch.targets[0].values[0].values)
        else {
            panic!("pictures and classes");
        };
        let places = batch.targets[0].place_weights[0].as_ref().expect("weights");
        moved += usize::from(places.counted.iter().any(|counted| *counted != 10));
        for ((shade, class), weight) in photos.iter().zip(targets).zip(&places.weights) {
            let shade = (shade * 255.0).round();
            assert_eq!(*weight == 0.0, shade == 250.0, "a pixel of {shade} counts {weight}");
            assert!(*weight == 0.0 || *class as f32 * 100.0 == shade, "{class} {shade}");
        }
    }
    assert!(moved > 0, "some shift moves an ignored pixel out");
}

#[test]
fn runs_learn_judge_and_answer_without_them() {
    let folder = Folder::new();
    // Left is light and right is dark; the middle is ignored, and holds whatever.
    let line = |row: usize| {
        let light = row.is_multiple_of(2);
        let (left, right) = if light { (1.0, 0.0) } else { (0.0, 1.0) };
        let classes = if light { [1, 255, 0] } else { [0, 255, 1] };
        let (photo, both) = ([[[left, (row * 37 % 11) as f64, right]; 2]], [classes; 2]);
        format!("{}\n", serde_json::json!({"id": format!("s{row}"), "photo": photo, "regions": both}))
    };
    folder.write("scenes.jsonl", (0..40).map(line).collect::<String>());
    let spec = r#"use std.tasks.{segmentation}

data scenes: jsonl("scenes.jsonl") {
  split { train: 60%, valid: 20%, test: 20% }
  columns { id: id, photo: number[1, 2, 3], regions: mask("dark", "light", ignore: 255) }
}

input photo from scenes.photo

task regions: segmentation from photo { label: scenes.regions, class_weights: balanced }

train { epochs: 30, batch: 8, optimizer: adam(lr: 5e-2), seed: 3 }
"#;
    folder.write("scenes.mtl", spec);
    assert!(mtlc(&folder, "check scenes.mtl --data").must(0, &[]).out.contains("255 is ignored"));
    mtlc(&folder, "run scenes.mtl --out r -q").must(0, &[]);
    let report = json(&folder, "r/report.json");
    let test = &report["tasks"]["regions"]["test"];
    assert_eq!((test["mean_iou"].as_f64(), test["pixel_accuracy"].as_f64()), (Some(1.0), Some(1.0)), "{test:#}");
    assert_eq!(test["trivial"]["pixel_accuracy"].as_f64(), Some(0.5), "{test:#}");
    assert!(test["loss"].as_f64().is_some_and(|loss| loss < 0.1), "{test:#}");
    // Every pixel is answered, with a class; and a file that ignores some is none.
    mtlc(&folder, "predict r --part test --out answers").must(0, &[]);
    let said = mtlc(&folder, "eval r --predictions answers --json").must(0, &[]);
    let found: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(found["tasks"]["regions"]["test"]["mean_iou"], test["mean_iou"]);
    let ids: Vec<String> = super::text(&folder, "answers/predictions.csv")
        .lines()
        .skip(1)
        .map(|line| {
            format!("{}\n", serde_json::json!({"id": line.split(',').next(), "regions": [[0, 255, 1], [0, 0, 1]]}))
        })
        .collect();
    folder.write("cheat.jsonl", ids.concat());
    mtlc(&folder, "eval r --predictions cheat.jsonl")
        .must(1, &["`cheat.jsonl`, line 1", "a pixel of class number 255"]);
    // A label of which nothing counts.
    folder.write(
        "scenes.jsonl",
        (0..40)
            .map(line)
            .collect::<String>()
            .replace("[1,255,0]", "[255,255,255]")
            .replace("[0,255,1]", "[255,255,255]"),
    );
    mtlc(&folder, "run scenes.mtl --out other -q").must(1, &["every pixel of `scenes.regions` there is ignored"]);
    // Without a word for it, such a pixel is a mistake, and the word is said.
    folder.write("scenes.mtl", spec.replace(", ignore: 255", ""));
    mtlc(&folder, "run scenes.mtl --out other -q").must(1, &["help: pixels of 255 are left out of a label"]);
}
