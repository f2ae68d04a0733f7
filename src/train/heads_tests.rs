//! Heads with several outputs, compared with several targets of one label.

use burn::tensor::Device;

use super::loss::{TaskLoss, task_loss};
use super::many_heads::{Answered, Compared};
use super::tests::session_of;
use crate::data::{Batch, HostTensor, HostValues, Mix, TargetBatch};
use crate::lower::model::Model;
use crate::lower::trace::{Flow, Gradients, Mode};
use crate::lower::value::to_host;
use crate::lower::{Draw, Real};
use crate::pipeline::Pipeline;

/// Of one label whether it is large, and how large; one output more is compared with the second of them.
const HEAVY: &str = r#"
data penguins: csv("data/penguins.csv") {
  columns { bill_length_mm: number, bill_depth_mm: number, body_mass_g: number, species: category }
}
input body from penguins[bill_length_mm, bill_depth_mm] -> impute(median) -> standardize
shared trunk from body -> dense(6) -> tanh
task heavy from trunk {
  label: penguins.body_mass_g
  target {
    large: above(4000)
    size:  standardize
  }
  head {
    hidden = dense(4) -> tanh
    large: hidden -> dense(1)
    size:  concat(hidden, in) -> dense(1)
    rough: dense(1)
  }
  loss:    binary_cross_entropy(large) + 0.5 * mse(size) + 0.25 * mae(rough, target: size)
  predict: (large -> sigmoid) * (size -> inverse(size))
  metrics: [rmse]
}
task species from trunk {
  label: penguins.species
  head: dense(label.classes)
  loss: cross_entropy
  predict: softmax
  metrics: [accuracy]
}
weights { heavy: 0.5, species: 0.5 }
train { epochs: 1, batch: 16, seed: 1 }
"#;

fn loss_of(pipeline: &Pipeline, model: &Model, batch: &Batch) -> TaskLoss {
    let trace = model.forward(batch, Mode::train(0), false);
    let outputs = model.outputs(&trace, 0).expect("outputs");
    task_loss(0, &pipeline.tasks[0], &outputs, &batch.targets[0], &|_| 0.1, &model.device).expect("labels")
}

#[test]
fn each_loss_takes_its_own_output_and_target() {
    let session = session_of(HEAVY);
    let task = &session.pipeline.tasks[0];
    let pairs: Vec<(Vec<usize>, usize)> = task.loss.iter().map(|term| (term.operands.clone(), term.target)).collect();
    assert_eq!(pairs, [(vec![0], 0), (vec![1], 1), (vec![2], 1)]);
    let device = Device::flex();
    let host = |values: &[f32]| HostTensor {
        shape: vec![values.len(), 1],
        values: HostValues::F32(values.to_vec()),
        lengths: Vec::new(),
    };
    let output = |values: &[f32]| Real::from_host(values.to_vec(), vec![values.len(), 1], &device);
    // The last row has no label.
    let target = TargetBatch {
        place_weights: Vec::new(),
        having: Vec::new(),
        frames: Vec::new(),
        mix: Mix::default(),
        others: Vec::new(),
        values: vec![host(&[1.0, 0.0, 1.0]), host(&[0.5, -1.0, 9.0])],
        present: vec![true, true, false],
        row_weights: vec![1.0, 2.0, 1.0],
    };
    let outputs = [output(&[0.0, 0.0, 7.0]), output(&[1.5, -1.0, 7.0]), output(&[-0.5, 1.0, 7.0])];
    let found = task_loss(0, task, &outputs, &target, &|_| 0.5, &device).expect("labels");
    let terms: Vec<f32> = found.terms.iter().flat_map(|term| to_host(term.clone())).collect();
    // Σ w·ln 2, half of Σ w·e², a quarter of Σ w·|e|; all of it times ½.
    let expected = [0.5 * 3.0 * 2f32.ln(), 0.5 * 0.5 * 1.0, 0.5 * 0.25 * (1.0 + 2.0 * 2.0)];
    for (found, expected) in terms.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6, "{terms:?}");
    }
    assert!((to_host(found.value)[0] - expected.iter().sum::<f32>()).abs() < 1e-6);
    let slopes: Vec<Vec<f32>> = found.slopes.iter().map(Real::to_host).collect();
    let wanted = [[-0.25, 0.5, 0.0], [0.5, 0.0, 0.0], [-0.125, 0.25, 0.0]];
    for (found, wanted) in slopes.iter().flatten().zip(wanted.iter().flatten()) {
        assert!((found - wanted).abs() < 1e-6, "{slopes:?}");
    }
}

#[test]
fn rows_that_lack_a_target_count_for_the_others() {
    let session = session_of(HEAVY);
    let batch = session.prepared.batch(&[(0..12).collect()]);
    let whole = &batch.targets[0];
    let model = session.model(1, &Device::flex()).expect("a model");
    let trace = model.forward(&batch, Mode::EVALUATE, false);
    let outputs = model.outputs(&trace, 0).expect("outputs");
    let having: Vec<bool> = (0..whole.present.len()).map(|row| row % 3 == 0).collect();
    let some = TargetBatch { having: vec![None, Some(having.clone())], ..whole.clone() };
    // The same rows, of which the others lack the label altogether.
    let present = whole.present.iter().zip(having).map(|(present, having)| *present && having).collect();
    let fewer = TargetBatch { present, ..whole.clone() };
    let task = &session.pipeline.tasks[0];
    let terms = |target: &TargetBatch| {
        let loss = task_loss(0, task, &outputs, target, &|_| 0.5, &model.device).expect("labels");
        let slopes: Vec<Vec<f32>> = loss.slopes.iter().map(Real::to_host).collect();
        (loss.terms.iter().flat_map(|term| to_host(term.clone())).collect::<Vec<f32>>(), slopes)
    };
    let (whole, some, fewer) = (terms(whole), terms(&some), terms(&fewer));
    assert_eq!((some.0[0], &some.1[0]), (whole.0[0], &whole.1[0]));
    assert_eq!((&some.0[1..], &some.1[1..]), (&fewer.0[1..], &fewer.1[1..]));
    assert_ne!(some.0[1], whole.0[1]);
}

#[test]
fn gradients_of_several_outputs_are_those_of_finite_differences() {
    let session = session_of(HEAVY);
    let model = session.model(1, &Device::flex()).expect("a model");
    let batch = session.prepared.batch(&[(0..24).collect()]);
    let mut trace = model.forward(&batch, Mode::train(0), true);
    let mut flow = Flow::new(&model);
    for (step, slope) in model.heads[0].iter().zip(loss_of(&session.pipeline, &model, &batch).slopes) {
        flow.add(*step, 0, slope);
    }
    let mut gradients = Gradients::new(&model);
    model.pull(&mut trace, &mut flow, |_| true, |slot, _, gradient| gradients.add(slot, gradient));
    let gradient = to_host(gradients.flat(&model.weights));
    let draw = Draw::new(3, "test", "direction");
    let direction: Vec<f32> = (0..gradient.len() as u64).map(|at| draw.normal(at) as f32).collect();
    let slope: f32 = gradient.iter().zip(&direction).map(|(left, right)| left * right).sum();
    let along = |step: f32| {
        let mut moved = model.clone();
        let shift: Vec<f32> = direction.iter().map(|one| one * step).collect();
        let count = shift.len();
        let shift = burn::tensor::Tensor::<1>::from_data(burn::tensor::TensorData::new(shift, [count]), &model.device);
        moved.weights.trained = moved.weights.trained.clone() + shift;
        to_host(loss_of(&session.pipeline, &moved, &batch).value)[0]
    };
    let found = (along(1e-3) - along(-1e-3)) / 2e-3;
    assert!((found - slope).abs() <= 2e-2 * slope.abs().max(0.1), "{found} is not {slope}");
}

/// A row of a picture of class 0 and another of class 2 with 0.7 and 0.3, one of class 1 alone, and one whose other half has no label.
#[test]
fn labels_that_are_mixed_are_soft_targets() {
    let spec = HEAVY.replace("weights { heavy: 0.5, species: 0.5 }", "");
    let session = session_of(&spec);
    let device = Device::flex();
    let index = |values: &[i64]| HostTensor {
        shape: vec![values.len()],
        values: HostValues::I64(values.to_vec()),
        lengths: Vec::new(),
    };
    let labels = |values: &[i64], present: &[bool], row_weights: &[f32]| TargetBatch {
        values: vec![index(values)],
        present: present.to_vec(),
        row_weights: row_weights.to_vec(),
        having: vec![None],
        place_weights: vec![None],
        frames: Vec::new(),
        mix: Mix::default(),
        others: Vec::new(),
    };
    let others = vec![labels(&[2, 0, 0], &[true, false, false], &[0.3, 0.0, 0.6])];
    let target = TargetBatch { others, ..labels(&[0, 1, 2], &[true, true, true], &[0.7, 1.0, 0.4]) };
    let logits = [[1.0, -0.5, 2.0], [0.0, 0.0, 0.0], [-1.0, 0.5, 0.25]];
    let soft = [[0.7, 0.0, 0.3], [0.0, 1.0, 0.0], [0.0, 0.0, 0.4]];
    let outputs = [Real::from_host(logits.concat(), vec![3, 3], &device)];
    let loss = task_loss(1, &session.pipeline.tasks[1], &outputs, &target, &|_| 0.5, &device).expect("labels");
    let (mut value, mut slopes) = (0.0, Vec::new());
    for (row, soft) in logits.iter().zip(soft) {
        // −Σ t·log softmax, whose slope is softmax·Σ t − t.
        let sum: f32 = row.iter().map(|logit: &f32| logit.exp()).sum();
        let all: f32 = soft.iter().sum();
        value -= row.iter().zip(soft).map(|(logit, soft)| 0.5 * soft * (logit - sum.ln())).sum::<f32>();
        slopes.extend(row.iter().zip(soft).map(|(logit, soft)| 0.5 * (all * logit.exp() / sum - soft)));
    }
    let found = to_host(loss.value)[0];
    assert!((found - value).abs() < 1e-6, "{found} {value}");
    for (found, expected) in loss.slopes[0].to_host().iter().zip(&slopes) {
        assert!((found - expected).abs() < 1e-6, "{:?} {slopes:?}", loss.slopes[0].to_host());
    }
    // A batch of which only the other halves have labels still has a loss.
    let absent = TargetBatch { present: vec![false; 3], ..target };
    let rest = task_loss(1, &session.pipeline.tasks[1], &outputs, &absent, &|_| 0.5, &device).expect("a label");
    let sum: f32 = logits[0].iter().map(|logit: &f32| logit.exp()).sum();
    assert!((to_host(rest.value)[0] - 0.5 * 0.3 * (sum.ln() - 2.0)).abs() < 1e-6);
}

/// Six tasks of one trunk: four classify alike, a fifth smooths its labels, the sixth is a regression.
const MANY: &str = r#"
use std.tasks.{classification, regression}
data penguins: csv("data/penguins.csv") {
  columns { bill_length_mm: number, bill_depth_mm: number, body_mass_g: number, species: category }
}
input body from penguins[bill_length_mm, bill_depth_mm] -> impute(median) -> standardize
shared trunk from body -> dense(6) -> tanh
task a: classification from trunk { label: penguins.species }
task b: classification from trunk { label: penguins.species, class_weights: balanced }
task mass: regression from trunk { label: penguins.body_mass_g }
task c: classification from trunk { label: penguins.species }
task d: classification from trunk { label: penguins.species }
task e: classification from trunk { label: penguins.species, loss: cross_entropy(smoothing: 0.1) }
weights { a: 0.5, b: 0.1, mass: 0.1, c: 0.1, d: 0.1, e: 0.1 }
train { epochs: 1, batch: 16, seed: 1 }
"#;

#[test]
fn losses_of_many_heads_at_once_are_those_of_each() {
    let session = session_of(MANY);
    let (pipeline, device) = (&session.pipeline, Device::flex());
    let model = session.model(1, &device).unwrap_or_else(|error| panic!("{error}"));
    let mut batch = session.prepared.batch(&[(0..24).collect()]);
    // Some rows of some tasks have no label.
    (0..7).for_each(|row| batch.targets[3].present[row * 3] = false);
    let trace = model.forward(&batch, Mode::train(0), true);
    let answered = |task| Answered { task, outputs: model.outputs(&trace, task).expect("outputs") };
    let heads: Vec<Answered> = (0..6).map(answered).collect();
    let scale = |task: usize, _: &crate::pipeline::LossTerm| 0.1 / (task + 1) as f64;
    let (tasks, targets) = (&pipeline.tasks, &batch.targets);
    let compared = Compared { tasks, targets, scale: &scale, among: &[], device: &device };
    let found = compared.losses(&heads);
    assert_eq!(found.iter().map(|loss| loss.task).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
    for (loss, head) in found.iter().zip(&heads) {
        let (task, target) = (&pipeline.tasks[head.task], &batch.targets[head.task]);
        let own = task_loss(head.task, task, &head.outputs, target, &|term| scale(head.task, term), &device);
        let own = own.expect("labels");
        let (value, alone) = (to_host(loss.value.clone())[0], to_host(own.value)[0]);
        assert!((value - alone).abs() < 1e-6 * alone.abs(), "{}: {value} {alone}", task.name);
        assert_eq!(loss.slopes[0].to_host(), own.slopes[0].to_host(), "{}", task.name);
        assert_eq!(loss.slopes[0].shape(), own.slopes[0].shape());
    }
    // Four of them side by side in one tensor, whatever stands between them.
    let slopes: Vec<Real> = [0, 1, 3, 4].iter().map(|task: &usize| found[*task].slopes[0].clone()).collect();
    assert!(Real::are_all_columns(&slopes));
    assert!(!Real::are_all_columns(&[found[2].slopes[0].clone()]));
}
