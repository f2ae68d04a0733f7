//! `attention_pool` and `embed_bag` against other programs' figures, and against what they are made of.

use super::Draw;
use super::layers::{Compute, Forward, Recorded, compute};
use super::padding_tests::{device, layer, rows};
use super::tape::Tape;
use super::value::{Extents, Index, Lengths, Real, Value};
use crate::catalog::ArgValue::Integer;
use crate::catalog::error::Undecided;
use crate::catalog::layers::LayerDef;
use crate::catalog::{Axis, Dim, Kind, Type};

/// Numbers between −1 and 1, as `scripts/pooling_reference.py` makes them.
fn wave(shape: &[usize], step: f64) -> Real {
    let numbers = (0..shape.iter().product::<usize>()).map(|at| (step * (1 + at) as f64).sin() as f32).collect();
    Real::from_host(numbers, shape.to_vec(), &device())
}

fn lengths(of_rows: &[usize]) -> Extents {
    [(1, Lengths::from(of_rows))].into_iter().collect()
}

fn sequences(features: Option<i64>) -> Type {
    let time = Axis::new(Axis::TIME, Dim::extent("length(x)"));
    match features {
        Some(features) => Type::new(Kind::Real, vec![rows(), time, Axis::new(Axis::FEATURES, Dim::int(features))]),
        None => Type::new(Kind::Tokens { vocabulary: Dim::int(7) }, vec![rows(), time]),
    }
}

/// Three texts, the last of which is empty; what stands at padding is no token of theirs.
fn texts() -> Value {
    let tokens = vec![2, 3, 3, 6, 1, 4, 5, 5, 5, 5, 5, 5];
    Value::Index(Index::from_host(tokens, vec![3, 4], &device())).with_extents(lengths(&[4, 2, 0]))
}

fn call<R>(
    def: &LayerDef,
    x: &Value,
    ty: &Type,
    weights: &[Real],
    run: impl FnOnce(&dyn Compute, &mut Forward<'_>) -> R,
) -> R {
    let output = def.infer(std::slice::from_ref(ty), &mut Undecided::default()).expect("fits");
    let sizes: Vec<usize> = output.axes[1..].iter().map(|axis| axis.size.value().unwrap_or(0) as usize).collect();
    let device = device();
    let mut call = Forward {
        weights,
        inputs: std::slice::from_ref(x),
        types: &[ty],
        ty: &output,
        sizes: &sizes,
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
    run(compute(def), &mut call)
}

fn near(found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 2e-6, "{found} is not {expected}");
    }
}

#[test]
fn attention_pool_gives_what_its_formula_gives() {
    let (def, ty) = (layer("attention_pool", &[("units", Integer(2))]), sequences(Some(3)));
    let x = Value::Real(wave(&[3, 4, 3], 0.7).with_extents(lengths(&[4, 2, 0])));
    let weights = [wave(&[3, 2], 1.3), wave(&[2], 0.4), wave(&[2, 1], 1.1)];
    let found = call(&def, &x, &ty, &weights, |layer, call| layer.forward(call)).real().to_host();
    // `scripts/pooling_reference.py`
    let expected = [0.3141863, 0.4075689, 0.3092655, -0.2015268, -0.4673972, -0.5134433, 0.0, 0.0, 0.0];
    near(&found, &expected);
}

#[test]
fn a_bag_is_the_mean_of_its_vectors() {
    let (def, ty) = (layer("embed_bag", &[("width", Integer(3))]), sequences(None));
    let weights = [wave(&[7, 3], 0.9)];
    let bag = call(&def, &texts(), &ty, &weights, |layer, call| layer.forward(call));
    // `scripts/pooling_reference.py`
    let expected = [-0.0357535, -0.2180978, -0.235_39, -0.6373979, -0.4704027, 0.0525838, 0.0, 0.0, 0.0];
    near(&bag.real().to_host(), &expected);
    // Its gradient is that of what it stands for.
    let cotangent = wave(&[3, 3], 0.3);
    let output = def.infer(std::slice::from_ref(&ty), &mut Undecided::default()).expect("fits");
    let own = compute(&def).vjp().expect("a way back").pull(
        &Recorded {
            weights: &weights,
            inputs: &[texts()],
            types: &[&ty],
            ty: &output,
            output: &bag,
            kept: &[],
            wants_inputs: &[false],
            wants_weights: true,
            half: false,
            world: None,
        },
        &cotangent,
    );
    let embed = layer("embed", &[("width", Integer(3))]);
    let (vectors, of_embed) = call(&embed, &texts(), &ty, &weights, Tape::record);
    let vectors = Value::Real(vectors.real().clone().with_extents(lengths(&[4, 2, 0])));
    let mean = layer("mean_pool", &[]);
    let (_, of_mean) = call(&mean, &vectors, &sequences(Some(3)), &[], Tape::record);
    let back = of_mean.pull(&cotangent).inputs.remove(0).expect("a cotangent");
    let expected = of_embed.pull(&back).weights.remove(0).expect("a gradient");
    near(&own.weights[0].as_ref().expect("a gradient").to_host(), &expected.to_host());
}
