//! Padding never changes a number: every layer that takes sizes which differ from row to row gives a row the same output and
//! the same gradients alone, among longer rows, and padded further than any row needs.

use burn::tensor::Device;

use super::layers::{Cotangents, Forward, Recorded, compute, handed_on};
use super::tape::Tape;
use super::value::{Extents, Index, Lengths, Real, Value};
use super::{Draw, weights};
use crate::catalog::ArgValue::{Integer, Word};
use crate::catalog::error::Undecided;
use crate::catalog::layers::{self, LayerDef};
use crate::catalog::{ArgValue, Args, Axis, Dim, Facts, Kind, Type};

mod samples;

pub(super) use samples::samples;

pub(super) fn device() -> Device {
    Device::flex()
}

pub(super) fn layer(name: &str, args: &[(&'static str, ArgValue)]) -> LayerDef {
    let entry = layers::find(name).unwrap_or_else(|| panic!("no layer {name}"));
    (entry.from_args)(&Args { values: args.to_vec() }).unwrap_or_else(|| panic!("bad arguments for {name}"))
}

pub(super) fn rows() -> Axis {
    Axis::new(Axis::ROWS, Dim::symbol("rows(d)"))
}

/// Inputs whose sizes differ from row to row: texts, series, pictures, clips of such pictures.
fn variable_types() -> Vec<Type> {
    let time = || Axis::new(Axis::TIME, Dim::extent("length(x)"));
    let fixed = |name, size| Axis::new(name, Dim::int(size));
    let picture = || {
        let height = Axis::new(Axis::HEIGHT, Dim::extent("height(x)"));
        [fixed(Axis::CHANNELS, 4), height, Axis::new(Axis::WIDTH, Dim::extent("width(x)"))]
    };
    let real = |axes: &[Axis]| Type::new(Kind::Real, [&[rows()], axes].concat());
    vec![
        Type::new(Kind::Tokens { vocabulary: Dim::int(7) }, vec![rows(), time()]),
        real(&[time(), fixed(Axis::FEATURES, 4)]),
        real(&[time()]),
        real(&picture()),
        real(&[&[fixed(Axis::TIME, 2)], picture().as_slice()].concat()),
        real(&[time(), fixed(Axis::CHANNELS, 4), fixed(Axis::HEIGHT, 4), fixed(Axis::WIDTH, 3)]),
    ]
}

/// The rows of the data: how long each is along each variable axis. One is empty, one alone needs no padding.
const LENGTHS: [[usize; 2]; 4] = [[3, 2], [0, 4], [6, 1], [1, 3]];

/// Some rows, padded to their longest and `more`.
fn value(ty: &Type, which: &[usize], more: usize, input: usize, noise: u64) -> Value {
    let own = |axis: usize| ty.axes[1..axis].iter().filter(|axis| axis.varies()).count();
    let length = |axis: usize, row: usize| LENGTHS[row][own(axis)];
    let sizes: Vec<usize> = (1..ty.rank())
        .map(|axis| match ty.axes[axis].size.value() {
            Some(size) => size as usize,
            None => which.iter().map(|row| length(axis, *row)).max().unwrap_or(0).max(1) + more,
        })
        .collect();
    let (draw, garbage) = (Draw::new(5, "test", "content"), Draw::new(noise, "test", "padding"));
    let width: usize = sizes.iter().product();
    let mut numbers = Vec::with_capacity(which.len() * width);
    for row in which {
        for place in 0..width {
            let at = coordinates(place, &sizes);
            let real =
                at.iter().enumerate().all(|(axis, at)| !ty.axes[axis + 1].varies() || *at < length(axis + 1, *row));
            let name = at.iter().fold((input * 10 + row) as u64, |name, at| name * 50 + *at as u64);
            numbers.push(if real { draw.uniform(name) } else { garbage.uniform(place as u64) });
        }
    }
    let shape: Vec<usize> = std::iter::once(which.len()).chain(sizes).collect();
    let variable = (1..ty.rank()).filter(|axis| ty.axes[*axis].varies());
    let extents: Extents = variable
        .map(|axis| (axis, Lengths::from(which.iter().map(|row| length(axis, *row)).collect::<Vec<_>>())))
        .collect();
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

fn coordinates(mut place: usize, sizes: &[usize]) -> Vec<usize> {
    let mut at: Vec<usize> = sizes
        .iter()
        .rev()
        .map(|size| {
            let own = place % size;
            place /= size;
            own
        })
        .collect();
    at.reverse();
    at
}

/// A row's own numbers, and those of its padding.
fn parts(value: &Real, row: usize) -> (Vec<f32>, Vec<f32>) {
    let sizes = &value.shape()[1..];
    let width: usize = sizes.iter().product();
    let numbers = value.to_host();
    let own = |place: &usize| {
        let at = coordinates(*place, sizes);
        value.extents().axes().all(|axis| at[axis - 1] < value.extents().of(axis).map_or(usize::MAX, |own| own[row]))
    };
    let (real, padding): (Vec<usize>, Vec<usize>) = (0..width).partition(own);
    let of = |places: Vec<usize>| places.into_iter().map(|place| numbers[row * width + place]).collect();
    (of(real), of(padding))
}

struct Sample {
    def: LayerDef,
    types: Vec<Type>,
    ty: Type,
    weights: Vec<Real>,
    vary: Vec<bool>,
}

/// What came of some rows: of each row the output and the cotangents of the inputs; of all, those of the weights.
struct Outcome {
    rows: Vec<(Vec<usize>, Vec<f32>)>,
    inputs: Vec<Vec<Vec<f32>>>,
    weights: Vec<Vec<f32>>,
    report: Option<Vec<f32>>,
}

impl Sample {
    /// `None` if the layer refuses such inputs.
    fn new(def: &LayerDef, ty: &Type) -> Option<Result<Sample, String>> {
        let vector = Type::real(rows(), [Dim::int(2)]);
        let types = match def {
            LayerDef::Mixture(_) => vec![vector, ty.clone(), ty.clone()],
            LayerDef::Substitute(_) => {
                vec![ty.clone(), Type::new(Kind::Category { classes: Dim::int(2) }, vec![rows()])]
            }
            LayerDef::PointerGenerator(_) => {
                let tokens = Type::new(Kind::Tokens { vocabulary: Dim::int(7) }, ty.axes.get(..2)?.to_vec());
                vec![ty.with_last(Dim::int(7)), ty.clone(), ty.clone(), tokens]
            }
            // Tested by themselves: their rows are others.
            LayerDef::Union(_) | LayerDef::SplitPlaces(_) | LayerDef::JoinPlaces(_) => return None,
            _ => vec![ty.clone(); *def.arity().start()],
        };
        let ty = match def.infer(&types, &mut Undecided::default()) {
            Ok(ty) => ty,
            Err(error) => return Some(Err(error.message)),
        };
        // What hands indices on as they are has nothing to compute.
        if !ty.is_real() {
            return None;
        }
        let specs = def.weights(&types);
        let size =
            |dim: &Dim| weights::size(dim, &Facts::new()).unwrap_or_else(|error| panic!("{}: {error}", def.name()));
        let weights = specs.iter().enumerate().map(|(place, spec)| {
            let shape: Vec<usize> = spec.shape.iter().map(size).collect();
            let draw = Draw::new(7, "weight", &place.to_string());
            let count = shape.iter().product::<usize>() as u64;
            // A variance is positive.
            let drawn = |drawn: f32| if spec.trainable { drawn } else { drawn.abs() + 0.5 };
            Real::from_host((0..count).map(|at| drawn(draw.normal(at) as f32)).collect(), shape, &device())
        });
        let vary = types.iter().map(Type::is_variable).collect();
        Some(Ok(Sample { weights: weights.collect(), def: def.clone(), types, ty, vary }))
    }

    fn run(&self, which: &[usize], more: usize, noise: u64, training: bool) -> Outcome {
        let inputs: Vec<Value> =
            self.types.iter().enumerate().map(|(at, ty)| value(ty, which, more, at, noise + at as u64)).collect();
        let types: Vec<&Type> = self.types.iter().collect();
        let sizes: Vec<usize> = self.ty.axes[1..].iter().map(|axis| axis.size.value().unwrap_or(0) as usize).collect();
        let device = device();
        let call = || Forward {
            weights: &self.weights,
            inputs: &inputs,
            types: &types,
            ty: &self.ty,
            sizes: &sizes,
            training,
            half: false,
            draw: Draw::new(1, "test", "layer"),
            device: &device,
            then: None,
            kept: Vec::new(),
            state: Vec::new(),
            standing: None,
            together: None,
        };
        let layer = compute(&self.def);
        let mut forward = call();
        let output = layer.forward(&mut forward);
        let output = handed_on(output, &self.ty, &inputs, &types);
        let kept = forward.kept;
        let output_real = output.real();
        // A cotangent of its own at each real place, and none at padding.
        let cotangent = self.cotangent(output_real, which);
        let wants_inputs: Vec<bool> = inputs.iter().map(|input| matches!(input, Value::Real(_))).collect();
        let look = Recorded {
            weights: &self.weights,
            inputs: &inputs,
            types: &types,
            ty: &self.ty,
            output: &output,
            kept: &kept,
            wants_inputs: &wants_inputs,
            wants_weights: true,
            half: false,
            world: None,
        };
        let Cotangents { inputs: back, weights } = match layer.vjp() {
            Some(vjp) => vjp.pull(&look, &cotangent),
            None => Tape::record(layer, &mut call()).1.pull(&cotangent),
        };
        let name = self.def.name();
        let mut own_back = Vec::new();
        for (input, back) in inputs.iter().zip(back) {
            let (Value::Real(input), Some(back)) = (input, back) else { continue };
            let back = back.with_extents(input.extents().clone());
            let of_rows = (0..which.len()).map(|row| {
                let (own, padding) = parts(&back, row);
                assert!(padding.iter().all(|number| *number == 0.0), "`{name}` lets padding learn: {padding:?}");
                own
            });
            own_back.push(of_rows.collect());
        }
        let of_rows = (0..which.len()).map(|row| {
            let lengths = output_real.extents().axes().filter_map(|axis| output_real.extents().of(axis));
            (lengths.map(|lengths| lengths[row]).collect(), parts(output_real, row).0)
        });
        Outcome {
            rows: of_rows.collect(),
            inputs: own_back,
            weights: weights.into_iter().flatten().map(|weight| weight.to_host()).collect(),
            report: layer.report(&look).map(super::value::to_host),
        }
    }

    fn cotangent(&self, output: &Real, which: &[usize]) -> Real {
        let draw = Draw::new(3, "test", "cotangent");
        let sizes = &output.shape()[1..];
        let width: usize = sizes.iter().product();
        let numbers = (0..which.len() * width).map(|place| {
            let at = coordinates(place % width, sizes);
            draw.normal(at.iter().fold(which[place / width] as u64, |name, at| name * 50 + *at as u64)) as f32
        });
        Real::from_host(numbers.collect(), output.shape().to_vec(), &device())
            .with_extents(output.extents().clone())
            .filled(0.0)
    }

    fn check(&self) {
        let name = self.def.name();
        let (all, random) = ([0, 1, 2, 3], self.def.capabilities().random);
        let batch = self.run(&all, 0, 20, true);
        let padded = self.run(&all, 3, 40, true);
        near_all(name, "rows of a batch padded further", &padded.rows, &batch.rows);
        near_each(name, "gradients of inputs, padded further", &padded.inputs.concat(), &batch.inputs.concat());
        near_each(name, "gradients of weights, padded further", &padded.weights, &batch.weights);
        if let (Some(found), Some(expected)) = (padded.report, batch.report) {
            near(name, "what the report says, padded further", &found, &expected);
        }
        // Random draws are those of a place in the batch, and a row that is normalised with others is another alone.
        let training = !random && !self.def.capabilities().mixes_rows;
        let batch = self.run(&all, 0, 20, training);
        let alone: Vec<Outcome> = all.iter().map(|row| self.run(&[*row], 0, 60, training)).collect();
        let mut sums: Vec<Vec<f32>> = batch.weights.iter().map(|weight| vec![0.0; weight.len()]).collect();
        for (row, alone) in alone.iter().enumerate() {
            near_all(name, "a row alone", &alone.rows, &batch.rows[row..=row]);
            for (input, batch) in alone.inputs.iter().zip(&batch.inputs) {
                near(name, "the gradient of a row alone", &input[0], &batch[row]);
            }
            for (sum, weight) in sums.iter_mut().zip(&alone.weights) {
                sum.iter_mut().zip(weight).for_each(|(sum, own)| *sum += own);
            }
        }
        near_each(name, "the gradients of weights, row by row", &sums, &batch.weights);
    }
}

fn near(name: &str, what: &str, found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len(), "`{name}`: {what}");
    for (found, expected) in found.iter().zip(expected) {
        let close = (found - expected).abs() <= 2e-5 * expected.abs().max(1.0);
        assert!(close, "`{name}`: {what}: {found} is not {expected}");
    }
}

fn near_each(name: &str, what: &str, found: &[Vec<f32>], expected: &[Vec<f32>]) {
    assert_eq!(found.len(), expected.len(), "`{name}`: {what}");
    found.iter().zip(expected).for_each(|(found, expected)| near(name, what, found, expected));
}

fn near_all(name: &str, what: &str, found: &[(Vec<usize>, Vec<f32>)], expected: &[(Vec<usize>, Vec<f32>)]) {
    for ((lengths, found), (expected_lengths, expected)) in found.iter().zip(expected) {
        assert_eq!(lengths, expected_lengths, "`{name}`: lengths of {what}");
        near(name, what, found, expected);
    }
}

#[test]
fn padding_changes_no_number_of_any_layer() {
    let mut takes: Vec<&str> = Vec::new();
    for entry in layers::ENTRIES {
        for def in samples(entry.name) {
            for ty in variable_types() {
                match Sample::new(&def, &ty) {
                    Some(Ok(sample)) => {
                        assert!(sample.vary.contains(&true));
                        sample.check();
                        takes.push(entry.name);
                    }
                    Some(Err(message)) => assert!(message.contains('`'), "{message}"),
                    None => {}
                }
            }
        }
    }
    takes.dedup();
    // Those that refuse every size which differs from row to row. A new layer stands here or is tried above.
    let refuse = layers::ENTRIES.iter().map(|entry| entry.name).filter(|name| !takes.contains(name));
    let refused = "class_token coordinates ensemble feature_tokens flatten gate join_places member_dense member_scale periodic picture_to_sequence pixel_shuffle reshape sparse_gate spatial_softmax \
                   split_places squeeze_excitation union";
    assert_eq!(refuse.collect::<Vec<_>>().join(" "), refused);
}

/// One evaluation of a layer in evaluation, and the cotangents of its inputs and weights for a cotangent of its output.
fn through(def: &LayerDef, inputs: &[Value], types: &[Type], weights: &[Real]) -> (Type, Value) {
    let ty = def.infer(types, &mut Undecided::default()).unwrap_or_else(|error| panic!("{}", error.message));
    let views: Vec<&Type> = types.iter().collect();
    let device = device();
    let mut call = Forward {
        weights,
        inputs,
        types: &views,
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
    let output = compute(def).forward(&mut call);
    let output = handed_on(output, &ty, inputs, &views);
    (ty, output)
}

fn back(def: &LayerDef, inputs: &[Value], types: &[Type], ty: &Type, output: &Value, cotangent: &Real) -> Vec<Real> {
    let views: Vec<&Type> = types.iter().collect();
    let wants_inputs = vec![true; inputs.len()];
    let look = Recorded {
        weights: &[],
        inputs,
        types: &views,
        ty,
        output,
        kept: &[],
        wants_inputs: &wants_inputs,
        wants_weights: false,
        half: false,
        world: None,
    };
    let pulled = compute(def).vjp().expect("a way back").pull(&look, cotangent);
    pulled.inputs.into_iter().flatten().collect()
}

#[test]
fn places_are_taken_apart_and_put_back() {
    let (split, join) = (&samples("split_places")[0], &samples("join_places")[0]);
    let time = Axis::new(Axis::TIME, Dim::extent("length(x)"));
    let height = Axis::new(Axis::HEIGHT, Dim::extent("height(x)"));
    let clip = [rows(), time, Axis::new(Axis::CHANNELS, Dim::int(2)), height, Axis::new(Axis::WIDTH, Dim::int(2))];
    let fixed = [rows(), Axis::new(Axis::TIME, Dim::int(3)), Axis::new(Axis::FEATURES, Dim::int(2))];
    for ty in [Type::new(Kind::Real, clip.to_vec()), Type::new(Kind::Real, fixed.to_vec())] {
        for (which, more) in [(vec![0, 1, 2, 3], 0), (vec![0, 1, 2, 3], 2), (vec![1], 0), (vec![1], 1), (vec![3], 2)] {
            let x = value(&ty, &which, more, 0, 20);
            let (inner, places) = through(split, std::slice::from_ref(&x), std::slice::from_ref(&ty), &[]);
            let count: usize = match ty.axes[1].varies() {
                // One of padding where there is none.
                true => which.iter().map(|row| LENGTHS[*row][0]).sum::<usize>().max(1),
                false => 3 * which.len(),
            };
            assert_eq!(places.shape()[0], count);
            if let Some(heights) = places.extents().of(2) {
                let of_rows = which.iter().flat_map(|row| vec![LENGTHS[*row][1]; LENGTHS[*row][0]]);
                let expected: Vec<usize> = of_rows.collect();
                assert!(expected.is_empty() || heights[..] == expected[..], "{heights:?} is not {expected:?}");
            }
            let both = [places.clone(), x.clone()];
            let (outer, again) = through(join, &both, &[inner.clone(), ty.clone()], &[]);
            assert_eq!(outer, ty);
            for row in 0..which.len() {
                assert_eq!(parts(again.real(), row).0, parts(x.real(), row).0, "what each row has");
            }
            assert_eq!(again.extents(), x.extents());
            // The ways back undo each other as well.
            let cotangent = again.real().map(|flat| flat * 3.0 + 1.0).filled(0.0);
            let of_places = back(join, &both, &[inner, ty.clone()], &outer, &again, &cotangent).remove(0);
            let (whole, types) = (std::slice::from_ref(&x), std::slice::from_ref(&ty));
            let of_rows = back(split, whole, types, &outer, &places, &of_places).remove(0);
            for row in 0..which.len() {
                let cotangent = cotangent.clone().with_extents(x.extents().clone());
                assert_eq!(parts(&of_rows.clone().with_extents(x.extents().clone()), row).0, parts(&cotangent, row).0);
            }
        }
    }
}

#[test]
fn stacked_rows_keep_their_lengths() {
    let union = &samples("union")[0];
    let of = |data: &str, length: &str, size: Option<i64>| {
        let rows = Axis::new(Axis::ROWS, Dim::symbol(format!("rows({data})")));
        let time = size.map_or_else(|| Dim::extent(length), Dim::int);
        Type::new(Kind::Real, vec![rows, Axis::new(Axis::TIME, time), Axis::new(Axis::FEATURES, Dim::int(2))])
    };
    let types = [of("a", "length(x)", None), of("b", "length(y)", None), of("c", "", Some(4))];
    let inputs =
        [value(&types[0], &[0, 1], 0, 0, 20), value(&types[1], &[2], 1, 1, 30), value(&types[2], &[3], 0, 2, 40)];
    let (ty, stacked) = through(union, &inputs, &types, &[]);
    assert_eq!(ty.axes[1].size.to_string(), "union(length(x), length(y), 4)");
    assert_eq!(stacked.shape(), [4, 7, 2]);
    assert_eq!(stacked.extents().of(1).map(|lengths| lengths.to_vec()), Some(vec![3, 0, 6, 4]));
    let expected = [parts(inputs[0].real(), 0).0, vec![], parts(inputs[1].real(), 0).0, inputs[2].real().to_host()];
    for (row, expected) in expected.iter().enumerate() {
        assert_eq!(&parts(stacked.real(), row).0, expected);
    }
    let pulled = back(union, &inputs, &types, &ty, &stacked, stacked.real());
    for (pulled, input) in pulled.iter().zip(&inputs) {
        assert_eq!((pulled.shape(), pulled.to_host()), (input.shape(), input.real().to_host()));
    }
}

#[test]
fn a_convolution_over_time_meets_zeros_around_each_row() {
    let conv = layer("conv1d", &[("channels", Integer(1)), ("padding", Word("same".into()))]);
    let ty = Type::new(
        Kind::Real,
        vec![rows(), Axis::new(Axis::TIME, Dim::extent("length(x)")), Axis::new(Axis::FEATURES, Dim::int(1))],
    );
    let host = |numbers: &[f32], shape: &[usize]| Real::from_host(numbers.to_vec(), shape.to_vec(), &device());
    // 1 2 3 4, and 5 6 with padding that is not zero.
    let x = host(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 90.0, 90.0], &[2, 4, 1]);
    let x = Value::Real(x.with_extents([(1, Lengths::from([4, 2]))].into_iter().collect()));
    let weights = [host(&[1.0, 10.0, -1.0], &[1, 1, 3]), host(&[0.5], &[1])];
    let (_, output) = through(&conv, &[x], &[ty], &weights);
    assert_eq!(parts(output.real(), 0).0, [8.5, 18.5, 28.5, 43.5]);
    assert_eq!(parts(output.real(), 1).0, [44.5, 65.5]);
}
