//! Layers keep what they say of time: no place of an output knows a place that it must not know, and place by place comes the same as
//! all at once. Of each layer that says anything, on every sort of sequence that it takes.

use burn::tensor::Device;

use super::layers::{Compute, Forward, Recorded, State, compute, handed_on};
use super::padding_tests::{device, layer, rows, samples};
use super::tape::Tape;
use super::value::{Extents, Index, Lengths, Real, Value};
use super::{Draw, weights};
use crate::catalog::ArgValue::{Bool, Integer, Number};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::layers::{self, LayerDef};
use crate::catalog::{Axis, Dim, Facts, Kind, Type};

const ROWS: usize = 2;
const TIME: usize = 6;

/// Tokens, sequences of vectors, and sequences of pictures; the lengths differ from row to row.
fn sequences() -> Vec<Type> {
    let time = || Axis::new(Axis::TIME, Dim::extent("length(x)"));
    let fixed = |name, size| Axis::new(name, Dim::int(size));
    let picture = [fixed(Axis::CHANNELS, 2), fixed(Axis::HEIGHT, 3), fixed(Axis::WIDTH, 2)];
    vec![
        Type::new(Kind::Tokens { vocabulary: Dim::int(7) }, vec![rows(), time()]),
        Type::new(Kind::Real, vec![rows(), time(), fixed(Axis::FEATURES, 4)]),
        Type::new(Kind::Real, [vec![rows(), time()], picture.to_vec()].concat()),
    ]
}

fn vector() -> Type {
    Type::real(rows(), [Dim::int(3)])
}

struct Case {
    def: LayerDef,
    types: Vec<Type>,
    ty: Type,
    weights: Vec<Real>,
    device: Device,
}

impl Case {
    /// `None` if the layer does not take these.
    fn new(def: &LayerDef, types: Vec<Type>) -> Option<Self> {
        let ty = def.infer(&types, &mut Undecided::default()).ok()?;
        let size = |dim: &Dim| weights::size(dim, &Facts::new()).unwrap_or_else(|error| panic!("{error}"));
        let specs = def.weights(&types).into_iter().enumerate();
        let weights = specs.map(|(place, spec)| {
            let shape: Vec<usize> = spec.shape.iter().map(size).collect();
            let draw = Draw::new(7, "weight", &place.to_string());
            let count = shape.iter().product::<usize>() as u64;
            Real::from_host((0..count).map(|at| draw.normal(at) as f32).collect(), shape, &device())
        });
        Some(Self { weights: weights.collect(), def: def.clone(), types, ty, device: device() })
    }

    /// Values for the inputs, of which those of the places that `other` chooses are other ones.
    fn inputs(&self, other: impl Fn(usize) -> bool) -> Vec<Value> {
        let of = |(input, ty): (usize, &Type)| {
            let sizes: Vec<usize> =
                ty.axes[1..].iter().map(|axis| axis.size.value().map_or(TIME, |size| size as usize)).collect();
            let (width, along) = (sizes.iter().product::<usize>(), ty.axis(Axis::TIME));
            let after = along.map_or(1, |time| sizes[time..].iter().product::<usize>());
            let number = |place: usize| {
                let at = along.map(|_| place / after % TIME);
                let seed = 5 + u64::from(at.is_some_and(&other));
                Draw::new(seed, "test", "content").uniform((input * 1000 + place) as u64)
            };
            let numbers = (0..ROWS * width).map(number);
            let shape: Vec<usize> = std::iter::once(ROWS).chain(sizes.iter().copied()).collect();
            value(ty, numbers.collect(), shape)
        };
        self.types.iter().enumerate().map(of).collect()
    }

    fn call<R>(&self, inputs: &[Value], then: impl FnOnce(&dyn Compute, &mut Forward<'_>) -> R) -> R {
        let types: Vec<&Type> = self.types.iter().collect();
        let sizes: Vec<usize> = self.ty.axes[1..].iter().map(|axis| axis.size.value().unwrap_or(0) as usize).collect();
        let mut call = Forward {
            weights: &self.weights,
            inputs,
            types: &types,
            ty: &self.ty,
            sizes: &sizes,
            training: false,
            half: false,
            draw: Draw::new(1, "test", "layer"),
            device: &self.device,
            then: None,
            kept: Vec::new(),
            state: Vec::new(),
            standing: None,
            together: None,
        };
        then(compute(&self.def), &mut call)
    }

    /// The numbers at each place: `[time][rows · …]`.
    fn places(&self, inputs: &[Value]) -> Vec<Vec<f32>> {
        by_place(self.call(inputs, |layer, call| layer.forward(call)).real())
    }

    fn step_by_step(&self, inputs: &[Value]) -> Vec<Vec<f32>> {
        let mut state = State::default();
        let step = |place: usize| {
            let at = |(index, (input, ty)): (usize, (&Value, &Type))| match self.def.along_time_of(index) {
                AlongTime::All => input.clone(),
                _ => at_place(input, ty, place),
            };
            let one: Vec<Value> = inputs.iter().zip(&self.types).enumerate().map(at).collect();
            let types: Vec<&Type> = self.types.iter().collect();
            let output = self.call(&one, |layer, call| layer.step(call, &mut state));
            let output = handed_on(output, &self.ty, &one, &types);
            assert_eq!(output.extents().of(1).map(|lengths| lengths.to_vec()), Some(vec![1; ROWS]));
            by_place(output.real()).remove(0)
        };
        (0..TIME).map(step).collect()
    }
}

fn value(ty: &Type, numbers: Vec<f64>, shape: Vec<usize>) -> Value {
    let lengths = Lengths::from(vec![shape.get(1).copied().unwrap_or(1); ROWS]);
    let extents: Extents = ty.axis(Axis::TIME).map(|time| (time, lengths)).into_iter().collect();
    match ty.kind {
        Kind::Real => {
            let numbers = numbers.into_iter().map(|number| (4.0 * number - 2.0) as f32).collect();
            Value::Real(Real::from_host(numbers, shape, &device()).with_extents(extents))
        }
        _ => {
            let numbers = numbers.into_iter().map(|number| (7.0 * number) as i64).collect();
            Value::Index(Index::from_host(numbers, shape, &device())).with_extents(extents)
        }
    }
}

/// One place of a sequence; a vector as it is.
fn at_place(input: &Value, ty: &Type, place: usize) -> Value {
    if ty.axis(Axis::TIME).is_none() {
        return input.clone();
    }
    let mut shape = input.shape().to_vec();
    shape[1] = 1;
    let extents: Extents = [(1, Lengths::from(vec![1; ROWS]))].into_iter().collect();
    match input {
        Value::Real(real) => {
            let one = real.by_axis(1).narrow(1, place, 1);
            Value::Real(Real::new(one).reshaped(shape).with_extents(extents))
        }
        Value::Index(index) => {
            let one = index.ranked::<2>().narrow(1, place, 1);
            Value::Index(Index::new(one).reshaped(shape)).with_extents(extents)
        }
    }
}

fn by_place(output: &Real) -> Vec<Vec<f32>> {
    let time = output.shape()[1];
    (0..time).map(|place| super::value::to_host(output.by_axis(1).narrow(1, place, 1))).collect()
}

fn near(what: &str, found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= 1e-5 * expected.abs().max(1.0), "{what}: {found} is not {expected}");
    }
}

#[test]
fn no_place_knows_more_than_its_layer_says() {
    let mut tried: Vec<&str> = Vec::new();
    for entry in layers::ENTRIES {
        for def in samples(entry.name) {
            let (name, along) = (def.name(), def.along_time());
            for ty in sequences() {
                let mut of_types = vec![vec![ty.clone(); *def.arity().start()]];
                if *def.arity().end() > 1 {
                    of_types.extend([vec![ty.clone(), vector()], vec![vector(), ty.clone()]]);
                    // Of each row, whether it has an input.
                    let present = Type::new(Kind::Category { classes: Dim::int(7) }, vec![ty.rows().clone()]);
                    of_types.push(vec![ty.clone(), present]);
                }
                let taken = |types: &Vec<Type>| def.arity().contains(&types.len());
                let cases = of_types.into_iter().filter(taken).filter_map(|types| Case::new(&def, types));
                // What hands indices on has nothing to compute.
                for case in cases.filter(|case| along != AlongTime::All && case.ty.is_real()) {
                    assert_eq!(case.ty.axes[1], ty.axes[1], "`{name}` keeps the places of a sequence");
                    let inputs = case.inputs(|_| false);
                    let whole = case.places(&inputs);
                    for changed in 0..TIME {
                        let other = case.places(&case.inputs(|place| match along {
                            AlongTime::Place => place == changed,
                            _ => place >= changed,
                        }));
                        for place in (0..TIME).filter(|place| match along {
                            AlongTime::Place => *place != changed,
                            _ => *place < changed,
                        }) {
                            assert_eq!(other[place], whole[place], "`{name}`: place {place} knows of place {changed}");
                        }
                    }
                    for (found, expected) in case.step_by_step(&inputs).iter().zip(&whole) {
                        near(&format!("`{name}` place by place"), found, expected);
                    }
                    tried.push(name);
                }
            }
        }
    }
    tried.dedup();
    // Those that keep something of the places before.
    let state: Vec<&&str> =
        tried.iter().filter(|name| samples(name).iter().any(|def| def.along_time() == AlongTime::Past)).collect();
    assert_eq!(state, [&"attend", &"attention", &"conv1d", &"gru", &"lstm", &"positions"]);
    assert!(tried.len() > 20, "{tried:?}");
}

/// Layers that know all of what was read, and of what is written their own place.
#[test]
fn what_looks_across_knows_its_own_place_of_what_is_written() {
    let sequence = |length: &str, width: i64| {
        let time = Axis::new(Axis::TIME, Dim::extent(format!("length({length})")));
        Type::new(Kind::Real, vec![rows(), time, Axis::new(Axis::FEATURES, Dim::int(width))])
    };
    let tokens = Type::new(Kind::Tokens { vocabulary: Dim::int(7) }, sequence("read", 1).axes[..2].to_vec());
    let read = sequence("read", 3);
    let cases = [
        (layer("cross_attention", &[("heads", Integer(2))]), vec![sequence("written", 4), read.clone()]),
        (layer("pointer_generator", &[]), vec![sequence("written", 7), sequence("written", 4), read, tokens]),
    ];
    for (def, types) in cases {
        let name = def.name();
        let case = Case::new(&def, types).expect("fits");
        let inputs = case.inputs(|_| false);
        let whole = case.places(&inputs);
        for changed in 0..TIME {
            let other = case.inputs(|place| place == changed);
            let of_written = |(index, (input, other)): (usize, (&Value, &Value))| match def.along_time_of(index) {
                AlongTime::All => input.clone(),
                _ => other.clone(),
            };
            let mixed: Vec<Value> = inputs.iter().zip(&other).enumerate().map(of_written).collect();
            let found = case.places(&mixed);
            for place in 0..TIME {
                assert_eq!(
                    found[place] == whole[place],
                    place != changed,
                    "`{name}`: place {place} of place {changed}"
                );
            }
        }
        for (found, expected) in case.step_by_step(&inputs).iter().zip(&whole) {
            near(&format!("`{name}` place by place"), found, expected);
        }
    }
}

#[test]
fn a_recurrent_layer_gives_what_pytorchs_formulas_give() {
    let def = layer("gru", &[("units", Integer(2))]);
    let wave = |shape: &[usize], step: f64| {
        let count = shape.iter().product::<usize>();
        let numbers = (0..count).map(|at| (step * (1 + at) as f64).sin() as f32).collect();
        Real::from_host(numbers, shape.to_vec(), &device())
    };
    let time = Axis::new(Axis::TIME, Dim::int(4));
    let ty = Type::new(Kind::Real, vec![rows(), time, Axis::new(Axis::FEATURES, Dim::int(3))]);
    let weights = vec![wave(&[3, 6], 1.3), wave(&[2, 6], 0.9), wave(&[6], 0.4), wave(&[6], 1.1)];
    let case = Case { weights, ..Case::new(&def, vec![ty]).expect("sequences") };
    let x = Value::Real(wave(&[2, 4, 3], 0.7));
    let found = case.call(&[x], |layer, call| layer.forward(call)).real().to_host();
    // `scripts/gru_reference.py`
    let expected = [
        0.4155329, 0.2151197, 0.1465135, 0.772838, 0.1055213, 0.3487121, 0.3778556, 0.3881344, //
        0.0302682, 0.7471733, -0.0010362, 0.3618319, 0.3334585, 0.4128795, 0.1122928, 0.7861906,
    ];
    near("gru", &found, &expected);
}

#[test]
fn positions_of_attention_are_those_of_transformers() {
    let wave = |shape: &[usize], step: f64| {
        let count = shape.iter().product::<usize>();
        let numbers = (0..count).map(|at| (step * (1 + at) as f64).sin() as f32).collect();
        Real::from_host(numbers, shape.to_vec(), &device())
    };
    let time = Axis::new(Axis::TIME, Dim::int(5));
    let ty = Type::new(Kind::Real, vec![rows(), time, Axis::new(Axis::FEATURES, Dim::int(8))]);
    // `scripts/attention_reference.py`
    let cases = [
        (
            vec![("rotary", Number(100.0)), ("causal", Bool(true))],
            [
                -1.487998, -6.59297, -6.980191, -2.031935, 4.773813, 8.203916, 5.320772, -1.921078, //
                -1.456265, -6.448461, -6.832268, -1.992544, 4.674863, 8.041507, 5.217813, -1.88667, //
                -1.737002, -6.314144, -6.384545, -1.570243, 4.752153, 7.715294, 4.734969, -2.160739, //
                -4.097253, -5.983133, -3.612774, 1.544667, 5.8529, 5.968856, 1.463014, -4.482059, //
                -2.152153, -1.62664, -0.141795, 1.503365, 2.330572, 1.63113, -0.407405, -2.469676, //
            ],
        ),
        (
            vec![("rotary", Number(100.0))],
            [
                -2.502368, -1.602582, 0.238328, 1.951884, 2.508057, 1.403264, -0.868178, -2.814652, //
                -1.043795, -2.146521, -1.89648, -0.158214, 2.01955, 2.906039, 1.48861, -1.387422, //
                -2.60085, -6.083672, -5.23417, -0.370545, 5.093266, 6.939675, 3.42959, -3.007992, //
                -4.10746, -5.960939, -3.574976, 1.569465, 5.845931, 5.935394, 1.428382, -4.491652, //
                -2.152153, -1.62664, -0.141795, 1.503365, 2.330572, 1.63113, -0.407405, -2.469676, //
            ],
        ),
        (
            vec![("relative", Integer(2))],
            [
                -3.395982, -1.47418, 1.291574, 3.132898, 2.923072, 0.738204, -2.110008, -3.69346, //
                -6.475568, -6.511874, -1.891801, 4.212957, 7.449197, 5.285115, -0.983323, -6.839654, //
                -2.245304, -6.618382, -6.254479, -1.104303, 5.201352, 7.807808, 4.400785, -2.668717, //
                -2.151702, -6.280336, -5.927813, -1.036233, 4.959312, 7.43883, 4.184103, -2.569121, //
                -2.116342, -5.360967, -4.820196, -0.57859, 4.420646, 6.311507, 3.321258, -2.514504, //
            ],
        ),
        (
            vec![("relative", Integer(2)), ("causal", Bool(true))],
            [
                -1.487998, -6.59297, -6.980191, -2.031935, 4.773813, 8.203916, 5.320772, -1.921078, //
                -1.597639, -6.58781, -6.864134, -1.892812, 4.830717, 8.135537, 5.178858, -2.029129, //
                -1.796655, -6.613475, -6.697026, -1.659395, 4.953799, 8.055137, 4.955821, -2.226013, //
                -2.145782, -6.288101, -5.943388, -1.04783, 4.960469, 7.451865, 4.199152, -2.563448, //
                -2.116342, -5.360967, -4.820196, -0.57859, 4.420646, 6.311507, 3.321258, -2.514504, //
            ],
        ),
    ];
    for (args, expected) in cases {
        let args: Vec<_> = args.into_iter().chain([("heads", Integer(2))]).collect();
        let case = Case::new(&layer("attention", &args), vec![ty.clone()]).expect("sequences");
        let mut weights = vec![wave(&[8, 24], 1.3), wave(&[24], 0.4), wave(&[8, 8], 0.9), wave(&[8], 1.1)];
        // Of a table of both sides the first vectors are those of places before.
        weights.extend(case.weights.get(4).map(|distances| {
            let all = wave(&[5, 4], 1.7).to_host();
            Real::from_host(all[..distances.elements()].to_vec(), distances.shape().to_vec(), &device())
        }));
        let case = Case { weights, ..case };
        let found = case.call(&[Value::Real(wave(&[1, 5, 8], 0.7))], |layer, call| layer.forward(call));
        for (found, expected) in found.real().to_host().iter().zip(expected) {
            assert!((found - expected).abs() < 2e-5, "{args:?}: {found} is not {expected}");
        }
    }
}

/// What a layer pulls back is what burn's autodiff makes of its forward.
#[test]
fn ways_back_through_time_are_exact() {
    let sequence = sequences().remove(1);
    let wide = sequence.with_last(Dim::int(4));
    let pairs = [
        (layer("attention", &[("heads", Integer(2))]), vec![wide.clone()]),
        (layer("attention", &[("heads", Integer(1)), ("causal", Bool(true))]), vec![sequence.clone()]),
        (layer("attention", &[("heads", Integer(2)), ("rotary", Number(50.0))]), vec![wide.clone()]),
        (layer("attend", &[("heads", Integer(2))]), vec![wide.clone(); 3]),
        (
            layer("attend", &[("heads", Integer(2)), ("causal", Bool(true)), ("rotary", Number(50.0))]),
            vec![wide.clone(); 3],
        ),
        (
            layer("attend", &[("heads", Integer(2)), ("key_heads", Integer(1)), ("rotary", Number(50.0))]),
            vec![wide.clone(), wide.with_last(Dim::int(2)), wide.with_last(Dim::int(2))],
        ),
        (layer("positions", &[("max", Integer(9))]), vec![wide.clone()]),
        (layer("rms_norm", &[]), vec![wide.clone()]),
        (layer("gru", &[("units", Integer(3))]), vec![sequence.clone()]),
        (layer("gru", &[("units", Integer(3)), ("bidirectional", Bool(true))]), vec![sequence.clone()]),
        (layer("lstm", &[("units", Integer(3))]), vec![sequence.clone()]),
        (layer("lstm", &[("units", Integer(2)), ("bidirectional", Bool(true))]), vec![sequence.clone()]),
        (layer("first_pool", &[]), vec![sequence.clone()]),
        (layer("last_pool", &[]), vec![sequence.clone()]),
        (layer("concat", &[]), vec![sequence.clone(), vector(), sequence.clone()]),
        (layer("concat", &[]), vec![vector(), sequence]),
    ];
    for (def, types) in pairs {
        let name = def.name();
        let case = Case::new(&def, types).expect("fits");
        let inputs = case.inputs(|_| false);
        let (output, kept) = case.call(&inputs, |layer, call| {
            let output = layer.forward(call);
            (output, std::mem::take(&mut call.kept))
        });
        let draw = Draw::new(3, "test", "cotangent");
        let numbers = (0..output.real().elements() as u64).map(|at| draw.normal(at) as f32).collect();
        let cotangent = Real::from_host(numbers, output.shape().to_vec(), &case.device);
        let types: Vec<&Type> = case.types.iter().collect();
        let wants_inputs = vec![true; inputs.len()];
        let look = Recorded {
            weights: &case.weights,
            inputs: &inputs,
            types: &types,
            ty: &case.ty,
            output: &output,
            kept: &kept,
            wants_inputs: &wants_inputs,
            wants_weights: true,
            half: false,
            world: None,
        };
        let found = compute(&def).vjp().expect("a way back").pull(&look, &cotangent);
        let expected = case.call(&inputs, |layer, call| Tape::record(layer, call).1.pull(&cotangent));
        let all = |cotangents: super::layers::Cotangents| {
            cotangents.inputs.into_iter().chain(cotangents.weights).map(|one| one.map(|one| one.to_host()))
        };
        let (found, expected): (Vec<_>, Vec<_>) = (all(found).collect(), all(expected).collect());
        assert_eq!(found.len(), inputs.len() + case.weights.len(), "`{name}`");
        for (found, expected) in found.iter().zip(&expected) {
            near(name, found.as_ref().expect("a cotangent"), expected.as_ref().expect("a gradient"));
        }
    }
}
