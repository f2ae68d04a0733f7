//! Metrics against scikit-learn's values (`scripts/metrics_reference.py` makes them).

use mtlc::catalog::metrics::{self, MetricDef};
use mtlc::catalog::{ArgValue, Args};
use mtlc::score::metrics::compute;
use mtlc::score::{Figure, Labels, Prediction, Scored};
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

fn figure(case: &Case, metric: &MetricDef) -> Figure {
    let indices = |array: &Array| array.values.iter().map(|value| *value as u32).collect::<Vec<u32>>();
    let booleans = |array: &Array| array.values.iter().map(|value| *value != 0.0).collect::<Vec<bool>>();
    let (label, prediction) = (&case.label, &case.prediction);
    let (label_indices, label_booleans, given_indices) = (indices(label), booleans(label), indices(prediction));
    let scored = Scored {
        label: match label.kind.as_str() {
            "classes" => Labels::Classes { classes: label.width, values: &label_indices },
            "binary" => Labels::Binary { values: &label_booleans },
            "sets" => Labels::Sets { width: label.width, values: &label_booleans },
            "numbers" => Labels::Numbers { width: label.width, values: &label.values },
            other => panic!("no label is `{other}`"),
        },
        prediction: match prediction.kind.as_str() {
            "distribution" => Prediction::Distribution { classes: prediction.width, values: &prediction.values },
            "probabilities" => Prediction::Probabilities { width: prediction.width, values: &prediction.values },
            "classes" => Prediction::Classes(&given_indices),
            "numbers" => Prediction::Numbers { width: prediction.width, values: &prediction.values },
            other => panic!("no prediction is `{other}`"),
        },
        weights: case.weights.as_deref(),
        thresholds: &case.thresholds,
    };
    compute(metric, &scored)
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
            let got = figure(case, &metric);
            let agrees = match (&got, expected) {
                (Figure::Undefined(_), Value::Null) => true,
                (Figure::Matrix(matrix), expected) => serde_json::json!(matrix) == *expected,
                (Figure::Number(got), Value::Number(number)) => {
                    number.as_f64().is_some_and(|expected| (got - expected).abs() <= 1e-12 * expected.abs().max(1.0))
                }
                _ => false,
            };
            if !agrees {
                wrong.push(format!("{}: {key} is {expected} in scikit-learn, {got:?} here", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let all: Vec<&str> = metrics::ENTRIES.iter().map(|entry| entry.name).collect();
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), all, "every metric has cases");
}
