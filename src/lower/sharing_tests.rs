//! What gates, stitches and branches compute, against cases worked by hand.

use burn::tensor::Device;

use super::layers::{Forward, Recorded, compute};
use super::weights::Builder;
use super::{Draw, Real, Value};
use crate::catalog::error::Undecided;
use crate::catalog::layers::{Init, LayerDef, WeightSpec};
use crate::catalog::layers::{
    branch, concat, conv2d, fuse, gate, layer_mix, mask, mixture, padding, sparse_gate, stitch,
};
use crate::catalog::{Axis, Dim, Facts, Type};
use crate::graph::{Origin, Writer};

fn device() -> Device {
    Device::flex()
}

fn real(values: &[f32], shape: &[usize]) -> Real {
    Real::from_host(values.to_vec(), shape.to_vec(), &device())
}

fn random(name: &str, shape: &[usize]) -> Real {
    let draw = Draw::new(5, "test", name);
    let values: Vec<f32> = (0..shape.iter().product::<usize>() as u64).map(|at| draw.normal(at) as f32).collect();
    real(&values, shape)
}

/// How a layer is run: at a step of training, or not.
#[derive(Clone, Copy)]
struct At(Option<u64>);

const EVALUATE: At = At(None);

struct Run {
    output: Value,
    kept: Vec<Value>,
    weights: Vec<Real>,
    inputs: Vec<Value>,
    def: LayerDef,
    types: Vec<Type>,
    ty: Type,
}

fn run(def: LayerDef, at: At, weights: &[Real], inputs: &[&Real]) -> Run {
    let inputs: Vec<Value> = inputs.iter().map(|input| Value::Real((*input).clone())).collect();
    let device = device();
    let types: Vec<Type> = inputs
        .iter()
        .map(|input| {
            Type::real(
                Axis::new(Axis::ROWS, Dim::int(input.shape()[0] as i64)),
                input.shape()[1..].iter().map(|size| Dim::int(*size as i64)),
            )
        })
        .collect();
    let ty = def.infer(&types, &mut Undecided::default()).unwrap_or_else(|error| panic!("{}", error.message));
    let views: Vec<&Type> = types.iter().collect();
    let mut call = Forward {
        weights,
        inputs: &inputs,
        types: &views,
        ty: &ty,
        sizes: &[],
        training: at.0.is_some(),
        half: false,
        draw: Draw::new(1, "layer", "a.branch").at(at.0.unwrap_or(0)),
        device: &device,
        then: None,
        kept: Vec::new(),
        state: Vec::new(),
        standing: None,
        together: None,
    };
    let output = compute(&def).forward(&mut call);
    let kept = std::mem::take(&mut call.kept);
    Run { output, kept, weights: weights.to_vec(), inputs, def, types, ty }
}

impl Run {
    fn numbers(&self) -> Vec<f32> {
        self.output.real().to_host()
    }

    fn look<R>(&self, see: impl FnOnce(&dyn super::layers::Compute, &Recorded<'_>) -> R) -> R {
        let wants_inputs = vec![true; self.inputs.len()];
        let types: Vec<&Type> = self.types.iter().collect();
        let recorded = Recorded {
            weights: &self.weights,
            inputs: &self.inputs,
            types: &types,
            ty: &self.ty,
            output: &self.output,
            kept: &self.kept,
            wants_inputs: &wants_inputs,
            wants_weights: true,
            half: false,
            world: None,
        };
        see(compute(&self.def), &recorded)
    }

    fn report(&self) -> Vec<f32> {
        let report = self.look(|layer, recorded| layer.report(recorded));
        super::value::to_host(report.unwrap_or_else(|| panic!("{} reports", self.def.name())))
    }
}

fn near(found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len(), "{found:?} is not {expected:?}");
    for (one, other) in found.iter().zip(expected) {
        assert!((one - other).abs() <= 1e-5 * other.abs().max(1.0), "{found:?} is not {expected:?}");
    }
}

#[test]
fn a_gate_gives_shares() {
    // Logits (0, ln 3) and (ln 3, 0).
    let weight = real(&[0.0, 1.0, 1.0, 0.0], &[2, 2]);
    let x = real(&[3f32.ln(), 0.0, 0.0, 3f32.ln()], &[2, 2]);
    let gate = run(LayerDef::Gate(gate::Gate { choices: 2 }), EVALUATE, &[weight], &[&x]);
    near(&gate.numbers(), &[0.25, 0.75, 0.75, 0.25]);
    near(&gate.report(), &[0.25, 0.75, 0.75, 0.25]);
}

#[test]
fn a_mixture_spends_them_row_by_row() {
    let gate = real(&[0.25, 0.75, 1.0, 0.0], &[2, 2]);
    let a = real(&[4.0, 8.0, 1.0, 2.0], &[2, 2, 1]);
    let b = real(&[8.0, 0.0, 5.0, 5.0], &[2, 2, 1]);
    let mixed = run(LayerDef::Mixture(mixture::Mixture {}), EVALUATE, &[], &[&gate, &a, &b]);
    near(&mixed.numbers(), &[7.0, 2.0, 1.0, 2.0]);
    assert_eq!(mixed.output.shape(), [2, 2, 1]);
}

fn sparse(k: usize, gamma: f64, selector: &[f32], share: &[f32], x: &[f32]) -> Vec<f32> {
    let def = sparse_gate::SparseGate { choices: 4, k, gamma };
    let weights = [
        real(selector, &[1, 2 * k]),
        real(&vec![0.0; 2 * k], &[2 * k]),
        real(share, &[1, k]),
        real(&vec![0.0; k], &[k]),
    ];
    let x = real(x, &[x.len(), 1]);
    run(LayerDef::SparseGate(def), EVALUATE, &weights, &[&x]).numbers()
}

#[test]
fn a_sparse_gate_writes_its_choice_in_binary() {
    // Far from the middle, a digit is 0 or 1 and the choice final: 10 is the third, 01 the second.
    near(&sparse(1, 1.0, &[5.0, -5.0], &[0.0], &[1.0, -1.0]), &[0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    // In the middle, all are alike.
    near(&sparse(1, 1.0, &[5.0, -5.0], &[0.0], &[0.0]), &[0.25; 4]);
    // S(gamma/4) = 27/32, S(−gamma/4) = 5/32; gamma 2.
    let (high, low) = (27.0 / 32.0, 5.0 / 32.0);
    near(&sparse(1, 2.0, &[0.5, -0.5], &[0.0], &[1.0]), &[low * high, low * low, high * high, high * low]);
    // Two selectors, 11 with share 3/4 and 00 with 1/4.
    near(&sparse(2, 1.0, &[5.0, 5.0, -5.0, -5.0], &[3f32.ln(), 0.0], &[1.0]), &[0.25, 0.0, 0.0, 0.75]);
}

#[test]
fn a_stitch_sums_values() {
    let def = stitch::Stitch { own: 0.9, subspaces: 1, per: stitch::Per::Layer };
    let (a, b) = (real(&[1.0, 2.0, 3.0, 4.0], &[2, 2]), real(&[10.0, 20.0, 30.0, 40.0], &[2, 2]));
    let stitched = run(LayerDef::Stitch(def), EVALUATE, &[real(&[0.5, 2.0], &[1, 2])], &[&a, &b]);
    near(&stitched.numbers(), &[20.5, 41.0, 61.5, 82.0]);
    near(&stitched.report(), &[0.5, 2.0]);
}

#[test]
fn a_stitch_per_channel_has_a_weight_for_each() {
    let def = stitch::Stitch { own: 0.9, subspaces: 1, per: stitch::Per::Channel };
    // One row, two channels of 1 by 2 pixels.
    let (a, b) = (real(&[1.0, 2.0, 3.0, 4.0], &[1, 2, 1, 2]), real(&[10.0, 20.0, 30.0, 40.0], &[1, 2, 1, 2]));
    let weight = real(&[1.0, 0.0, 0.1, 2.0], &[1, 2, 2]);
    let stitched = run(LayerDef::Stitch(def), EVALUATE, &[weight], &[&a, &b]);
    near(&stitched.numbers(), &[2.0, 4.0, 60.0, 80.0]);
    near(&stitched.report(), &[0.5, 1.05]);
}

#[test]
fn a_stitch_by_subspaces_mixes_parts() {
    let def = stitch::Stitch { own: 0.9, subspaces: 2, per: stitch::Per::Layer };
    // Two channels, so that each part is one of them.
    let (a, b) = (real(&[1.0, 2.0], &[1, 2]), real(&[10.0, 20.0], &[1, 2]));
    let weight = real(&[1.0, 0.5, 0.1, 0.0, 0.0, 0.0, 1.0, 0.1], &[2, 4]);
    let stitched = run(LayerDef::Stitch(def), EVALUATE, &[weight], &[&a, &b]);
    // 1·1 + 0.5·2 + 0.1·10, and 1·10 + 0.1·20.
    near(&stitched.numbers(), &[3.0, 12.0]);
}

#[test]
fn fusing_pictures_is_a_one_by_one_convolution_of_them_side_by_side() {
    let (a, b) = (random("a", &[2, 3, 4, 5]), random("b", &[2, 3, 4, 5]));
    let weight = random("weight", &[2, 3, 3]);
    let fused = run(LayerDef::Fuse(fuse::Fuse { own: 0.9 }), EVALUATE, std::slice::from_ref(&weight), &[&a, &b]);
    // The same matrix, as a convolution's [out, in, 1, 1].
    let transposed = Real::new(weight.by_last().transpose()).reshaped(vec![3, 6, 1, 1]);
    let side = run(LayerDef::Concat(concat::Concat {}), EVALUATE, &[], &[&a, &b]);
    let conv = conv2d::Conv2d {
        channels: Dim::int(3),
        kernel: 1,
        stride: 1,
        padding: padding::Padding::Valid,
        dilation: 1,
        groups: 1,
        bias: false,
    };
    let expected = run(LayerDef::Conv2d(conv), EVALUATE, &[transposed], &[side.output.real()]);
    near(&fused.numbers(), &expected.numbers());
    // With the identity for the first value and nothing of the others, it is the first.
    let first =
        real(&[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], &[2, 3, 3]);
    let fused = run(LayerDef::Fuse(fuse::Fuse { own: 0.9 }), EVALUATE, &[first], &[&a, &b]);
    near(&fused.numbers(), &a.to_host());
    near(&fused.report(), &[1.0, 0.0]);
}

#[test]
fn a_mask_lets_a_part_through() {
    let (value, logits) = (real(&[8.0, 6.0], &[1, 2]), real(&[3f32.ln(), -(2f32.ln())], &[1, 2]));
    let masked = run(LayerDef::Mask(mask::Mask {}), EVALUATE, &[], &[&value, &logits]);
    near(&masked.numbers(), &[6.0, 2.0]);
    near(&masked.report(), &[(0.75 + 1.0 / 3.0) / 2.0]);
}

#[test]
fn a_layer_mix_is_a_scaled_average() {
    let (a, b) = (real(&[4.0, 0.0], &[1, 2]), real(&[0.0, 8.0], &[1, 2]));
    let weights = [real(&[0.0, 3f32.ln()], &[2]), real(&[2.0], &[1])];
    let mixed = run(LayerDef::LayerMix(layer_mix::LayerMix {}), EVALUATE, &weights, &[&a, &b]);
    near(&mixed.numbers(), &[2.0, 12.0]);
    near(&mixed.report(), &[0.25, 0.75]);
}

fn branching(at: At, weight: &Real) -> Run {
    let def = LayerDef::Branch(branch::Branch { temperature: 0.5 });
    let values = [real(&[1.0, 10.0], &[2, 1]), real(&[2.0, 20.0], &[2, 1]), real(&[3.0, 30.0], &[2, 1])];
    run(def, at, std::slice::from_ref(weight), &[&values[0], &values[1], &values[2]])
}

#[test]
fn a_branch_draws_by_its_probabilities_and_answers_with_the_largest() {
    let weight = real(&[0.5f32.ln(), 0.3f32.ln(), 0.2f32.ln()], &[3]);
    let count = 4000;
    let mut drawn = [0.0f32; 3];
    for step in 0..count {
        let numbers = branching(At(Some(step)), &weight).numbers();
        // One value as a whole, for all rows.
        assert_eq!(numbers[1], 10.0 * numbers[0]);
        drawn[numbers[0] as usize - 1] += 1.0 / count as f32;
        assert_eq!(numbers, branching(At(Some(step)), &weight).numbers(), "a step draws the same again");
    }
    for (found, expected) in drawn.iter().zip([0.5, 0.3, 0.2]) {
        // Four standard deviations of 4000 draws are 0.032.
        assert!((found - expected).abs() < 0.032, "{drawn:?}");
    }
    assert_eq!(branching(EVALUATE, &weight).numbers(), [1.0, 10.0]);
    assert_eq!(branching(EVALUATE, &real(&[0.0, 0.0, 1.0], &[3])).numbers(), [3.0, 30.0]);
    near(&branching(EVALUATE, &weight).report(), &[0.5, 0.3, 0.2]);
}

#[test]
fn gradients_reach_a_branch_straight_through() {
    let weight = real(&[0.1, -0.2, 0.3], &[3]);
    let branched = branching(At(Some(3)), &weight);
    let cotangent = real(&[1.0, -0.5], &[2, 1]);
    let pulled = branched.look(|layer, recorded| {
        layer.vjp().unwrap_or_else(|| panic!("a branch has a way back")).pull(recorded, &cotangent)
    });
    // ⟨value, cotangent⟩ is k·1 − k·5 = −4k.
    let drawn = branched.kept[0].real().to_host();
    let chosen = branched.numbers()[0] as usize - 1;
    let exponents: Vec<f64> = drawn.iter().map(|logit| (f64::from(*logit) / 0.5).exp()).collect();
    let shares: Vec<f64> = exponents.iter().map(|one| one / exponents.iter().sum::<f64>()).collect();
    let along = [-4.0, -8.0, -12.0];
    let mean: f64 = shares.iter().zip(along).map(|(share, along)| share * along).sum();
    let expected: Vec<f32> =
        shares.iter().zip(along).map(|(share, along)| (share * (along - mean) / 0.5) as f32).collect();
    let found = pulled.weights[0].as_ref().map(Real::to_host).unwrap_or_default();
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found - expected).abs() < 1e-4 * expected.abs().max(1.0), "{found} is not {expected}");
    }
    for (index, input) in pulled.inputs.iter().enumerate() {
        let expected = (index == chosen).then(|| cotangent.to_host());
        assert_eq!(input.as_ref().map(Real::to_host), expected);
    }
}

#[test]
fn weights_start_where_they_are_told() {
    let mut builder = Builder::default();
    let mut add = |name: &'static str, shape: &[i64], init: Init| {
        let shape = shape.iter().map(|size| Dim::int(*size)).collect();
        let spec = WeightSpec::bias(name, shape, init);
        let origin = Origin { path: "a".into(), transfer: None, writer: Writer::Sharing };
        builder.slot("a", &origin, &spec, false, &Facts::new(), 1).unwrap_or_else(|error| panic!("{error}"))
    };
    add("values", &[2, 3], Init::Values(vec![1.0, 0.5]));
    add("identities", &[2, 2, 2], Init::Identities(vec![0.9, 0.1]));
    let weights = builder.finish(&device()).to_host();
    assert_eq!(weights[0].2, [1.0, 1.0, 1.0, 0.5, 0.5, 0.5]);
    assert_eq!(weights[1].2, [0.9, 0.0, 0.0, 0.9, 0.1, 0.0, 0.0, 0.1]);
}

#[test]
fn dense_layers_beside_each_other_are_what_each_is() {
    use crate::catalog::layers::dense::Dense;
    let x = random("x", &[5, 3]);
    let dense = |units: i64, bias: bool| Dense { units: Dim::int(units), bias };
    let layers = [dense(2, true), dense(4, false), dense(1, true)];
    let weights: Vec<Vec<Real>> = layers
        .iter()
        .enumerate()
        .map(|(index, layer)| {
            let units = layer.units.value().unwrap_or(0) as usize;
            let weight = random(&format!("w{index}"), &[3, units]);
            std::iter::once(weight).chain(layer.bias.then(|| random(&format!("b{index}"), &[units]))).collect()
        })
        .collect();
    let inputs = [Value::Real(x.clone())];
    let ty = Type::real(Axis::new(Axis::ROWS, Dim::int(5)), [Dim::int(3)]);
    let device = device();
    let call = Forward {
        weights: &weights[0],
        inputs: &inputs,
        types: &[&ty],
        ty: &ty,
        sizes: &[2],
        training: true,
        half: false,
        draw: Draw::new(1, "layer", "dense").at(0),
        device: &device,
        then: None,
        kept: Vec::new(),
        state: Vec::new(),
        standing: None,
        together: None,
    };
    let def = LayerDef::Dense(layers[0].clone());
    let siblings = compute(&def).vjp().and_then(|vjp| vjp.siblings()).expect("dense layers have siblings");
    let together = siblings.forward_together(&call, &weights);
    assert_eq!(together.len(), layers.len());
    for ((layer, own), value) in layers.iter().zip(&weights).zip(together) {
        let alone = run(LayerDef::Dense(layer.clone()), EVALUATE, own, &[&x]);
        assert_eq!(value.shape(), alone.output.shape());
        for (one, other) in value.real().to_host().into_iter().zip(alone.numbers()) {
            assert!((one - other).abs() < 1e-6, "{one} {other}");
        }
    }
}
