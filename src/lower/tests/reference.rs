//! Layers of sequences, pictures and clips against what PyTorch computes, at shapes where strides, paddings, dilations and groups do not come out even, and with
//! rows of different lengths: `tests/golden/layers.json`, written by `scripts/layers_reference.py`.

use serde_json::Value as Json;

use super::{device, layer, near};
use crate::catalog::error::Undecided;
use crate::catalog::{ArgValue, Axis, Dim, Type};
use crate::lower::Draw;
use crate::lower::layers::{Cotangents, Forward, Recorded, compute, handed_on};
use crate::lower::tape::Tape;
use crate::lower::value::{Lengths, Real, Value};

/// As the script draws them.
fn even(shape: &[usize], key: u64) -> Real {
    let number = |place: u64| {
        let whole = (place * 2_654_435_761 + key * 1_013_904_223 + 12_345) % (1 << 32);
        (whole as f64 / f64::from(1_u32 << 31) - 1.0) as f32
    };
    let count = shape.iter().product::<usize>() as u64;
    Real::from_host((0..count).map(number).collect(), shape.to_vec(), &device())
}

fn sizes(json: &Json) -> Vec<usize> {
    json.as_array().expect("sizes").iter().map(|size| size.as_u64().expect("a size") as usize).collect()
}

fn numbers(json: &Json) -> Vec<f64> {
    json.as_array().expect("numbers").iter().map(|number| number.as_f64().expect("a number")).collect()
}

/// The layer's arguments, whose names live as long as the catalog.
fn arguments(name: &str, json: &Json) -> Vec<(&'static str, ArgValue)> {
    let entry = crate::catalog::layers::find(name).expect("a layer");
    let given = json.as_object().expect("arguments");
    let own = (entry.params)().into_iter().filter_map(|param| {
        let value = match given.get(param.name)? {
            Json::String(word) => ArgValue::Word(word.clone()),
            Json::Bool(value) => ArgValue::Bool(*value),
            other => match other.as_i64() {
                Some(whole) => ArgValue::Integer(whole),
                None => ArgValue::Number(other.as_f64().expect("a number")),
            },
        };
        Some((param.name, value))
    });
    let own: Vec<_> = own.collect();
    assert_eq!(own.len(), given.len(), "{name} has all of {given:?}");
    own
}

/// The numbers of a row within the sizes of its own.
fn within(value: &Real, row: usize, own: &[usize]) -> Vec<f32> {
    let sizes = &value.shape()[1..];
    let width: usize = sizes.iter().product();
    let numbers = value.to_host();
    let is_own = |place: usize| {
        let mut rest = place;
        sizes.iter().zip(own).rev().all(|(size, own)| {
            let at = rest % size;
            rest /= size;
            at < *own
        })
    };
    (0..width).filter(|place| is_own(*place)).map(|place| numbers[row * width + place]).collect()
}

/// Of many numbers the script writes down every third.
fn close(what: &str, found: &[f32], expected: &[f64]) {
    let step = if found.len() <= 60 { 1 } else { 3 };
    let found: Vec<f32> = found.iter().copied().step_by(step).collect();
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.into_iter().zip(expected) {
        near(what, f64::from(found), *expected, 1e-4);
    }
}

fn check(json: &Json) {
    let name = json["layer"].as_str().expect("a layer");
    let (shape, lengths) = (sizes(&json["shape"]), sizes(&json["lengths"]));
    let what = format!("{name} {} {shape:?} {lengths:?}", json["arguments"]);
    let def = layer(name, &arguments(name, &json["arguments"]));
    let rows = Axis::new(Axis::ROWS, Dim::symbol("rows(d)"));
    let mut ty = Type::real(rows, shape[1..].iter().map(|size| Dim::int(*size as i64)));
    let mut x = even(&shape, 1);
    if !lengths.is_empty() {
        ty.axes[1].size = Dim::extent("length(x)");
        x = x.with_extents([(1, Lengths::from(lengths.clone()))].into_iter().collect());
    }
    let inputs = [Value::Real(x)];
    let types = vec![ty];
    let ty = def.infer(&types, &mut Undecided::default()).unwrap_or_else(|error| panic!("{what}: {}", error.message));
    let expected = json["weights"].as_array().expect("weights");
    let weights = def.weights(&types).into_iter().enumerate().map(|(place, spec)| {
        let shape: Vec<usize> = spec.shape.iter().map(|size| size.value().expect("known") as usize).collect();
        // What is no weight but a state is not asked for while training.
        if spec.trainable { even(&shape, 2 + place as u64) } else { Real::zeros(shape, &device()) }
    });
    let weights: Vec<Real> = weights.collect();
    let types: Vec<&Type> = types.iter().collect();
    let device = device();
    let call = || Forward {
        weights: &weights,
        inputs: &inputs,
        types: &types,
        ty: &ty,
        sizes: &[],
        training: true,
        half: false,
        draw: Draw::new(1, "test", "layer"),
        device: &device,
        then: None,
        kept: Vec::new(),
        state: Vec::new(),
        standing: None,
        together: None,
    };
    let mut forward = call();
    let output = compute(&def).forward(&mut forward);
    let kept = std::mem::take(&mut forward.kept);
    let output = handed_on(output, &ty, &inputs, &types);
    let longest = sizes(&json["longest"]);
    let own = |row: usize| {
        let mut own = longest.clone();
        if let Some(lengths) = output.real().extents().of(1) {
            own[0] = lengths[row];
        }
        own
    };
    for (row, expected) in json["outputs"].as_array().expect("outputs").iter().enumerate() {
        close(&what, &within(output.real(), row, &own(row)), &numbers(expected));
    }
    let cut = output.real().cut_to(&[&[shape[0]][..], longest.as_slice()].concat());
    let cotangent = even(cut.shape(), 9).padded_to(output.shape());
    let cotangent = cotangent.with_extents(output.real().extents().clone()).filled(0.0);
    let look = Recorded {
        weights: &weights,
        inputs: &inputs,
        types: &types,
        ty: &ty,
        output: &output,
        kept: &kept,
        wants_inputs: &[true],
        wants_weights: true,
        half: false,
        world: None,
    };
    let Cotangents { inputs: back, weights: found } = match compute(&def).vjp() {
        Some(vjp) => vjp.pull(&look, &cotangent),
        None => Tape::record(compute(&def), &mut call()).1.pull(&cotangent),
    };
    close(&format!("{what}: input"), &back[0].as_ref().expect("a gradient").to_host(), &numbers(&json["input"]));
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        close(&format!("{what}: weight {place}"), &found.as_ref().expect("one").to_host(), &numbers(expected));
    }
}

#[test]
fn layers_compute_what_pytorch_computes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/layers.json");
    let text = std::fs::read_to_string(path).expect("the fixture");
    let json: Json = serde_json::from_str(&text).expect("JSON");
    let cases = json["cases"].as_array().expect("cases");
    assert!(cases.len() >= 45);
    cases.iter().for_each(check);
}
