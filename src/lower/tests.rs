//! Every layer's own way back against burn's autodiff and against finite differences, and every layer's share of the
//! Gramian against its weight gradients.

use burn::tensor::Device;

use super::layers::{Compute, Forward, Recorded, compute};
use super::losses;
use super::tape::Tape;
use super::value::{Index, Real, Value};
use super::{Draw, tape};
use crate::catalog::error::Undecided;
use crate::catalog::layers::{self, LayerDef};
use crate::catalog::losses as loss_defs;
use crate::catalog::{Args, Axis, Dim, Facts, Kind, Type};

mod formulas;
mod pictures;
mod reference;

/// A layer, evaluated on random numbers.
struct Case {
    def: LayerDef,
    inputs: Vec<Value>,
    weights: Vec<Real>,
    types: Vec<Type>,
    ty: Type,
    sizes: Vec<usize>,
}

fn device() -> Device {
    Device::flex()
}

fn random(name: &str, shape: &[usize]) -> Real {
    let draw = Draw::new(3, "test", name);
    let values = (0..shape.iter().product::<usize>() as u64).map(|place| draw.normal(place) as f32).collect();
    Real::from_host(values, shape.to_vec(), &device())
}

fn layer(name: &str, args: &[(&'static str, crate::catalog::ArgValue)]) -> LayerDef {
    let entry = layers::find(name).unwrap_or_else(|| panic!("no layer {name}"));
    (entry.from_args)(&Args { values: args.to_vec() }).unwrap_or_else(|| panic!("bad arguments for {name}"))
}

fn case(def: LayerDef, inputs: Vec<Value>) -> Case {
    let types = inputs
        .iter()
        .map(|input| {
            let rows = Axis::new(Axis::ROWS, Dim::int(input.shape()[0] as i64));
            let mut ty = Type::real(rows, input.shape()[1..].iter().map(|size| Dim::int(*size as i64)));
            if def.name().starts_with("member_") {
                ty.axes[1].name = Type::MEMBERS;
            }
            match input {
                Value::Real(_) => ty,
                Value::Index(_) => ty.with_kind(Kind::Category { classes: Dim::int(5) }),
            }
        })
        .collect();
    case_of(def, inputs, types)
}

/// A case whose inputs have these types.
fn case_of(def: LayerDef, inputs: Vec<Value>, types: Vec<Type>) -> Case {
    let output = def.infer(&types, &mut Undecided::default()).unwrap_or_else(|error| panic!("{}", error.message));
    let size = |dim: &Dim| super::weights::size(dim, &Facts::new()).unwrap_or_else(|error| panic!("{error}"));
    let sizes = output.axes[1..].iter().map(|axis| size(&axis.size)).collect();
    let weights = def
        .weights(&types)
        .iter()
        .map(|spec| {
            let shape: Vec<usize> = spec.shape.iter().map(size).collect();
            let noise = random(&spec.name, &shape);
            // A variance must be positive.
            if spec.trainable { noise } else { noise.map(|flat| flat.abs() + 0.5) }
        })
        .collect();
    Case { def, inputs, weights, types, ty: output, sizes }
}

impl Case {
    fn call<R>(&self, inputs: &[Value], weights: &[Real], run: impl FnOnce(&dyn Compute, &mut Forward<'_>) -> R) -> R {
        let types: Vec<&Type> = self.types.iter().collect();
        let device = device();
        let mut call = Forward {
            weights,
            inputs,
            types: &types,
            ty: &self.ty,
            sizes: &self.sizes,
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
        run(compute(&self.def), &mut call)
    }

    /// Looks back at the case, as one whose inputs' cotangents are wanted.
    fn look<R>(&self, wants_weights: bool, look: impl FnOnce(&Recorded<'_>) -> R) -> R {
        let output = self.call(&self.inputs, &self.weights, |layer, call| layer.forward(call));
        let wants_inputs = vec![true; self.inputs.len()];
        let types: Vec<&Type> = self.types.iter().collect();
        look(&Recorded {
            weights: &self.weights,
            inputs: &self.inputs,
            types: &types,
            ty: &self.ty,
            output: &output,
            kept: &[],
            wants_inputs: &wants_inputs,
            wants_weights,
            half: false,
            world: None,
        })
    }

    /// ⟨cotangent, output⟩ as a function of one number of an input or weight.
    fn projected(&self, inputs: &[Value], weights: &[Real], cotangent: &Real) -> f64 {
        let output = self.call(inputs, weights, |layer, call| layer.forward(call));
        let pairs = output.real().to_host().into_iter().zip(cotangent.to_host());
        pairs.map(|(value, weight)| f64::from(value) * f64::from(weight)).sum()
    }

    fn check(&self) {
        let name = self.def.name();
        let (output, recorded) = self.call(&self.inputs, &self.weights, Tape::record);
        let cotangent = random("cotangent", output.shape());
        let reference = recorded.pull(&cotangent);
        // Against finite differences.
        for (index, input) in self.inputs.iter().enumerate() {
            let (Value::Real(input), Some(gradient)) = (input, &reference.inputs[index]) else { continue };
            for (place, slope) in gradient.to_host().iter().enumerate().step_by(3) {
                let at = |shift: f32| {
                    let mut values = input.to_host();
                    values[place] += shift;
                    let mut inputs = self.inputs.clone();
                    inputs[index] = Value::Real(Real::from_host(values, input.shape().to_vec(), &device()));
                    self.projected(&inputs, &self.weights, &cotangent)
                };
                near(&format!("{name} input {index}[{place}]"), (at(1e-2) - at(-1e-2)) / 2e-2, f64::from(*slope), 3e-2);
            }
        }
        // The layer's own way back against the recorded one.
        let Some(vjp) = compute(&self.def).vjp() else { return };
        let kept = self.call(&self.inputs, &self.weights, |layer, call| {
            layer.forward(call);
            std::mem::take(&mut call.kept)
        });
        let wants_inputs: Vec<bool> = self.inputs.iter().map(|input| matches!(input, Value::Real(_))).collect();
        let types: Vec<&Type> = self.types.iter().collect();
        let look = Recorded {
            weights: &self.weights,
            inputs: &self.inputs,
            types: &types,
            ty: &self.ty,
            output: &output,
            kept: &kept,
            wants_inputs: &wants_inputs,
            wants_weights: true,
            half: false,
            world: None,
        };
        let own = vjp.pull(&look, &cotangent);
        let all = |found: &[Option<Real>], expected: &[Option<Real>], what: &str| {
            for (found, expected) in found.iter().zip(expected) {
                let (Some(found), Some(expected)) = (found, expected) else { continue };
                assert_eq!(found.shape(), expected.shape(), "{name} {what}");
                for (found, expected) in found.to_host().into_iter().zip(expected.to_host()) {
                    near(&format!("{name} {what}"), f64::from(found), f64::from(expected), 2e-4);
                }
            }
        };
        all(&own.inputs, &reference.inputs, "input");
        all(&own.weights, &reference.weights, "weight");
        assert_eq!(own.weights.len(), self.weights.len(), "{name} gives every weight a gradient");
        let other = random("other cotangent", output.shape());
        let second = vjp.pull(&look, &other);
        let several = vjp.pull_each(&look, &[cotangent.clone(), other.clone()]);
        for (one, expected) in several.iter().zip([&own, &second]) {
            all(&one.inputs, &expected.inputs, "input of one of several");
            all(&one.weights, &expected.weights, "weight of one of several");
            assert_eq!(
                (one.inputs.len(), one.weights.len()),
                (expected.inputs.len(), expected.weights.len()),
                "{name}"
            );
        }
        let inputs_only = Recorded { wants_weights: false, ..look };
        let several = vjp.pull_each(&inputs_only, &[cotangent.clone(), other.clone()]);
        for (one, expected) in several.iter().zip([&own, &second]) {
            all(&one.inputs, &expected.inputs, "input of one of several, without weights");
            assert_eq!(one.inputs.len(), expected.inputs.len(), "{name}");
        }
        // The share of the Gramian against the weight gradients.
        if let Some(share) = vjp.gramian(&look, &[cotangent, other]) {
            let flat = |weights: &[Option<Real>]| -> Vec<f64> {
                weights.iter().flatten().flat_map(|weight| weight.to_host()).map(f64::from).collect()
            };
            let rows = [flat(&own.weights), flat(&second.weights)];
            for (place, found) in super::value::to_host(share).into_iter().enumerate() {
                let dot: f64 = rows[place / 2].iter().zip(&rows[place % 2]).map(|(a, b)| a * b).sum();
                near(&format!("{name} gramian"), f64::from(found), dot, 1e-3);
            }
        } else {
            assert_ne!(name, "dense", "the case must be one in which dense gives its share");
        }
    }
}

fn near(what: &str, found: f64, expected: f64, tolerance: f64) {
    let scale = expected.abs().max(1.0);
    assert!((found - expected).abs() <= tolerance * scale, "{what}: {found} is not {expected}");
}

#[test]
fn unlike_siblings_are_pulled_together_as_one_by_one() {
    use crate::catalog::ArgValue::{Bool, Integer};
    let x = || vec![Value::Real(random("x", &[5, 7]))];
    let cases = [
        case(layer("dense", &[("units", Integer(1))]), x()),
        case(layer("dense", &[("units", Integer(3)), ("bias", Bool(false))]), x()),
        case(layer("dense", &[("units", Integer(2))]), x()),
    ];
    let cotangents: Vec<Real> = cases.iter().map(|case| random(case.def.name(), &[5, case.sizes[0]])).collect();
    let weights: Vec<Vec<Real>> = cases.iter().map(|case| case.weights.clone()).collect();
    let looked: Vec<_> = cases
        .iter()
        .zip(&cotangents)
        .map(|(case, cotangent)| {
            let vjp = compute(&case.def).vjp().expect("dense has a way back");
            case.look(true, |look| vjp.pull(look, cotangent))
        })
        .collect();
    let first = compute(&cases[0].def).vjp().expect("dense has a way back");
    let found = cases[0]
        .look(true, |look| first.siblings().expect("dense has siblings").pull_together(look, &weights, &cotangents));
    let sum = looked.iter().filter_map(|pulled| pulled.inputs[0].clone()).reduce(Real::plus);
    let close = |found: &Real, expected: &Real, what: &str| {
        assert_eq!(found.shape(), expected.shape(), "{what}");
        for (found, expected) in found.to_host().into_iter().zip(expected.to_host()) {
            near(what, f64::from(found), f64::from(expected), 1e-5);
        }
    };
    close(&found.input.expect("a cotangent of x"), &sum.expect("cotangents of x"), "input");
    assert_eq!(found.weights.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1, 2]);
    for (found, expected) in found.weights.iter().zip(&looked) {
        for (found, expected) in found.iter().zip(expected.weights.iter().flatten()) {
            close(found, expected, "weight");
        }
    }
    let inputs_only = cases[0]
        .look(false, |look| first.siblings().expect("dense has siblings").pull_together(look, &weights, &cotangents));
    assert!(inputs_only.input.is_some() && inputs_only.weights.is_empty());
}

#[test]
fn layers_of_few_rows_have_the_gramian_of_their_weight_gradients() {
    use crate::catalog::ArgValue::{Bool, Integer, Word};
    let picture = || vec![Value::Real(random("x", &[4, 64, 4, 4]))];
    // Two bands of rows, the second shorter.
    let dense = case(layer("dense", &[("units", Integer(320))]), vec![Value::Real(random("x", &[129, 320]))]);
    has_its_gramian(&dense, &[129, 320]);
    let strided = [("channels", Integer(96)), ("stride", Integer(2)), ("padding", Word("same".into()))];
    has_its_gramian(&case(layer("conv2d", &strided), picture()), &[4, 96, 2, 2]);
    let dilated = [("channels", Integer(80)), ("kernel", Integer(2)), ("dilation", Integer(2)), ("bias", Bool(false))];
    has_its_gramian(&case(layer("conv2d", &dilated), picture()), &[4, 80, 2, 2]);
}

/// Of three cotangents, against the weight gradients that they give.
fn has_its_gramian(case: &Case, shape: &[usize]) {
    let cotangents: Vec<Real> = ["a", "b", "c"].iter().map(|name| random(name, shape)).collect();
    let vjp = compute(&case.def).vjp().expect("it has a way back");
    let found = case.look(true, |look| vjp.gramian(look, &cotangents));
    let found = super::value::to_host(found.expect("rows are few"));
    let gradients: Vec<Vec<f32>> = case
        .look(true, |look| vjp.pull_each(look, &cotangents))
        .into_iter()
        .map(|each| each.weights.into_iter().flatten().flat_map(|weight| weight.to_host()).collect())
        .collect();
    for (place, found) in found.into_iter().enumerate() {
        let (one, other) = (&gradients[place / 3], &gradients[place % 3]);
        let expected: f64 = one.iter().zip(other).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        // Of the size of the diagonal: inner products of unlike tasks may be near zero.
        let size: f64 = one.iter().map(|a| f64::from(*a).powi(2)).sum();
        assert!((f64::from(found) - expected).abs() < 1e-4 * size, "{place}: {found} is not {expected}");
    }
}

#[test]
fn every_layer_goes_back_as_it_went_forward() {
    use crate::catalog::ArgValue::{Bool, Integer, List, Word};
    let vector = || vec![Value::Real(random("x", &[4, 6]))];
    let picture = || vec![Value::Real(random("x", &[2, 3, 6, 5]))];
    let series = || vec![Value::Real(random("x", &[2, 7, 3]))];
    let two = |shape: &[usize]| vec![Value::Real(random("x", shape)), Value::Real(random("y", shape))];
    let mut cases = vec![
        case(layer("add", &[]), two(&[4, 6])),
        case(layer("avg_pool", &[("kernel", Integer(2))]), picture()),
        case(layer("batch_norm", &[]), vec![Value::Real(random("x", &[8, 3]))]),
        case(layer("batch_norm", &[]), picture()),
        case(layer("concat", &[]), two(&[4, 6])),
        case(layer("concat", &[]), two(&[2, 3, 4, 4])),
        case(layer("conv1d", &[("channels", Integer(4)), ("padding", Word("same".into()))]), series()),
        case(layer("conv1d", &[("channels", Integer(2)), ("stride", Integer(2)), ("dilation", Integer(2))]), series()),
        case(layer("conv2d", &[("channels", Integer(4)), ("padding", Word("same".into()))]), picture()),
        case(layer("conv2d", &[("channels", Integer(6)), ("stride", Integer(2)), ("groups", Integer(3))]), picture()),
        case(layer("conv_transpose2d", &[("channels", Integer(2)), ("kernel", Integer(5))]), picture()),
        case(layer("dense", &[("units", Integer(40))]), vec![Value::Real(random("x", &[3, 60]))]),
        case(layer("dropout", &[]), vector()),
        case(layer("ensemble", &[("members", Integer(3))]), vector()),
        case(layer("feature_scale", &[]), vector()),
        case(layer("feature_scale", &[]), vec![Value::Real(random("x", &[2, 4, 5]))]),
        case(layer("feature_tokens", &[("width", Integer(3))]), vector()),
        case(layer("feature_tokens", &[("width", Integer(3)), ("summary", Bool(false))]), vector()),
        case(layer("flatten", &[]), picture()),
        case(layer("global_avg_pool", &[]), picture()),
        case(layer("global_avg_pool", &[]), series()),
        case(layer("global_max_pool", &[]), picture()),
        case(layer("global_max_pool", &[]), series()),
        case(layer("identity", &[]), vector()),
        case(layer("layer_norm", &[]), vector()),
        case(layer("gelu", &[("approximate", Word("tanh".into()))]), vector()),
        case(layer("rms_norm", &[]), vec![Value::Real(random("x", &[2, 4, 5]))]),
        case(layer("positions", &[("max", Integer(9))]), series()),
        case(
            layer("attend", &[("causal", Bool(true))]),
            ["q", "k", "v"].map(|name| Value::Real(random(name, &[2, 4, 3]))).into(),
        ),
        case(layer("low_rank", &[("units", Integer(5)), ("rank", Integer(2))]), vector()),
        case(layer("low_rank", &[("units", Integer(3))]), vec![Value::Real(random("x", &[2, 4, 5]))]),
        case(layer("max_pool", &[("kernel", Integer(2))]), picture()),
        case(layer("mean_pool", &[]), vec![Value::Real(random("x", &[3, 4, 5]))]),
        case(layer("member_dense", &[("units", Integer(2))]), vec![Value::Real(random("x", &[4, 3, 5]))]),
        case(layer("member_scale", &[]), vec![Value::Real(random("x", &[4, 3, 5]))]),
        waves(false),
        waves(true),
        case(layer("reshape", &[("sizes", List(vec![Integer(2), Integer(3)]))]), vector()),
    ];
    for name in ["elu", "gelu", "leaky_relu", "mish", "relu", "relu6", "selu", "sigmoid", "silu", "softplus", "tanh"] {
        cases.push(case(layer(name, &[]), vector()));
    }
    cases.extend(joining());
    let classes = Value::Index(Index::from_host(vec![0, 4, 4, 2], vec![4], &device()));
    cases.push(case(layer("embed", &[("width", Integer(3))]), vec![classes]));
    // Some rows have the input, others lack it.
    for (by, shape) in [("learned", vec![4, 6]), ("zero", vec![4, 6]), ("learned", vec![4, 3, 2, 5])] {
        let present = Value::Index(Index::from_host(vec![1, 0, 0, 1], vec![4], &device()));
        let inputs = vec![Value::Real(random("x", &shape)), present];
        cases.push(case(layer("substitute", &[("by", Word(by.into()))]), inputs));
    }
    cases.extend(looking_across());
    cases.push(categories(layer("embed", &[("width", Integer(3))]), vec![0, 101, 5, 7, 0, 7]));
    cases.push(categories(layer("embed", &[]), vec![0, 100, 4, 7, 0, 7]));
    cases.iter().for_each(Case::check);
}

/// Layers of a head that writes, which look at what was read.
fn looking_across() -> Vec<Case> {
    use crate::catalog::ArgValue::{Dim as Size, Integer};
    let value = |name: &str, shape: &[usize]| Value::Real(random(name, shape));
    let [written, read] = [value("x", &[2, 3, 4]), value("y", &[2, 5, 6])];
    let ty = |shape: [i64; 3]| {
        let names = [Axis::ROWS, Axis::TIME, Axis::FEATURES];
        Type::new(Kind::Real, names.iter().zip(shape).map(|(name, size)| Axis::new(name, Dim::int(size))).collect())
    };
    let tokens = Value::Index(Index::from_host(vec![3, 2, 6, 2, 5, 4, 4, 2, 0, 1], vec![2, 5], &device()));
    let of_tokens = Type::new(Kind::Tokens { vocabulary: Dim::int(7) }, ty([2, 5, 1]).axes[..2].to_vec());
    vec![
        case_of(
            layer("cross_attention", &[("heads", Integer(2))]),
            vec![written.clone(), read.clone()],
            vec![ty([2, 3, 4]), ty([2, 5, 6])],
        ),
        case_of(
            layer("unembed", &[("units", Size(Dim::int(7)))]),
            vec![written.clone(), value("z", &[2, 3, 4])],
            vec![ty([2, 3, 4]); 2],
        ),
        case_of(
            layer("pointer_generator", &[]),
            vec![value("logits", &[2, 3, 7]), written, read, tokens],
            vec![ty([2, 3, 7]), ty([2, 3, 4]), ty([2, 5, 6]), of_tokens],
        ),
    ]
}

/// Three rows of two categories, one of 4 + 2 indices and one of 100 + 2.
fn categories(def: LayerDef, indices: Vec<i64>) -> Case {
    let column = |name: &str, classes| crate::catalog::CategoryColumn { name: name.into(), classes: Dim::int(classes) };
    let kind = Kind::Categories { columns: vec![column("a", 6), column("b", 102)] };
    let ty = Type::new(kind, vec![Axis::new("rows", Dim::int(3)), Axis::new(Axis::FEATURES, Dim::int(2))]);
    let indices = Value::Index(Index::from_host(indices, vec![3, 2], &device()));
    case_of(def, vec![indices], vec![ty])
}

/// A periodic embedding with frequencies as low as it starts with.
fn waves(lite: bool) -> Case {
    use crate::catalog::ArgValue::{Bool, Integer};
    let args = [("width", Integer(2)), ("frequencies", Integer(3)), ("lite", Bool(lite))];
    let mut case = case(layer("periodic", &args), vec![Value::Real(random("x", &[4, 3]))]);
    case.weights[0] = case.weights[0].clone().scaled(0.1);
    case
}

/// The layers that sharing strategies are made of.
fn joining() -> Vec<Case> {
    use crate::catalog::ArgValue::{Integer, Number, Word};
    let values = |shape: &[usize], count: usize| -> Vec<Value> {
        (0..count).map(|index| Value::Real(random(&format!("value {index}"), shape))).collect()
    };
    let gated = |shape: &[usize], count: usize| -> Vec<Value> {
        std::iter::once(Value::Real(random("gate", &[shape[0], count]))).chain(values(shape, count)).collect()
    };
    let per_channel = ("per", Word("channel".into()));
    let halves = ("subspaces", Integer(2));
    vec![
        case(layer("branch", &[]), values(&[4, 6], 3)),
        case(layer("fuse", &[]), values(&[4, 6], 3)),
        case(layer("fuse", &[]), values(&[2, 3, 4, 2], 2)),
        case(layer("fuse", &[]), values(&[2, 3, 4], 2)),
        case(layer("gate", &[("choices", Integer(3))]), values(&[4, 6], 1)),
        case(layer("layer_mix", &[]), values(&[2, 3, 4], 3)),
        case(layer("mask", &[]), values(&[4, 6], 2)),
        case(layer("mixture", &[]), gated(&[4, 6], 3)),
        case(layer("mixture", &[]), gated(&[2, 3, 4, 2], 2)),
        // Wide enough that no digit is final.
        case(layer("sparse_gate", &[("choices", Integer(4)), ("gamma", Number(40.0))]), values(&[4, 6], 1)),
        case(layer("stitch", &[]), values(&[4, 6], 3)),
        case(layer("stitch", std::slice::from_ref(&halves)), values(&[2, 4, 3, 2], 2)),
        case(layer("stitch", std::slice::from_ref(&per_channel)), values(&[2, 4, 3, 2], 3)),
        case(layer("stitch", &[halves, per_channel]), values(&[2, 3, 6], 2)),
    ]
}

#[test]
fn every_loss_has_the_slope_of_its_value() {
    let logits = random("logits", &[5, 3]);
    let classes = Value::Index(Index::from_host(vec![0, 2, 1, 1, 0], vec![5], &device()));
    let numbers = Value::Real(random("target", &[5, 3]));
    let zeros_and_ones = Value::Real(random("target", &[5, 3]).map(|flat| flat.greater_elem(0.0).float()));
    let all = [
        (loss_defs::LossDef::CrossEntropy(loss_defs::cross_entropy::CrossEntropy { smoothing: 0.0 }), &classes),
        (loss_defs::LossDef::CrossEntropy(loss_defs::cross_entropy::CrossEntropy { smoothing: 0.2 }), &classes),
        (loss_defs::LossDef::Huber(loss_defs::huber::Huber { delta: 0.7 }), &numbers),
        (loss_defs::LossDef::Mae(loss_defs::mae::Mae {}), &numbers),
        (loss_defs::LossDef::Mse(loss_defs::mse::Mse {}), &numbers),
    ];
    let bce = (loss_defs::find("binary_cross_entropy").expect("in the catalog").from_args)(&Args::default());
    let bce = bce.expect("no argument is needed");
    for (def, target) in all.iter().map(|(def, target)| (def, *target)).chain([(&bce, &zeros_and_ones)]) {
        let loss = losses::compute(def);
        let recorded = tape::loss_slopes(loss, std::slice::from_ref(&logits), target);
        let own = losses::slopes(loss, std::slice::from_ref(&logits), target);
        for (found, expected) in own[0].to_host().into_iter().zip(recorded[0].to_host()) {
            near(def.name(), f64::from(found), f64::from(expected), 1e-5);
        }
    }
}

#[test]
fn losses_agree_with_values_worked_by_hand() {
    let outputs = [Real::from_host(vec![2.0, 0.0, -1.0, 1.0], vec![2, 2], &device())];
    let classes = Value::Index(Index::from_host(vec![0, 0], vec![2], &device()));
    let smooth = loss_defs::cross_entropy::CrossEntropy { smoothing: 0.5 };
    let found = super::value::to_host(losses::ComputeLoss::rows(&smooth, &outputs, &classes));
    // Row 1: log-sum-exp 2.126928; 0.75·(2.126928 − 2) + 0.25·2.126928. Row 2: log-sum-exp 1.126928.
    near("row 1", f64::from(found[0]), 0.626928, 1e-5);
    near("row 2", f64::from(found[1]), 0.75 * 2.126928 + 0.25 * 0.126928, 1e-5);
    let huber = loss_defs::huber::Huber { delta: 1.0 };
    let zeros = Value::Real(Real::zeros(vec![2, 2], &device()));
    let found = super::value::to_host(losses::ComputeLoss::rows(&huber, &outputs, &zeros));
    near("huber", f64::from(found[0]), (1.5 + 0.0) / 2.0, 1e-6);
    near("huber", f64::from(found[1]), (0.5 + 0.5) / 2.0, 1e-6);
}

#[test]
fn one_number_per_channel_is_normalised_by_what_others_taught() {
    let look = |rows: usize| {
        let case = case(layer("batch_norm", &[]), vec![Value::Real(random("x", &[rows, 3]))]);
        let (output, states) =
            case.call(&case.inputs, &case.weights, |layer, call| (layer.forward(call), call.state.len()));
        (case, output.real().to_host(), states)
    };
    let (case, output, states) = look(1);
    assert_eq!(states, 0, "it teaches nothing");
    let x = case.inputs[0].real().to_host();
    let weights: Vec<Vec<f32>> = case.weights.iter().map(Real::to_host).collect();
    for channel in 0..3 {
        let [weight, bias, mean, variance] = [0, 1, 2, 3].map(|index| f64::from(weights[index][channel]));
        let expected = (f64::from(x[channel]) - mean) / (variance + 1e-5).sqrt() * weight + bias;
        near("one row", f64::from(output[channel]), expected, 1e-4);
    }
    assert_eq!(look(2).2, 2, "two rows have a mean and a variance");
}
