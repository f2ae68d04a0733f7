//! Things and what lies behind them, judged together: the panoptic quality of two tasks about the same pictures.

use std::fmt::Write as _;

use image::{GrayImage, Luma};
use mtlc::answers::{Instances, Located, Maps, Outline, Panoptic, Runs};
use mtlc::catalog::metrics::{self, MetricDef};
use mtlc::catalog::{ArgValue, Args};
use mtlc::score::metrics::compute;
use mtlc::score::{Figure, Scored};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{json, mtlc};
use crate::data::Folder;

#[derive(Deserialize)]
struct Document {
    height: usize,
    width: usize,
    stuff: usize,
    things: usize,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    labels: Vec<Picture>,
    predictions: Vec<Picture>,
    figures: Vec<Asked>,
}

#[derive(Deserialize)]
struct Picture {
    things: Vec<(u32, f32, Vec<u32>)>,
    pixels: Vec<u8>,
}

#[derive(Deserialize)]
struct Asked {
    least: f64,
    overlap: f64,
    area: i64,
    are: Map<String, Value>,
}

/// The metric beside a task `regions`, with further arguments.
fn quality(arguments: &[(&'static str, ArgValue)]) -> MetricDef {
    let beside = ("stuff", ArgValue::Word("regions".into()));
    let values = std::iter::once(beside).chain(arguments.iter().cloned()).collect();
    let entry = metrics::find("panoptic_quality").expect("the metric");
    (entry.from_args)(&Args { values }).expect("it has these")
}

/// `scripts/panoptic_metrics_reference.py` makes the figures.
#[test]
fn panoptic_quality_agrees_with_torchmetrics() {
    let document: Document = serde_json::from_str(include_str!("panoptic_metrics.json")).expect("the cases are JSON");
    let (height, width) = (document.height, document.width);
    let classes = document.stuff + document.things;
    let is_stuff: Vec<bool> = (0..classes).map(|class| class < document.stuff).collect();
    let columns = |rows: &[Picture]| {
        let mut things = Instances::default();
        for row in rows {
            things.push(row.things.iter().map(|(class, score, counts)| {
                let outline = Outline::Runs(Runs { height, width, counts: counts.clone() });
                let edges = outline.edges().expect("it has pixels");
                (Located { score: *score, ..Located::label(*class, edges) }, outline)
            }));
        }
        let values = rows.iter().flat_map(|row| row.pixels.iter().copied()).collect();
        (things, Maps { classes, height, width, values })
    };
    let mut seen = 0;
    for case in &document.cases {
        let (labels, given) = (columns(&case.labels), columns(&case.predictions));
        let labels = Panoptic::of_labels(&labels.0, &labels.1, &is_stuff, |_| true);
        let given = Panoptic::of(&given.0, &given.1, &is_stuff, |_| true);
        for asked in &case.figures {
            for (of, expected) in &asked.are {
                let (of, over) = of.split_once(' ').expect("two words");
                let metric = quality(&[
                    ("of", ArgValue::Word(of.into())),
                    ("over", ArgValue::Word(over.into())),
                    ("least", ArgValue::Share(asked.least)),
                    ("overlap", ArgValue::Share(asked.overlap)),
                    ("area", ArgValue::Integer(asked.area)),
                ]);
                let Figure::Number(found) = compute(&metric, &Scored::of(&labels, &given, &[])) else {
                    panic!("{}: {}", case.name, metric.key())
                };
                // torchmetrics has single precision.
                let expected = expected.as_f64().expect("a number");
                assert!((found - expected).abs() < 1e-6, "{}: {} is {found}, not {expected}", case.name, metric.key());
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 3 * 4 * 9);
}

/// By hand: two pictures of 2 × 4, of a ground (0) and things of one class.
#[test]
fn crowds_and_rows_without_a_label_count_nowhere() {
    let size = (2, 4);
    let outline = |pixels: &[usize]| {
        let mask: Vec<bool> = (0..8).map(|pixel| pixels.contains(&pixel)).collect();
        Outline::Runs(Runs::of(&mask, size))
    };
    let one = |pixels: &[usize], passed_over: bool| {
        let outline = outline(pixels);
        let edges = outline.edges().expect("pixels");
        (Located { passed_over, ..Located::label(0, edges) }, outline)
    };
    let maps = |values: [u8; 16]| Maps { classes: 1, height: 2, width: 4, values: values.to_vec() };
    let mut truth = Instances::default();
    // The first has a thing of two pixels and a crowd of two; of the second nobody has said what its pixels are.
    truth.push([one(&[0, 4], false), one(&[3, 7], true)]);
    truth.push([one(&[0, 1], false)]);
    let mut given = Instances::default();
    // Half of the thing, which is not more than half, and something that lies in the crowd.
    given.push([one(&[0], false), one(&[3, 7], false)]);
    given.push([]);
    let labels = Panoptic::of_labels(&truth, &maps([0; 16]), &[true], |row| row == 0);
    let found = Panoptic::of(&given, &maps([0; 16]), &[true], |_| true);
    let figure =
        |over: &str| compute(&quality(&[("over", ArgValue::Word(over.into()))]), &Scored::of(&labels, &found, &[]));
    // Things: one missed, one wrong. Ground: four pixels of a label, of which the answer has all and one more.
    assert_eq!(figure("things"), Figure::Number(0.0));
    assert_eq!(figure("stuff"), Figure::Number(0.8));
    assert_eq!(figure("all"), Figure::Number(0.4));
    // Another task that says nothing leaves no figure.
    let alone = compute(&quality(&[]), &Scored::of(&truth, &given, &[]));
    assert_eq!(alone, Figure::Undefined("task `regions` has no answers for these rows".into()));
}

const STREET: &str = r#"use std.tasks.{instances, segmentation}

data d: jsonl("d.jsonl") {
  split { train: 70%, valid: 15%, test: 15% }
  columns { id: id, photo: image(gray), things: instances("lamp"), regions: mask("road", "wall", "lamp") }
}

input photo from d.photo -> resize(16) -> normalize

shared seen from photo
  -> conv2d(16, kernel: 3, padding: same) -> batch_norm -> relu
  -> conv2d(16, kernel: 3, padding: same) -> batch_norm -> relu

task things: instances(16, 16, channels: 16) from seen {
  label: d.things
  metrics: inherited + [
    panoptic_quality(stuff: regions), panoptic_quality(stuff: regions, over: stuff),
    panoptic_quality(stuff: regions, of: segmentation), panoptic_quality(stuff: regions, of: recognition)
  ]
}
task regions: segmentation from seen { label: d.regions }

train { epochs: 20, batch: 8, optimizer: adamw(lr: 1e-2), seed: 2 }
"#;

/// A road below a wall, with none to two lamps.
fn street(folder: &Folder, rows: usize) {
    let mut state = 7u64;
    let mut draw = |low: usize, high: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        low + (state >> 33) as usize % (high - low)
    };
    let mut table = String::new();
    for row in 0..rows {
        let wall = draw(4, 10);
        let mut pixels = [[0u8; 16]; 16];
        pixels[..wall].iter_mut().for_each(|line| line.fill(1));
        let mut things = Vec::new();
        for side in 0..draw(0, 3) {
            let (left, top, size) = (8 * side + draw(0, 3), draw(0, 10), draw(3, 6));
            let (right, bottom) = (left + size, top + size);
            pixels[top..bottom].iter_mut().for_each(|line| line[left..right].fill(2));
            let outline = format!("[[{left}, {top}, {right}, {top}, {right}, {bottom}, {left}, {bottom}]]");
            things.push(format!("{{\"class\": \"lamp\", \"segmentation\": {outline}}}"));
        }
        let shade = |x: u32, y: u32| [120, 60, 230][usize::from(pixels[y as usize][x as usize])] + (x * y % 5) as u8;
        GrayImage::from_fn(16, 16, |x, y| Luma([shade(x, y)]))
            .save(folder.0.join(format!("{row}.png")))
            .expect("a picture");
        let things = things.join(", ");
        let _ = writeln!(
            table,
            "{{\"id\": {row}, \"photo\": \"{row}.png\", \"things\": [{things}], \"regions\": {pixels:?}}}"
        );
    }
    folder.write("d.jsonl", table);
}

#[test]
fn things_and_stuff_are_judged_together() {
    let keys = [
        "panoptic_quality_with_regions",
        "panoptic_quality_with_regions_of_stuff",
        "panoptic_segmentation_with_regions",
        "panoptic_recognition_with_regions",
    ];
    let folder = Folder::new();
    street(&folder, 80);
    let cropped =
        STREET.replace("resize(16)", "resize(16) -> crop(12)").replace("instances(16, 16", "instances(12, 12");
    for (name, spec) in [("r", STREET), ("c", &cropped)] {
        folder.write(&format!("{name}.mtl"), spec);
        mtlc(&folder, &format!("run {name}.mtl --out {name} -q")).must(0, &[]);
        let report = json(&folder, &format!("{name}/report.json"));
        let test = &report["tasks"]["things"]["test"];
        let figures = keys.map(|key| test[key].as_f64().unwrap_or_else(|| panic!("{name}: {key} in {test:#}")));
        assert!(figures.iter().all(|figure| *figure > 0.75 && *figure <= 1.0), "{name}: {figures:?}");
        // Things alone, of a picture that is not shown whole, are missed where they were cut off.
        let alone = test["panoptic_quality"].as_f64().expect("a figure");
        assert!(if name == "r" { alone > 0.8 } else { alone < figures[0] }, "{name}: {alone} {figures:?}");
        mtlc(&folder, &format!("predict {name} --part test --out {name}-answers")).must(0, &[]);
        let said = mtlc(&folder, &format!("eval {name} --predictions {name}-answers --json")).must(0, &[]);
        let found: Value = serde_json::from_str(&said.out).expect("JSON");
        let mut wanted = test.clone();
        wanted["loss"] = Value::Null;
        assert_eq!(found["tasks"]["things"]["test"], wanted, "{name}");
    }
    // A file without what the pixels are has no figure of both, and says why.
    let table = super::text(&folder, "r-answers/predictions.csv");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let mut alone = csv::Writer::from_writer(Vec::new());
    alone.write_record(["id", "things"]).expect("a line");
    for row in reader.records() {
        let row = row.expect("a row");
        alone.write_record([&row[0], &row[1]]).expect("a line");
    }
    folder.write("alone.csv", alone.into_inner().expect("a table"));
    let said = mtlc(&folder, "eval r --predictions alone.csv").must(0, &[]);
    assert!(said.out.contains("task `regions` has no answers for these rows"), "{}", said.out);
}

#[test]
fn a_task_that_says_nothing_of_pixels_is_refused() {
    let folder = Folder::new();
    let check = |from: &str, to: &str, words: &[&str]| {
        folder.write("d.mtl", STREET.replace(from, to));
        let said = mtlc(&folder, "check d.mtl --format short").must(1, &[]);
        words.iter().for_each(|words| assert!(said.out.contains(words), "`{words}` is not in:\n{}", said.out));
    };
    check("(stuff: regions),", "(stuff: region),", &["there is no task `region`"]);
    check("(stuff: regions),", "(stuff: things),", &["which is not done before this one is"]);
    check("(stuff: regions),", "(over: stuff),", &["no task says what that is"]);
    let count = "task count: classification from seen -> global_avg_pool { label: d.count }\n\ntrain";
    let counted = STREET
        .replace("use std.tasks.{", "use std.tasks.{classification, ")
        .replace("photo: image(gray),", "photo: image(gray), count: category,");
    folder.write(
        "d.mtl",
        counted.replace("train {", &format!("{count} {{")).replace("(stuff: regions),", "(stuff: count),"),
    );
    let said = mtlc(&folder, "check d.mtl --format short").must(1, &[]);
    assert!(
        said.out.contains("says of each pixel its class, and the label of task `count` is a category"),
        "{}",
        said.out
    );
}
