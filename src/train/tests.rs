//! Gradients at the representation and at the parameters, against plain gradients of one task at a time.

use burn::tensor::Device;

use super::gradients::{ParameterGradients, Representation, on_host};
use super::loss::task_loss;
use super::session::Session;
use crate::check::{Options, check};
use crate::data::{Batch, Overrides, open_and_split};
use crate::diag::Sink;
use crate::lower::Real;
use crate::lower::model::Model;
use crate::lower::trace::{Flow, Gradients, Mode, Trace};
use crate::lower::value::to_host;
use crate::pipeline::Task;
use crate::source::{DiskLoader, Sources};

/// A session of a spec that stands among the pipelines, with its model's lines replaced.
pub fn session_of(text: &str) -> Session {
    let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/test.mtl"));
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let file = sources.add("test.mtl", Some(path), text);
    let checked = check(file, &mut sources, &DiskLoader::default(), &Options::default(), &mut sink);
    let problems: Vec<String> =
        sink.finish().iter().filter(|one| one.is_error()).map(|one| one.message.clone()).collect();
    let pipeline = checked.into_pipeline().unwrap_or_else(|| panic!("{problems:?}"));
    let (tables, parts) = open_and_split(&pipeline, &Overrides::default()).unwrap_or_else(|all| panic!("{all:?}"));
    Session::fitted(pipeline, &tables, parts, &[]).unwrap_or_else(|all| panic!("{all:?}"))
}

pub fn penguins(trunk: &str, weights: &str) -> String {
    format!(
        "use std.tasks.{{classification, binary, regression}}
         data penguins: csv(\"data/penguins.csv\") {{
           split {{ train: 70%, valid: 15%, test: 15%, stratify: species }}
           columns {{ species: category, island: category, bill_length_mm: number, bill_depth_mm: number
                      flipper_length_mm: number, body_mass_g: number, sex: category(\"female\", \"male\") }}
         }}
         input body from penguins[bill_length_mm, bill_depth_mm, flipper_length_mm] -> impute(median) -> standardize
         input island from penguins.island -> embed(4)
         {trunk}
         task species: classification from trunk {{ label: penguins.species }}
         task sex: binary(positive: \"male\") from trunk {{ label: penguins.sex }}
         task mass: regression from trunk {{ label: penguins.body_mass_g }}
         weights {weights} {{ species: 1/3, sex: 1/3, mass: 1/3 }}
         train {{ epochs: 3, batch: 16, optimizer: adam(lr: 3e-3), seed: 1 }}"
    )
}

pub struct Case {
    pub session: Session,
    pub model: Model,
    batch: Batch,
}

impl Case {
    pub fn new(trunk: &str) -> Self {
        let session = session_of(&penguins(trunk, "by static"));
        let model = session.model(1, &Device::flex()).unwrap_or_else(|error| panic!("{error}"));
        let batch = session.prepared.batch(&[(0..24).collect()]);
        Self { session, model, batch }
    }

    fn forward(&self) -> Trace {
        self.model.forward(&self.batch, Mode::train(0), true)
    }

    /// The cotangents of the tasks' losses, each weighted and under the objective that is asked for.
    fn seeds(&self, trace: &Trace, weight: impl Fn(usize) -> f64, objective: impl Fn(usize) -> usize) -> Flow {
        let mut flow = Flow::new(&self.model);
        for (index, task) in self.session.pipeline.tasks.iter().enumerate() {
            let outputs = self.model.outputs(trace, index).unwrap_or_else(|| panic!("task {index} has outputs"));
            let target = &self.batch.targets[index];
            let loss = task_loss(index, task, &outputs, target, &|_| 0.1, &self.model.device);
            let loss = loss.unwrap_or_else(|| panic!("task {index} has labels"));
            for (step, slope) in self.model.heads[index].iter().zip(loss.slopes) {
                flow.add(*step, objective(index), slope.scaled(weight(index)));
            }
        }
        flow
    }

    /// The gradient of a weighted sum of losses, on the host.
    pub fn plain(&self, weights: [f64; 3]) -> Vec<f64> {
        let mut trace = self.forward();
        let mut flow = self.seeds(&trace, |task| weights[task], |_| 0);
        let mut gradients = Gradients::new(&self.model);
        self.model.pull(&mut trace, &mut flow, |_| true, |slot, _, gradient| gradients.add(slot, gradient));
        self.flat(&gradients)
    }

    /// 0.5, 0.3 and 0.2 times the losses, with the weights moved along a direction.
    pub fn loss_at(&self, direction: &[f32], step: f32) -> f64 {
        let mut model = self.model.clone();
        let shift: Vec<f32> = direction.iter().map(|one| one * step).collect();
        let count = shift.len();
        let shift = burn::tensor::Tensor::from_data(burn::tensor::TensorData::new(shift, [count]), &model.device);
        model.weights.trained = model.weights.trained.clone() + shift;
        let trace = model.forward(&self.batch, Mode::train(0), false);
        let mut sum = 0.0;
        for (index, (task, weight)) in self.session.pipeline.tasks.iter().zip([0.5, 0.3, 0.2]).enumerate() {
            let outputs = model.outputs(&trace, index).unwrap_or_else(|| panic!("task {index} has outputs"));
            let loss = task_loss(index, task, &outputs, &self.batch.targets[index], &|_| 0.1, &model.device);
            sum += weight * loss.map_or(0.0, |loss| f64::from(to_host(loss.value)[0]));
        }
        sum
    }

    fn flat(&self, gradients: &Gradients) -> Vec<f64> {
        to_host(gradients.flat(&self.model.weights)).into_iter().map(f64::from).collect()
    }

    /// Which numbers of the flat gradient several tasks share.
    fn shared(&self) -> Vec<bool> {
        let mut shared = vec![false; self.model.weights.count()];
        for step in self.model.steps.iter().filter(|step| step.is_shared()) {
            for range in step.slots.iter().filter_map(|slot| self.model.weights.slots[*slot].range()) {
                shared[range].fill(true);
            }
        }
        shared
    }

    /// Private parts pulled, and what stands at the representation.
    fn representation(&self, trace: &mut Trace) -> (Representation, Gradients) {
        let mut flow = self.seeds(trace, |_| 1.0, |task| task);
        let mut gradients = Gradients::new(&self.model);
        let model = &self.model;
        model.pull(
            trace,
            &mut flow,
            |step| !model.steps[step].is_shared(),
            |slot, _, gradient| {
                gradients.add(slot, gradient);
            },
        );
        (Representation::collect(&mut flow, 3), gradients)
    }
}

fn near(what: &str, found: f64, expected: f64) {
    assert!((found - expected).abs() <= 2e-4 * expected.abs().max(1e-2), "{what}: {found} is not {expected}");
}

const ENSEMBLE: &str = "shared trunk from concat(body, island) -> feature_scale -> ensemble(3) -> dense(8) -> tanh \
                        -> member_scale -> member_dense(6) -> tanh";

const TRUNKS: [&str; 4] = [
    ENSEMBLE,
    // One product is cheaper for the first layer, weight gradients for the second.
    "shared trunk from concat(body, island) -> dense(96) -> relu -> dropout(0.2) -> dense(64) -> tanh",
    "shared trunk from concat(body, island) -> dense(32) -> batch_norm -> relu -> dense(16) -> layer_norm",
    "shared trunk from concat(body, island) -> reshape(1, 7, 1) -> conv2d(4, kernel: 3, padding: same) -> relu -> flatten",
];

#[test]
fn gradients_at_the_parameters_are_those_of_each_task_alone() {
    for trunk in TRUNKS {
        let case = Case::new(trunk);
        let alone: Vec<Vec<f64>> = (0..3)
            .map(|task| {
                let mut weights = [0.0; 3];
                weights[task] = 1.0;
                case.plain(weights)
            })
            .collect();
        let shared = case.shared();
        let dot = |i: usize, j: usize| -> f64 {
            (0..shared.len()).filter(|place| shared[*place]).map(|place| alone[i][place] * alone[j][place]).sum()
        };
        for whole in [false, true] {
            let mut trace = case.forward();
            let (representation, mut gradients) = case.representation(&mut trace);
            let parameters = ParameterGradients::pull(&case.model, &mut trace, representation, 3, whole);
            let gramian = on_host(parameters.gramian().unwrap_or_else(|| panic!("tasks share weights")));
            for (i, row) in gramian.iter().enumerate() {
                for (j, found) in row.iter().enumerate() {
                    near(&format!("{trunk}: ⟨g{i}, g{j}⟩"), *found, dot(i, j));
                }
            }
            if whole {
                let size: usize = shared.iter().filter(|shared| **shared).count();
                assert!(parameters.jacobian().iter().all(|row| row.len() == size), "{trunk}");
            }
            let weights = [0.5, -0.25, 2.0];
            parameters.combine(&case.model, &mut trace, &weights, &mut gradients);
            let found = case.flat(&gradients);
            for place in (0..shared.len()).filter(|place| shared[*place]) {
                let expected: f64 = weights.iter().zip(&alone).map(|(weight, row)| weight * row[place]).sum();
                near(&format!("{trunk}: combined[{place}]"), found[place], expected);
            }
        }
    }
}

#[test]
fn a_combination_at_the_representation_is_that_of_the_losses() {
    for trunk in TRUNKS {
        let case = Case::new(trunk);
        let weights = [0.5, -0.25, 2.0];
        let expected = case.plain(weights);
        let shared = case.shared();
        let mut trace = case.forward();
        let (representation, mut gradients) = case.representation(&mut trace);
        let jacobian = representation.jacobian();
        let direction: Vec<f64> = (0..jacobian[0].len())
            .map(|place| weights.iter().zip(&jacobian).map(|(weight, row)| weight * row[place]).sum())
            .collect();
        let gramian = on_host(representation.gramian().unwrap_or_else(|| panic!("tasks share a value")));
        let dot: f64 = jacobian[0].iter().zip(&jacobian[2]).map(|(a, b)| a * b).sum();
        near(trunk, gramian[0][2], dot);
        for mut flow in
            [representation.combined(&case.model, &weights), representation.directed(&case.model, &direction)]
        {
            let mut again = Gradients { slots: gradients.slots.clone() };
            let mut trace = case.forward();
            case.model.pull(&mut trace, &mut flow, |_| true, |slot, _, gradient| again.add(slot, gradient));
            let found = case.flat(&again);
            for place in (0..shared.len()).filter(|place| shared[*place]) {
                near(&format!("{trunk}[{place}]"), found[place], expected[place]);
            }
        }
        gradients.slots.clear();
    }
}

#[test]
fn the_loss_of_an_ensemble_is_the_mean_over_its_members() {
    let case = Case::new(ENSEMBLE);
    let trace = case.forward();
    for (index, task) in case.session.pipeline.tasks.iter().enumerate() {
        let outputs = case.model.outputs(&trace, index).unwrap_or_else(|| panic!("task {index} has outputs"));
        let loss = |task: &Task, outputs: &[Real]| {
            let loss = task_loss(index, task, outputs, &case.batch.targets[index], &|_| 0.1, &case.model.device);
            loss.unwrap_or_else(|| panic!("task {index} has labels"))
        };
        let whole = loss(task, &outputs);
        assert_eq!(task.members, [3]);
        let alone = Task { members: vec![1], ..task.clone() };
        let [rows, members, width] = outputs[0].ranked::<3>().dims();
        let of_member =
            |value: &Real, member| Real::new(value.ranked::<3>().narrow(1, member, 1).reshape([rows, width]));
        let mut sum = 0.0;
        for member in 0..members {
            let own = loss(&alone, &[of_member(&outputs[0], member)]);
            sum += f64::from(to_host(own.value)[0]);
            let slopes = of_member(&whole.slopes[0], member).to_host();
            for (found, expected) in slopes.iter().zip(own.slopes[0].to_host()) {
                near(&task.name, f64::from(*found), f64::from(expected) / 3.0);
            }
        }
        near(&task.name, f64::from(to_host(whole.value)[0]), sum / 3.0);
    }
}
