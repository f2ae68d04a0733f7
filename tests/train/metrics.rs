//! Metrics against scikit-learn's values (`scripts/metrics_reference.py` makes them).

use mtlc::answers::{
    Boxes, Classes, Column, Distribution, Given, Instances, Keypoints, Located, Maps, Numbers, Outline, Point,
    Probabilities, Runs, Seen, Sets, Texts, Tracks, YesOrNo,
};
use mtlc::catalog::answers::{self, AnswerDef, CLASS_MAPS, CLASSES, NUMBERS, TEXTS};
use mtlc::catalog::decoders::{Decoded, Role};
use mtlc::catalog::metrics::{self, MetricDef};
use mtlc::catalog::{ArgValue, Args, Axis, Dim, Kind, Type};
use mtlc::score::metrics::{begin, compute};
use mtlc::score::{Figure, Scored, Trivial, trivial_score};
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
struct Document {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    label: Array,
    prediction: Array,
    weights: Option<Vec<f64>>,
    #[serde(default)]
    thresholds: Vec<f64>,
    expected: Map<String, Value>,
}

#[derive(Deserialize)]
struct Array {
    kind: String,
    width: usize,
    values: Vec<f64>,
}

/// `f1 macro` as a metric.
fn metric(key: &str) -> MetricDef {
    let (name, average) = key.split_once(' ').map_or((key, None), |(name, average)| (name, Some(average)));
    let parameter = if name == "explained_variance" { "over" } else { "average" };
    let values = average.map(|word| (parameter, ArgValue::Word(word.into()))).into_iter().collect();
    let entry = metrics::find(name).unwrap_or_else(|| panic!("there is no metric `{name}`"));
    (entry.from_args)(&Args { values }).unwrap_or_else(|| panic!("`{key}` has wrong arguments"))
}

/// Labels and predictions as columns.
fn columns(case: &Case) -> (Box<dyn Column>, Box<dyn Column>) {
    let indices = |array: &Array| array.values.iter().map(|value| *value as u32).collect::<Vec<u32>>();
    let booleans = |array: &Array| array.values.iter().map(|value| *value != 0.0).collect::<Vec<bool>>();
    let (label, prediction) = (&case.label, &case.prediction);
    let labels: Box<dyn Column> = match label.kind.as_str() {
        "classes" => Box::new(Classes { classes: label.width, values: indices(label) }),
        "binary" => Box::new(YesOrNo { values: booleans(label) }),
        "sets" => Box::new(Sets { width: label.width, values: booleans(label) }),
        "numbers" => Box::new(Numbers { width: label.width, values: label.values.clone() }),
        other => panic!("no label is `{other}`"),
    };
    let (width, values) = (prediction.width, prediction.values.clone());
    let predictions: Box<dyn Column> = match prediction.kind.as_str() {
        "distribution" => Box::new(Distribution { classes: width, values }),
        "probabilities" => Box::new(Probabilities { width, values }),
        "classes" => Box::new(Given { width, values: indices(prediction) }),
        "numbers" => Box::new(Numbers { width, values }),
        other => panic!("no prediction is `{other}`"),
    };
    (labels, predictions)
}

/// The figure of rows that lie in memory, and that of the same rows in batches, which must not depend on how they are cut.
fn figure(
    metric: &MetricDef,
    labels: &dyn Column,
    given: &dyn Column,
    weights: Option<&[f64]>,
    at: &[f64],
) -> [Figure; 2] {
    let whole = compute(metric, &Scored { weights, ..Scored::of(labels, given, at) });
    let rows: Vec<usize> = (0..labels.rows()).collect();
    let in_batches = |size: usize| {
        let mut running = begin(metric);
        for rows in rows.chunks(size) {
            let (labels, given) = (labels.gather(rows), given.gather(rows));
            let weights: Option<Vec<f64>> = weights.map(|all| rows.iter().map(|row| all[*row]).collect());
            let scored = Scored::of(labels.as_ref(), given.as_ref(), at);
            running.add(&Scored { weights: weights.as_deref(), ..scored });
        }
        running.finish()
    };
    let cut = in_batches(rows.len());
    for size in [1, 2, 3, 7, 50] {
        assert_eq!(in_batches(size), cut, "{} in batches of {size}", metric.key());
    }
    [whole, cut]
}

#[test]
fn metrics_agree_with_scikit_learn() {
    let document: Document = serde_json::from_str(include_str!("metrics.json")).expect("the cases are JSON");
    let mut wrong = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for case in &document.cases {
        for (key, expected) in &case.expected {
            let metric = metric(key);
            seen.insert(metric.name());
            let (labels, given) = columns(case);
            for got in figure(&metric, labels.as_ref(), given.as_ref(), case.weights.as_deref(), &case.thresholds) {
                if !agrees(&got, expected) {
                    wrong.push(format!("{}: {key} is {expected} in scikit-learn, {got:?} here", case.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        seen.into_iter().eq(comparing(&[CLASSES, NUMBERS].concat())),
        "every metric of classes and numbers has cases"
    );
}

fn agrees(got: &Figure, expected: &Value) -> bool {
    match (got, expected) {
        (Figure::Undefined(_), Value::Null) => true,
        (Figure::Matrix(matrix), expected) => serde_json::json!(matrix) == *expected,
        (Figure::PerClass(values), Value::Array(expected)) => {
            let same = |(got, expected): (&Option<f64>, &Value)| match got {
                Some(got) => agrees(&Figure::Number(*got), expected),
                None => expected.is_null(),
            };
            values.len() == expected.len() && values.iter().zip(expected).all(same)
        }
        (Figure::Number(got), Value::Number(number)) => {
            number.as_f64().is_some_and(|expected| (got - expected).abs() <= 1e-12 * expected.abs().max(1.0))
        }
        _ => false,
    }
}

/// The metrics that compare answers of some kinds.
fn comparing(kinds: &[AnswerDef]) -> impl Iterator<Item = &'static str> {
    let all = metrics::ENTRIES.iter().map(|entry| entry.name);
    all.filter(|name| metric(name).compares().iter().any(|kind| kinds.contains(kind)))
}

#[derive(Deserialize)]
struct TextDocument {
    cases: Vec<TextCase>,
}

#[derive(Deserialize)]
struct TextCase {
    name: String,
    label: Vec<String>,
    prediction: Vec<String>,
    surprises: Vec<[f64; 3]>,
    weights: Option<Vec<f64>>,
    expected: Map<String, Value>,
}

/// `scripts/text_metrics_reference.py` makes the figures.
#[test]
fn metrics_of_texts_agree_with_jiwer_sacrebleu_rouge_score_and_seqeval() {
    let document: TextDocument = serde_json::from_str(include_str!("text_metrics.json")).expect("the cases are JSON");
    for case in document.cases {
        let keys: std::collections::BTreeSet<&str> = case.expected.keys().map(String::as_str).collect();
        assert!(keys.into_iter().eq(comparing(TEXTS)), "every metric of texts has cases");
        let given = Texts { values: case.prediction, surprises: case.surprises };
        let labels = Texts::from(case.label);
        for (key, expected) in &case.expected {
            for got in figure(&metric(key), &labels, &given, case.weights.as_deref(), &[]) {
                assert!(agrees(&got, expected), "{}: {key} should be {expected}, and is {got:?}", case.name);
            }
        }
    }
}

#[derive(Deserialize)]
struct MapDocument {
    cases: Vec<MapCase>,
}

#[derive(Deserialize)]
struct MapCase {
    name: String,
    classes: usize,
    height: usize,
    width: usize,
    label: Vec<u8>,
    prediction: Vec<u8>,
    weights: Option<Vec<f64>>,
    expected: Map<String, Value>,
    trivial: Map<String, Value>,
}

/// `scripts/class_map_metrics_reference.py` makes the figures.
#[test]
fn metrics_of_class_maps_agree_with_numpy() {
    let document: MapDocument =
        serde_json::from_str(include_str!("class_map_metrics.json")).expect("the cases are JSON");
    for case in document.cases {
        let keys: std::collections::BTreeSet<&str> = case.expected.keys().map(String::as_str).collect();
        assert!(keys.into_iter().eq(comparing(CLASS_MAPS)), "every metric of class maps has cases");
        let MapCase { classes, height, width, .. } = case;
        let maps = |values: &[u8]| Maps { classes, height, width, values: values.to_vec() };
        let (labels, given) = (maps(&case.label), maps(&case.prediction));
        // What is kept of large rows is enough for the same figures.
        let (kept, kept_given) = labels.condensed(&given).expect("maps are large");
        let trivial = Trivial::fit(&labels.labels()).expect("there are pixels");
        for (key, expected) in &case.expected {
            let (metric, weights) = (metric(key), case.weights.as_deref());
            for got in figure(&metric, &labels, &given, weights, &[]).into_iter().chain(figure(
                &metric,
                kept.as_ref(),
                kept_given.as_ref(),
                weights,
                &[],
            )) {
                assert!(agrees(&got, expected), "{}: {key} should be {expected}, and is {got:?}", case.name);
            }
            for (labels, given) in
                [(&labels as &dyn Column, &given as &dyn Column), (kept.as_ref(), kept_given.as_ref())]
            {
                let start = trivial_score(&metric, &Scored::of(labels, given, &[]), &trivial);
                let Ok(start) = start else {
                    assert_eq!(labels.labels().constant(), Some(labels.constant_words()), "{}: {start:?}", case.name);
                    continue;
                };
                let wanted = &case.trivial[key];
                assert!(agrees(&Figure::Number(start), wanted), "{}: {key} without looking: {start}", case.name);
            }
        }
    }
}

#[derive(Deserialize)]
struct BoxDocument {
    cases: Vec<BoxCase>,
}

/// Boxes as class, left, top, width, height, and whether it is a crowd or how sure it is.
#[derive(Deserialize)]
struct BoxCase {
    name: String,
    labels: Vec<Vec<[f32; 6]>>,
    predictions: Vec<Vec<[f32; 6]>>,
    figures: Map<String, Value>,
}

/// `scripts/box_metrics_reference.py` makes the figures.
#[test]
fn metrics_of_boxes_agree_with_pycocotools() {
    let document: BoxDocument = serde_json::from_str(include_str!("box_metrics.json")).expect("the cases are JSON");
    let boxes = |rows: &[Vec<[f32; 6]>], labels: bool| {
        let one = |[class, left, top, width, height, last]: &[f32; 6]| {
            let one = Located::label(*class as u32, [*left, *top, left + width, top + height]);
            if labels { Located { passed_over: *last == 1.0, ..one } } else { Located { score: *last, ..one } }
        };
        Boxes::of_rows(rows.iter().map(|row| row.iter().map(one).collect()))
    };
    for case in document.cases {
        let (labels, given) = (boxes(&case.labels, true), boxes(&case.predictions, false));
        for (key, expected) in &case.figures {
            let mut values = Vec::new();
            if key.contains("_50") {
                values.push(("overlap", ArgValue::Share(0.5)));
            }
            if key.ends_with("_per_class") {
                values.push(("per_class", ArgValue::Bool(true)));
            }
            let entry = metrics::find("mean_average_precision").expect("a metric");
            let metric = (entry.from_args)(&Args { values }).expect("its arguments");
            assert_eq!(metric.key(), *key);
            for got in figure(&metric, &labels, &given, None, &[]) {
                assert!(agrees(&got, expected), "{}: {key} should be {expected}, and is {got:?}", case.name);
            }
        }
    }
}

#[derive(Deserialize)]
struct InstanceDocument {
    height: usize,
    width: usize,
    cases: Vec<InstanceCase>,
}

/// Things as class, how sure, and run lengths.
#[derive(Deserialize)]
struct InstanceCase {
    name: String,
    labels: Vec<Vec<(u32, f32, Vec<u32>)>>,
    predictions: Vec<Vec<(u32, f32, Vec<u32>)>>,
    figures: Map<String, Value>,
}

/// `scripts/instance_metrics_reference.py` makes the figures.
#[test]
fn metrics_of_instances_agree_with_pycocotools_and_numpy() {
    let document: InstanceDocument =
        serde_json::from_str(include_str!("instance_metrics.json")).expect("the cases are JSON");
    let (height, width) = (document.height, document.width);
    let things = |rows: &[Vec<(u32, f32, Vec<u32>)>]| {
        let mut all = Instances::default();
        for row in rows {
            all.push(row.iter().map(|(class, score, counts)| {
                let outline = Outline::Runs(Runs { height, width, counts: counts.clone() });
                let edges = outline.edges().expect("it has pixels");
                (Located { score: *score, ..Located::label(*class, edges) }, outline)
            }));
        }
        all
    };
    for case in document.cases {
        let (labels, given) = (things(&case.labels), things(&case.predictions));
        for (key, expected) in &case.figures {
            for got in figure(&metric(key), &labels, &given, None, &[]) {
                assert!(agrees(&got, expected), "{}: {key} should be {expected}, and is {got:?}", case.name);
            }
        }
    }
}

#[derive(Deserialize)]
struct TrackDocument {
    cases: Vec<TrackCase>,
}

/// Boxes as frame, track, class and edges.
#[derive(Deserialize)]
struct TrackCase {
    name: String,
    labels: Vec<Vec<(u32, u32, u32, f32, f32, f32, f32)>>,
    predictions: Vec<Vec<(u32, u32, u32, f32, f32, f32, f32)>>,
    figures: Map<String, Value>,
}

/// `scripts/track_metrics_reference.py` makes the figures.
#[test]
fn metrics_of_tracks_agree_with_trackeval() {
    let document: TrackDocument = serde_json::from_str(include_str!("track_metrics.json")).expect("the cases are JSON");
    let tracks = |rows: &[Vec<(u32, u32, u32, f32, f32, f32, f32)>]| {
        let one = |(frame, track, class, left, top, right, bottom): &_| {
            let at = Located::label(*class, [*left, *top, *right, *bottom]);
            Seen { frame: *frame, track: *track, at }
        };
        Tracks::of_rows(rows.iter().map(|row| row.iter().map(one).collect()))
    };
    for case in document.cases {
        let (labels, given) = (tracks(&case.labels), tracks(&case.predictions));
        for (key, expected) in &case.figures {
            let mut arguments = Vec::new();
            arguments.extend(key.ends_with("_75").then_some(("overlap", ArgValue::Share(0.75))));
            arguments.extend(key.ends_with("_by_class").then_some(("by_class", ArgValue::Bool(true))));
            let name = key.trim_end_matches("_75").trim_end_matches("_by_class");
            let entry = metrics::find(name).expect("a metric");
            let metric = (entry.from_args)(&Args { values: arguments }).expect("its arguments");
            assert_eq!(metric.key(), *key);
            for got in figure(&metric, &labels, &given, None, &[]) {
                assert!(agrees(&got, expected), "{}: {key} should be {expected}, and is {got:?}", case.name);
            }
        }
    }
}

#[derive(Deserialize)]
struct PointDocument {
    cases: Vec<PointCase>,
}

/// Points as across, down, and whether they are known or how sure they are.
#[derive(Deserialize)]
struct PointCase {
    name: String,
    points: usize,
    labels: Vec<Vec<[f32; 3]>>,
    given: Vec<Vec<[f32; 3]>>,
    areas: Vec<Option<f32>>,
    figures: Map<String, Value>,
}

/// `scripts/point_metrics_reference.py` makes the figures.
#[test]
fn metrics_of_points_agree_with_pycocotools_and_numpy() {
    let document: PointDocument = serde_json::from_str(include_str!("point_metrics.json")).expect("the cases are JSON");
    for case in document.cases {
        let points = |rows: &[Vec<[f32; 3]>], areas: Option<&[Option<f32>]>| {
            let mut all = Keypoints::of((0..case.points).collect());
            for (number, row) in rows.iter().enumerate() {
                let row: Vec<Point> = row.iter().map(|[x, y, score]| Point { at: [*x, *y], score: *score }).collect();
                all.push(&row, areas.and_then(|areas| areas[number]));
            }
            all
        };
        let (labels, given) = (points(&case.labels, Some(&case.areas)), points(&case.given, None));
        for (key, expected) in &case.figures {
            let within = key.ends_with("_25").then_some(("within", ArgValue::Share(0.25)));
            let entry = metrics::find(key.trim_end_matches("_25")).expect("a metric");
            let metric = (entry.from_args)(&Args { values: within.into_iter().collect() }).expect("its arguments");
            assert_eq!(metric.key(), *key);
            for got in figure(&metric, &labels, &given, None, &[]) {
                assert!(agrees(&got, expected), "{}: {key} should be {expected}, and is {got:?}", case.name);
            }
        }
    }
}

/// A metric that takes a label says so of the kind of its answers, and refuses all others.
#[test]
fn a_metric_names_the_kinds_that_it_compares() {
    let rows = || Axis::new(Axis::ROWS, Dim::int(8));
    let real = |sizes: &[i64]| Type::real(rows(), sizes.iter().map(|size| Dim::int(*size)));
    let classes = Dim::int(3);
    let labels = [
        Type::new(Kind::Category { classes: classes.clone() }, vec![rows()]),
        Type::features(Kind::Labels, rows(), classes),
        Type::new(Kind::Text, vec![rows()]),
        Type::new(
            Kind::Category { classes: Dim::int(3) },
            vec![rows(), Axis::new(Axis::HEIGHT, Dim::int(5)), Axis::new(Axis::WIDTH, Dim::int(7))],
        ),
        Type::new(Kind::Boxes { classes: Dim::int(3) }, vec![rows(), Axis::new(Axis::OBJECTS, Dim::int(5))]),
        Type::new(Kind::Instances { classes: Dim::int(3) }, vec![rows(), Axis::new(Axis::OBJECTS, Dim::int(5))]),
        Type::new(Kind::Keypoints { classes: Dim::int(3) }, vec![rows(), Axis::new(Axis::PLACES, Dim::int(3))]),
        Type::new(Kind::Tracks { classes: Dim::int(3) }, vec![rows(), Axis::new(Axis::OBJECTS, Dim::int(5))]),
        real(&[1]),
        real(&[4]),
    ];
    let roles = [Role::Distribution, Role::Probabilities, Role::Numbers, Role::Answer];
    let mut kinds = Vec::new();
    for label in &labels {
        let kind = AnswerDef::of(label).expect("it has a kind");
        for entry in metrics::ENTRIES {
            let metric = metric(entry.name);
            let takes = |role: &Role| metric.check(&Decoded { role: *role, ty: label.clone() }, label).is_ok();
            assert_eq!(roles.iter().any(takes), metric.compares().contains(&kind), "`{}` and {kind:?}", entry.name);
        }
        kinds.push(kind.name());
    }
    kinds.sort_unstable();
    assert_eq!(kinds, answers::ENTRIES.iter().map(|entry| entry.name).collect::<Vec<_>>(), "every kind has a label");
}

/// `scripts/answer_metrics_reference.py` makes the figures.
#[test]
fn answers_are_judged_as_squad_judges_them() {
    let document: Value = serde_json::from_str(include_str!("answer_metrics.json")).expect("the cases are JSON");
    let normalized = Args { values: [("normalized", ArgValue::Bool(true))].into_iter().collect() };
    let exact = metrics::find("exact_match").and_then(|entry| (entry.from_args)(&normalized)).expect("a metric");
    assert_eq!(exact.key(), "exact_match_normalized");
    for case in document["answers"].as_array().expect("cases") {
        let text = |name: &str| Texts::from(vec![case[name].as_str().expect("a text").to_string()]);
        let (label, given) = (text("label"), text("given"));
        for (metric, name) in [(&exact, "exact"), (&metric("token_f1"), "f1")] {
            for got in figure(metric, &label, &given, None, &[]) {
                assert!(agrees(&got, &case[name]), "{label:?} {given:?}: {name} is {got:?}");
            }
        }
    }
}
