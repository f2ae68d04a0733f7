//! The page holds what it is given, escaped, and nothing from elsewhere.

use super::*;
use std::sync::Arc;

use crate::answers::{Located, Seen};
use crate::data::Marks;
use crate::data::pictures::{Channels, Picture};
use crate::pipeline::Part;
use crate::report::show::{ShownPicture, ShownRow};
use crate::report::{
    Bin, Calibration, ClassCurves, ImportanceReport, PartReport, Scale, Scatter, Scene, TaskPictures, TaskReport,
    WorstRow,
};
use crate::score::Figure;
use crate::score::statistics::Interval;
use crate::score::statistics::{DeltaMReport, TaskGainReport};
use crate::train::records::{Conflict, EpochRecord, Record, TaskRecord};

/// Deterministic noise in [−1, 1].
fn noise(seed: usize) -> f64 {
    let mixed = (seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((mixed >> 11) as f64 / (1_u64 << 53) as f64) * 2.0 - 1.0
}

struct Sample {
    report: RunReport,
    records: Records,
    pictures: Pictured,
}

fn part(rows: usize, figures: &[(&str, Figure)]) -> PartReport {
    let mut part = PartReport { rows, loss: Some(0.2), ..PartReport::default() };
    for (key, figure) in figures {
        part.insert(key, figure.clone());
        if let (Figure::Number(value), true) = (figure, rows < 60) {
            part.intervals.insert(*key, Interval { low: value - 0.04, high: value + 0.03 });
        }
    }
    part
}

/// A run with every section.
fn sample() -> Sample {
    let mut report = RunReport {
        mtlc_version: "0.1.0".into(),
        name: "penguins".into(),
        doc: "Penguins: one trunk, three questions of three kinds.".into(),
        spec_sha256: "9f86d081884c7d659a2feaa0c55ad015".into(),
        started: "2025-01-31T12:00:00Z".into(),
        device: "flex (CPU)".into(),
        seed: 42,
        parameters: 3205,
        epochs: 80,
        best_epoch: 65,
        score: Some(0.871),
        ended: "stopped early".into(),
        balancer: "uncertainty".into(),
        ..RunReport::default()
    };
    report.train = crate::report::TrainReport { seconds: 0.84, examples_per_second: 22910.0, rows: 241, steps: 640 };
    let classes = ["Adelie", "Chinstrap", "Gentoo"].map(String::from).to_vec();
    let mut species = TaskReport {
        template: "classification".into(),
        label: "penguins.species".into(),
        select: "accuracy".into(),
        higher_is_better: true,
        classes,
        ..TaskReport::default()
    };
    let mut sex = TaskReport {
        template: "binary".into(),
        select: "accuracy".into(),
        higher_is_better: true,
        ..TaskReport::default()
    };
    sex.classes = vec!["female".into(), "male".into()];
    let mut mass = TaskReport {
        template: "regression".into(),
        select: "r2".into(),
        higher_is_better: true,
        ..TaskReport::default()
    };
    for (part_of, rows) in [(Part::Train, 241), (Part::Valid, 51), (Part::Test, 52)] {
        let matrix = Figure::Matrix(vec![vec![22, 1, 0], vec![1, 9, 0], vec![0, 0, 19]]);
        let figures = [("accuracy", Figure::Number(0.981)), ("f1_macro", Figure::Number(0.973)), ("confusion", matrix)];
        species.set_part(part_of, part(rows, &figures));
        let auroc = if part_of == Part::Valid {
            Figure::Undefined("all rows have one class".into())
        } else {
            Figure::Number(0.93)
        };
        let figures = [
            ("accuracy", Figure::Number(0.86)),
            ("auroc", auroc),
            ("confusion", Figure::Matrix(vec![vec![20, 4], vec![3, 23]])),
        ];
        sex.set_part(part_of, part(rows - 2, &figures));
        mass.set_part(
            part_of,
            part(
                rows,
                &[("rmse", Figure::Number(341.2)), ("mae", Figure::Number(270.0)), ("r2", Figure::Number(0.83))],
            ),
        );
    }
    let tasks = [("species", species.clone(), 0.5), ("sex", sex.clone(), 0.3), ("mass", mass.clone(), 0.2)];
    let mut records = Records::default();
    for epoch in 1..=80 {
        let progress = 1.0 - (-(epoch as f64) / 15.0).exp();
        for (place, (task, of, _)) in tasks.iter().enumerate() {
            for (index, part) in ["train", "valid"].into_iter().enumerate() {
                let wobble = noise(epoch * 31 + place * 7 + index) * 0.02;
                let value = 0.4 + 0.5 * progress + wobble - 0.03 * index as f64;
                let metrics = [(of.select.clone(), Some(value))].into_iter().collect();
                let loss = Some((1.2 - 1.1 * progress + 0.1 * index as f64) * (1.0 + wobble));
                records.push(Record::Task(TaskRecord {
                    epoch,
                    step: epoch * 8,
                    task: task.to_string(),
                    part: part.into(),
                    rows: 51,
                    loss,
                    metrics,
                    skill: None,
                }));
            }
        }
        let weights =
            [("species", 0.5 + 0.2 * progress), ("sex", 0.3 - 0.1 * progress), ("mass", 0.2 - 0.1 * progress)];
        let pairs = [("species", "sex"), ("species", "mass"), ("sex", "mass")];
        let conflicts = pairs.into_iter().enumerate().map(|(place, (left, right))| Conflict {
            left: left.into(),
            right: right.into(),
            cosine: 0.6 * noise(epoch / 6 + place * 100) - 0.2 * place as f64 + 0.2,
            ..Conflict::default()
        });
        records.push(Record::Epoch(EpochRecord {
            epoch,
            step: epoch * 8,
            seconds: epoch as f64 * 0.0105,
            lr: 3e-3 * (epoch as f64 / 80.0 * std::f64::consts::FRAC_PI_2).cos(),
            loss: [
                ("train".to_string(), Some(1.0 - 0.9 * progress)),
                ("valid".to_string(), Some(1.1 - 0.9 * progress)),
            ]
            .into_iter()
            .collect(),
            score: Some(0.87 * progress),
            weights: weights.map(|(name, weight)| (name.to_string(), weight)).into_iter().collect(),
            conflicts: conflicts.collect(),
            ..EpochRecord::default()
        }));
    }
    let mut pictures = Pictured::default();
    let points = (0..52)
        .map(|row| {
            let label = 3000.0 + 60.0 * row as f64;
            (label, label + 400.0 * noise(row))
        })
        .collect();
    let of = |row: &str, truth: &str, predicted: &str, wrong: &str| WorstRow {
        row: row.into(),
        truth: truth.into(),
        predicted: predicted.into(),
        wrong: wrong.into(),
    };
    let test = || TaskPictures { part: "test".into(), rows: 52, ..TaskPictures::default() };
    let scatters = vec![Scatter { of: String::new(), points, rows: 52, r2: Some(0.83) }];
    let worst = vec![of("N12", "5400", "4310", "−1090"), of("N7", "3000", "3705", "705.0")];
    let shown = |title: &str, frames: usize, marks| ShownPicture {
        title: title.into(),
        frames: (0..frames).map(|_| Arc::new(Picture::new(8, 12, Channels::Gray, vec![90; 96]))).collect(),
        marks,
    };
    let boxes = vec![(
        Marks::Boxes(vec![Located { score: 0.75, ..Located::label(0, [1.0, 2.0, 5.0, 6.0]) }]),
        vec!["bill".into()],
    )];
    let seen =
        vec![(Marks::Tracks(vec![Seen { frame: 1, track: 3, at: Located::label(0, [1.0, 2.0, 5.0, 6.0]) }]), vec![])];
    let scene = |frames: usize, marks: Vec<_>| Scene {
        words: of("N4", "bill", "bill", "1 missed"),
        given: None,
        scale: None,
        truth: shown("true", frames, vec![]),
        found: Some(shown("predicted", frames, marks)),
    };
    let depth = Scene {
        words: of("N5", "", "", "off by 0.25 in the mean"),
        given: Some(shown("given", 1, vec![])),
        truth: shown("true", 1, vec![]),
        found: Some(shown("predicted", 1, vec![])),
        scale: Some(Scale { least: 1.5, largest: 7.25, in_parts: false }),
    };
    let scenes = vec![scene(1, boxes), scene(3, seen), depth];
    let strip = vec![shown("photo, as it is", 1, vec![]), shown("photo, epoch 1", 1, vec![])];
    let augmented = vec![ShownRow { name: "N9".into(), pictures: strip, facts: vec![] }];
    pictures.insert("mass", TaskPictures { scatters, worst, scenes, augmented, ..test() });
    let curves = |name: &str, power: f64| {
        let at = |step: i32| f64::from(step) / 25.0;
        ClassCurves {
            of: name.into(),
            roc: (0..=25).map(|step| (at(step), at(step).powf(power))).collect(),
            precision: (1..=25).map(|step| (at(step), 1.0 - 0.6 * at(step).powf(1.0 / power))).collect(),
            area: 0.93,
            average_precision: 0.9,
            share: 0.4,
            there: 0,
        }
    };
    let bin = |said: f64, was: f64, answers| Bin { said, was, answers };
    let bins = vec![bin(0.12, 0.05, 14), bin(0.31, 0.4, 6), bin(0.66, 0.58, 9), bin(0.94, 0.97, 23)];
    let calibration = Some(Calibration { of: "yes".into(), bins, error: 0.043 });
    let confusion = Some(vec![vec![20, 4], vec![3, 23]]);
    let worst = vec![of("N31", "male", "female", "2.1%")];
    let sex_curves = vec![curves("male", 0.2)];
    pictures.insert("sex", TaskPictures { curves: sex_curves, calibration, confusion, worst, ..test() });
    let of_species = vec![curves("Adelie", 0.2), curves("Chinstrap", 0.3), curves("Gentoo", 0.1)];
    pictures.insert("species", TaskPictures { curves: of_species, ..test() });
    let worth = [("bill_length_mm", 0.31), ("bill_depth_mm", 0.12), ("flipper_length_mm", 0.04), ("island", -0.004)];
    species.importance =
        worth.map(|(name, mean)| (name.to_string(), ImportanceReport { mean, sd: 0.02 })).into_iter().collect();
    let tasks = [("species", species, 0.5), ("sex", sex, 0.3), ("mass", mass, 0.2)];
    report.weights = tasks.iter().map(|(name, _, lambda)| (name.to_string(), *lambda)).collect();
    report.tasks = tasks.into_iter().map(|(name, task, _)| (name.to_string(), task)).collect();
    let gain = |name: &str, gain, figure: &str, ci95| {
        (name.to_string(), TaskGainReport { gain, ci95, rows: None, figure: figure.into() })
    };
    report.delta_m = Some(DeltaMReport {
        total: Some(0.012),
        ci95: Some(Interval { low: -0.004, high: 0.028 }),
        seeds: 5,
        tasks: [
            gain("species", 0.004, "accuracy", None),
            gain("sex", -0.009, "accuracy", None),
            gain("mass", 0.031, "√(1 − r2)", Some(Interval { low: 0.01, high: 0.05 })),
        ]
        .into_iter()
        .collect(),
        ..DeltaMReport::default()
    });
    Sample { report, records, pictures }
}

fn model() -> ModelPicture {
    let of = |lines: &[&str], role| ModelBox { lines: lines.iter().map(|line| line.to_string()).collect(), role };
    ModelPicture::Graph {
        boxes: vec![
            of(&["body", "impute → standardize", "f32[rows(penguins), 3]"], ModelRole::Input),
            of(&["island", "embed(4)", "f32[rows(penguins), 4]"], ModelRole::Input),
            of(
                &[
                    "trunk",
                    "concat",
                    "dense(64)",
                    "relu",
                    "dropout(0.1)",
                    "dense(32)",
                    "relu",
                    "f32[rows(penguins), 32]",
                ],
                ModelRole::Shared,
            ),
            of(&["species head", "dense(3)"], ModelRole::Head),
            of(&["sex head", "dense(1)"], ModelRole::Head),
            of(&["mass head", "dense(1)"], ModelRole::Head),
            of(&["species", "cross_entropy", "λ = 0.5"], ModelRole::Head),
        ],
        edges: vec![(0, 2), (1, 2), (2, 3), (2, 4), (2, 5), (3, 6)],
    }
}

fn page(sample: &Sample, spec: &str, model: Option<ModelPicture>) -> String {
    render(&ReportInput { report: &sample.report, records: &sample.records, pictures: &sample.pictures, spec, model })
}

#[test]
fn every_section_is_there_and_nothing_comes_from_elsewhere() {
    let spec =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/penguins.mtl")).expect("it exists");
    let page = page(&sample(), &spec, Some(model()));
    if let Some(path) = std::env::var_os("MTLC_REPORT_SAMPLE") {
        std::fs::write(path, &page).expect("the sample can be written");
    }
    let ids = [
        "tasks",
        "gain",
        "predictions",
        "confusion",
        "ranking",
        "calibration",
        "worst",
        "pictures",
        "augmented",
        "importance",
        "curves",
        "learning",
        "weights",
        "conflicts",
        "model",
        "spec",
    ];
    for id in ids {
        assert!(page.contains(&format!("<section id=\"{id}\">")), "no section {id}");
        assert!(page.contains(&format!("<a href=\"#{id}\">")), "no link to {id}");
    }
    for word in ["http:", "https:", "<script", "<link", "url(", "@import", "src="] {
        assert!(!page.contains(word), "the page has {word}");
    }
    assert!(page.contains("341.2") && page.contains("all rows have one class") && page.contains("52 rows"));
    assert!(!page.contains("NaN"));
    assert!(
        page.contains("<b>N4</b> 1 missed") && page.contains(">bill 0.75</text>"),
        "what was found, and how sure it is"
    );
    assert!(page.contains("true, predicted. 1.500 ") && page.contains("</svg> 7.250"), "the ends of the scale");
    // Two pictures of the first scene, one that moves of the second, three and their scale of the third, two of the strip.
    assert_eq!(page.matches("href=\"data:image/png;base64,").count(), 9);
    assert_well_formed(&page);
}

/// Twenty tasks, and every pair of them measured.
#[test]
fn twenty_tasks_can_be_read() {
    let mut sample = sample();
    let task = sample.report.tasks.get("mass").cloned().expect("it is there");
    let names: Vec<String> = (1..=20).map(|task| format!("assay_{task}")).collect();
    sample.report.tasks = names.iter().map(|name| (name.clone(), task.clone())).collect();
    let records = std::mem::take(&mut sample.records.tasks);
    for name in &names {
        let of = records.iter().filter(|record| record.task == "mass").cloned();
        sample.records.tasks.extend(of.map(|record| TaskRecord { task: name.clone(), ..record }));
    }
    let picture = sample.pictures.get("mass").cloned().expect("it is there");
    sample.pictures = names.iter().map(|name| (name.clone(), picture.clone())).collect();
    for record in &mut sample.records.epochs {
        record.conflicts.clear();
        for left in 0..20 {
            for right in left + 1..20 {
                let cosine = noise(left * 20 + right) * 0.5 + 0.1 * noise(record.epoch);
                let (left, right) = (names[left].clone(), names[right].clone());
                record.conflicts.push(Conflict { left, right, cosine, ..Conflict::default() });
            }
        }
    }
    let page = page(&sample, "", Some(model()));
    if let Some(path) = std::env::var_os("MTLC_REPORT_TWENTY") {
        std::fs::write(path, &page).expect("the sample can be written");
    }
    let section = page.split("<section id=\"conflicts\">").nth(1).and_then(|rest| rest.split("</section>").next());
    let section = section.expect("there are conflicts");
    // A matrix with a name at each row and each column, and ten pairs by name, instead of 190 lines without.
    let named = |name: &str| section.matches(&format!(">{name}<")).count();
    assert!(names.iter().all(|name| named(name) == 2), "{}", named("assay_3"));
    assert_eq!(section.matches("<text class=\"tick end\"").count() - 2 * 20, 10, "pairs");
    assert!(section.contains("the pairs that fought most"));
    // Twelve pictures of a sort are open; the others are a click away.
    assert!(page.contains("<summary>8 more</summary>"));
    assert_eq!(page.matches("<summary>assay_").count(), 20, "curves");
    assert_well_formed(&page);
}

#[test]
fn names_cannot_break_out() {
    let mut sample = sample();
    let evil = "<img src=x onerror=\"alert(1)\">'&";
    sample.report.name = evil.into();
    sample.report.doc = evil.into();
    sample.report.device = evil.into();
    sample.report.warnings = vec![evil.into()];
    sample.report.left_out.insert(evil, evil.into());
    let mut task = sample.report.tasks.get("species").cloned().expect("it is there");
    task.classes = vec![evil.into(); 3];
    task.template = evil.into();
    task.label = evil.into();
    sample.report.tasks = [(evil.to_string(), task)].into_iter().collect();
    for record in &mut sample.records.tasks {
        record.task = evil.into();
        record.metrics.insert(evil, Some(1.0));
    }
    for record in &mut sample.records.epochs {
        record.weights = [(evil.to_string(), record.lr)].into_iter().collect();
        for conflict in &mut record.conflicts {
            (conflict.left, conflict.right, conflict.at) = (evil.into(), evil.into(), Some(evil.into()));
        }
    }
    let mut picture = sample.pictures.get("sex").cloned().expect("it is there");
    picture.scatters = sample.pictures.get("mass").map(|mass| mass.scatters.clone()).unwrap_or_default();
    picture.scatters.iter_mut().for_each(|scatter| scatter.of = evil.into());
    picture.curves.push(picture.curves[0].clone());
    picture.curves.iter_mut().for_each(|curves| curves.of = evil.into());
    picture.calibration.iter_mut().for_each(|calibration| calibration.of = evil.into());
    for row in &mut picture.worst {
        (row.row, row.truth, row.predicted, row.wrong) = (evil.into(), evil.into(), evil.into(), evil.into());
    }
    let mass = sample.pictures.get("mass").cloned().unwrap_or_default();
    (picture.scenes, picture.augmented) = (mass.scenes, mass.augmented);
    for scene in &mut picture.scenes {
        scene.words.row = evil.into();
        scene.words.wrong = evil.into();
        scene.found.iter_mut().flat_map(|found| &mut found.marks).for_each(|(_, classes)| *classes = vec![evil.into()]);
    }
    picture.augmented.iter_mut().for_each(|row| row.name = evil.into());
    sample.pictures.insert(evil, picture);
    if let Some(task) = sample.report.tasks.get_mut(evil) {
        task.importance = [(evil.to_string(), ImportanceReport { mean: 0.1, sd: 0.02 })].into_iter().collect();
    }
    let boxes = vec![ModelBox { lines: vec![evil.into()], role: ModelRole::Other }];
    let page = page(&sample, evil, Some(ModelPicture::Graph { boxes, edges: vec![] }));
    assert!(!page.contains("<img") && page.contains("&lt;img"));
    assert_well_formed(&page);
}

#[test]
fn a_run_without_anything_is_still_a_page() {
    let sample = Sample { report: RunReport::default(), records: Records::default(), pictures: Pictured::default() };
    let page = page(&sample, "", None);
    assert!(page.contains("<h1>") && !page.contains("<section"));
    assert_well_formed(&page);
}

#[test]
fn values_that_are_no_numbers_leave_gaps() {
    let mut sample = sample();
    for record in &mut sample.records.tasks {
        record.loss = if record.epoch % 3 == 0 { Some(f64::INFINITY) } else { None };
        record.metrics = [("accuracy".to_string(), Some(f64::NAN))].into_iter().collect();
    }
    sample.records.tasks.retain(|record| record.epoch == 3);
    let page = page(&sample, "", None);
    assert!(!page.contains("NaN") && !page.contains("inf"), "no coordinate is NaN or infinite");
    assert_well_formed(&page);
}

#[test]
fn models_in_text_are_drawn_or_shown() {
    let sample = sample();
    let dot = page(&sample, "", Some(ModelPicture::Dot("digraph { a -> b; a [label=\"x<y\"]; }".into())));
    assert!(dot.contains("class=\"box\"") && dot.contains("x&lt;y"));
    let broken = page(&sample, "", Some(ModelPicture::Dot("digraph { a -> ".into())));
    assert!(broken.contains("digraph { a -&gt; "));
    let text = page(&sample, "", Some(ModelPicture::Text("flowchart <TD>".into())));
    assert!(text.contains("flowchart &lt;TD&gt;"));
    let boxes = vec![ModelBox { lines: vec!["a".into()], role: ModelRole::Other }; 1000];
    assert!(page(&sample, "", Some(ModelPicture::Graph { boxes, edges: vec![] })).contains("too many for a picture"));
}

/// Every element that is opened is closed, in order.
fn assert_well_formed(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    let body = page.split_once("<body>").map_or("", |(_, body)| body);
    for piece in body.split('<').skip(1) {
        let (tag, _) = piece.split_once('>').unwrap_or((piece, ""));
        if let Some(name) = tag.strip_prefix('/') {
            if name != "body" && name != "html" {
                assert_eq!(open.pop(), Some(name), "</{name}> closes something else");
            }
        } else if !tag.ends_with('/') {
            open.push(tag.split_whitespace().next().unwrap_or(""));
        }
    }
    assert!(open.is_empty(), "{open:?} stay open");
}
