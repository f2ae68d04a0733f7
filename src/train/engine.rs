//! One training step: forward, losses, the balancer's choice, back, update.
//!
//! Parts of the model that belong to one task learn from `λ_t·L_t`, as under static weights, whatever the balancer does
//! to what is shared; a balancer that weighs losses weighs all of the model.

use std::sync::Arc;

use burn::tensor::Tensor;

use super::balancers::{self, Balance, Combination, Gramian};
pub use super::failure::{Diverged, NoStep};
use super::gradients::{ParameterGradients, Representation, on_host};
use super::loss::TaskLoss;
use super::many_heads::{Answered, Compared};
use super::plan::Labelled;
use super::together::Agreed;
use super::transfer;
use crate::catalog::balancers::{Needs, On};
use crate::data::Batch;
use crate::lower::model::Model;
use crate::lower::neighbours::give_way;
use crate::lower::optimizers::{self, Part, Update};
use crate::lower::trace::{Flow, Gradients, Mode, Trace};
use crate::lower::value::{Real, to_host, total};
use crate::lower::weights::Slot;
use crate::lower::world::{NotSummed, World};
use crate::pipeline::{LossTerm, Pipeline};

/// What the training loop knows of a step.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Updates so far.
    pub step: u64,
    pub epoch: usize,
    pub learning_rate: f64,
}

pub struct Engine<'p> {
    pub pipeline: &'p Pipeline,
    pub model: Model,
    pub balancer: Balance,
    /// What the optimizer keeps between steps.
    pub optimizer: Vec<Tensor<1>>,
    /// What each task's loss is divided by.
    pub(super) labelled: Vec<Labelled>,
    /// Tasks that no longer contribute.
    pub stopped: Vec<bool>,
    decays: Tensor<1>,
    pub factors: Option<Tensor<1>>,
    seed: u64,
    /// The processes that take this step together.
    pub(super) world: Arc<dyn World>,
    /// Whether this process is asked to stop, which the others are told with the next step.
    pub asked: bool,
}

/// What a step came to.
pub struct Outcome {
    /// Of each task; `None` where the batch had no label of it.
    pub losses: Vec<Option<f64>>,
    /// The weight that each task had; `None` for absent ones, or if the method has no weights.
    pub weights: Vec<Option<f64>>,
    /// Of each task, how many rows its loss left out, because the output has too few places for their label.
    pub out_of_reach: Vec<usize>,
    /// Whether any process is asked to stop.
    pub asked: bool,
}

impl<'p> Engine<'p> {
    pub fn new(pipeline: &'p Pipeline, model: Model, labelled: Vec<Labelled>, seed: u64) -> Self {
        let decays = model.weights.decay_mask();
        let weights = &pipeline.weights;
        let balancer = Balance::new(&weights.balancer, &weights.lambda, &weights.moments);
        let stopped = vec![false; pipeline.tasks.len()];
        let factors = transfer::factors(pipeline, &model);
        let world = model.world.clone();
        Self {
            pipeline,
            model,
            balancer,
            optimizer: Vec::new(),
            labelled,
            stopped,
            decays,
            factors,
            seed,
            world,
            asked: false,
        }
    }

    /// Trains with these processes from now on.
    pub fn join(&mut self, world: Arc<dyn World>) {
        self.model.world = world.clone();
        self.world = world;
    }

    /// Trains on the batches of one update (several with gradient accumulation); `only` names the one task that learns
    /// from a batch, if it is one.
    pub fn step(&mut self, batches: &[Batch], only: &[Option<usize>], moment: Moment) -> Result<Outcome, NoStep> {
        // With other threads libtorch adds up in another order.
        if !self.pipeline.train.deterministic {
            give_way(&self.model.device);
        }
        let tasks = self.pipeline.tasks.len();
        let mut outcome = Outcome {
            losses: vec![None; tasks],
            weights: vec![None; tasks],
            out_of_reach: vec![0; tasks],
            asked: false,
        };
        let mut gradients = Gradients::new(&self.model);
        let rows = self.rows_of(batches, only);
        let mut last = None;
        for (micro, (batch, only)) in batches.iter().zip(only).enumerate() {
            let mode = Mode::train(moment.step * batches.len() as u64 + micro as u64);
            let mut trace = self.model.forward(batch, mode, true);
            let Agreed { losses, values, asked } = self.agreed(self.losses(&trace, batch, *only, &rows), &trace);
            outcome.asked |= asked;
            for (loss, value) in losses.iter().zip(&values) {
                if !value.is_finite() {
                    return Err(NoStep::Diverged(Diverged { task: loss.task, step: moment.step, loss: *value }));
                }
                *outcome.losses[loss.task].get_or_insert(0.0) += value;
                outcome.out_of_reach[loss.task] += loss.out_of_reach;
            }
            if losses.is_empty() {
                continue;
            }
            let present: Vec<usize> = losses.iter().map(|loss| loss.task).collect();
            self.back(&mut trace, batch, losses, &values, moment, &mut gradients)?;
            let weights = self.balancer.weights();
            present.into_iter().for_each(|task| outcome.weights[task] = weights[task]);
            self.model.weights.set_states(std::mem::take(&mut trace.states));
            last = Some((batch, *only, mode));
        }
        let since = self.model.clock.as_ref().map(|clock| clock.now());
        self.update(&gradients, moment)?;
        if let (Some(clock), Some(since)) = (&self.model.clock, since) {
            clock.optimizer(since);
        }
        if let Some((batch, only, mode)) = last
            && self.pipeline.weights.balancer.needs() == Needs::LossesAfterStep
        {
            let trace = self.model.answer(batch, mode);
            let agreed = self.agreed(self.losses(&trace, batch, only, &rows), &trace);
            self.balancer.after_step(&agreed.values);
        }
        Ok(outcome)
    }

    /// The loss of every task that is present.
    fn losses(&self, trace: &Trace, batch: &Batch, only: Option<usize>, rows: &[f64]) -> Vec<TaskLoss> {
        let learns = |task: &usize| {
            only.is_none_or(|only| only == *task) && !self.stopped[*task] && self.labelled[*task].share != 0.0
        };
        let answered = |task: usize| Some(Answered { task, outputs: self.model.outputs(trace, task)? });
        let heads: Vec<Answered> = (0..self.pipeline.tasks.len()).filter(learns).filter_map(answered).collect();
        let scale = |task: usize, term: &LossTerm| {
            let labelled = &self.labelled[task];
            1.0 / (rows[task].max(1.0) * labelled.share * labelled.units(term))
        };
        let (tasks, targets) = (&self.pipeline.tasks, &batch.targets);
        let among = self.contrasted(|task| learns(&task), &heads, batch);
        Compared { tasks, targets, scale: &scale, among: &among, device: &self.model.device }.losses(&heads)
    }

    /// Pulls the losses back into `gradients`, as the balancer weighs them.
    fn back(
        &mut self,
        trace: &mut Trace,
        batch: &Batch,
        losses: Vec<TaskLoss>,
        values: &[f64],
        moment: Moment,
        gradients: &mut Gradients,
    ) -> Result<(), NotSummed> {
        let present: Vec<usize> = losses.iter().map(|loss| loss.task).collect();
        let balancer = &self.pipeline.weights.balancer;
        let needs = balancer.needs();
        let seen = Seen { present: &present, losses: values, ..Seen::default() };
        if matches!(needs, Needs::Losses | Needs::LossesAfterStep) {
            // A method that sees no gradients answers with weights.
            let Combination::Weights(weights) = self.combine(moment, seen) else { return Ok(()) };
            let mut flow = self.seeds(batch, &losses, 1, |objective| weights[objective], |_| 0);
            self.model.pull(trace, &mut flow, |_| true, |slot, _, gradient| gradients.add(slot, gradient));
            return Ok(());
        }
        // Private parts first: each from its own task.
        let samples = balancer.samples().max(1);
        let count = present.len();
        let lambda = &self.pipeline.weights.lambda;
        let representation = self.down_to_shared(trace, batch, &losses, samples, |slot, objective, gradient| {
            let share = lambda[present[objective % count]] / samples as f64;
            gradients.add(slot, gradient.scaled(share));
        });
        if self.nowhere(representation.is_empty()) {
            return Ok(());
        }
        let jacobian = needs == Needs::Jacobian;
        if balancer.on() == Some(On::Parameters) {
            let every = jacobian || !self.world.is_alone();
            let mut whole = ParameterGradients::pull(&self.model, trace, representation, count * samples, every);
            whole.sum(&*self.world, &self.model)?;
            let gramian = whole.gramian().map(on_host);
            let rows = jacobian.then(|| whole.jacobian());
            let combination = self.combine(moment, Seen { gramian, jacobian: rows, ..seen });
            // Every process holds the whole of it, and what all of them hold will be added up.
            let share = |numbers: Vec<f64>| -> Vec<f64> {
                numbers.into_iter().map(|number| number / self.world.size() as f64).collect()
            };
            match combination {
                Combination::Weights(weights) => whole.combine(&self.model, trace, &share(weights), gradients),
                Combination::Direction(direction) => whole.direct(&self.model, &share(direction), gradients),
            }
            return Ok(());
        }
        // Each process has rows of its own, so that inner products over all rows are sums.
        let mut gramian = representation.gramian().map(on_host);
        if !self.world.is_alone() {
            let objectives = count * samples;
            self.world.sum_rows(gramian.get_or_insert_with(|| vec![vec![0.0; objectives]; objectives]));
        }
        if jacobian && !self.world.is_alone() {
            let all = self.of_all_rows(&representation, batch, trace, count * samples);
            let shown = Seen { gramian, jacobian: Some(all.jacobian), value: all.value, ..seen };
            let mut flow = match self.combine(moment, shown) {
                Combination::Weights(weights) => representation.combined(&self.model, &weights),
                Combination::Direction(direction) => {
                    representation.directed_by_parts(&self.model, all.whole.own(&direction))
                }
            };
            self.model.pull(trace, &mut flow, |_| true, |slot, _, gradient| gradients.add(slot, gradient));
            return Ok(());
        }
        let rows = jacobian.then(|| representation.jacobian());
        let value = if jacobian { representation.value(trace) } else { None };
        let mut flow = match self.combine(moment, Seen { gramian, jacobian: rows, value, ..seen }) {
            Combination::Weights(weights) => representation.combined(&self.model, &weights),
            Combination::Direction(direction) => representation.directed(&self.model, &direction),
        };
        self.model.pull(trace, &mut flow, |_| true, |slot, _, gradient| gradients.add(slot, gradient));
        Ok(())
    }

    /// Pulls the losses through what belongs to one task alone, whose weight gradients go to `sink` as (slot, objective,
    /// gradient); what arrives at shared values is left.
    fn down_to_shared(
        &self,
        trace: &mut Trace,
        batch: &Batch,
        losses: &[TaskLoss],
        samples: usize,
        sink: impl FnMut(usize, usize, Real),
    ) -> Representation {
        let mut flow = self.seeds(batch, losses, samples, |_| 1.0, |objective| objective);
        self.model.pull(trace, &mut flow, |step| !self.model.steps[step].is_shared(), sink);
        Representation::collect(&mut flow, losses.len() * samples)
    }

    /// The gradient of every task that the batch has labels of, in the shared weights, on the rows of this process; changes nothing. `whole` as in
    /// [`ParameterGradients::pull`]. `None` if fewer than two tasks are present or nothing is shared.
    pub fn gradients_of_tasks(
        &self,
        batch: &Batch,
        step: u64,
        whole: bool,
    ) -> Option<(Vec<usize>, ParameterGradients)> {
        let mut trace = self.model.forward(batch, Mode::train(step), true);
        let rows = self.rows_of(std::slice::from_ref(batch), &[None]);
        let losses = self.agreed(self.losses(&trace, batch, None, &rows), &trace).losses;
        if losses.len() < 2 {
            return None;
        }
        let tasks: Vec<usize> = losses.iter().map(|loss| loss.task).collect();
        let representation = self.down_to_shared(&mut trace, batch, &losses, 1, |_, _, _| {});
        if self.nowhere(representation.is_empty()) {
            return None;
        }
        let gradients = ParameterGradients::pull(&self.model, &mut trace, representation, tasks.len(), whole);
        Some((tasks, gradients))
    }

    /// Each present task's loss, and what a step of gradient descent on it alone would take off the shared weights.
    pub fn task_steps(&self, batch: &Batch, moment: Moment) -> Option<(Vec<usize>, Vec<f64>, Vec<Tensor<1>>)> {
        let before = self.losses_on(batch, moment.step);
        let mut trace = self.model.forward(batch, Mode::train(moment.step), true);
        let rows = self.rows_of(std::slice::from_ref(batch), &[None]);
        let losses = self.losses(&trace, batch, None, &rows);
        let mut flow = self.seeds(batch, &losses, 1, |_| 1.0, |objective| objective);
        let model = &self.model;
        let mut of_task: Vec<Gradients> = losses.iter().map(|_| Gradients::new(model)).collect();
        let shared: Vec<bool> = {
            let mut shared = vec![false; model.weights.slots.len()];
            model
                .steps
                .iter()
                .filter(|step| step.is_shared())
                .flat_map(|step| &step.slots)
                .for_each(|slot| shared[*slot] = true);
            shared
        };
        model.pull(
            &mut trace,
            &mut flow,
            |_| true,
            |slot, objective, gradient| {
                if shared[slot] {
                    of_task[objective].add(slot, gradient);
                }
            },
        );
        if of_task.iter().all(|gradients| gradients.slots.iter().all(Option::is_none)) {
            return None;
        }
        let steps = of_task.iter().map(|gradients| gradients.flat(&model.weights) * moment.learning_rate).collect();
        let (tasks, before) = before.into_iter().unzip();
        Some((tasks, before, steps))
    }

    /// The loss of every task that the batch has labels of, with the weights as they are; changes nothing.
    pub fn losses_on(&self, batch: &Batch, step: u64) -> Vec<(usize, f64)> {
        let trace = self.model.answer(batch, Mode::train(step));
        let rows = self.rows_of(std::slice::from_ref(batch), &[None]);
        let losses = self.losses(&trace, batch, None, &rows);
        let values = on_host_losses(&losses);
        losses.iter().map(|loss| loss.task).zip(values).collect()
    }

    /// The layer that a weight belongs to: `trunk.dense.1` of `trunk.dense.1.weight`.
    pub fn layer_of<'a>(&self, path: &'a str) -> &'a str {
        let is_weight = self.model.weights.slots.iter().any(|slot| slot.path == path);
        match path.rsplit_once('.') {
            Some((layer, _)) if is_weight => layer,
            _ => path,
        }
    }

    /// Cotangents of the outputs: `samples` objectives per task, each on its own rows (row i belongs to sample
    /// i mod `samples`, scaled so that each is an unbiased estimate).
    fn seeds(
        &self,
        batch: &Batch,
        losses: &[TaskLoss],
        samples: usize,
        weight: impl Fn(usize) -> f64,
        objective_of: impl Fn(usize) -> usize,
    ) -> Flow {
        let mut flow = Flow::new(&self.model);
        let slopes: Vec<Real> = losses.iter().flat_map(|loss| loss.slopes.iter().cloned()).collect();
        for sample in 0..samples {
            let objective = |position: usize| sample * losses.len() + position;
            let of_loss = |(position, loss): (usize, &TaskLoss)| vec![weight(objective(position)); loss.slopes.len()];
            let factors: Vec<f64> = losses.iter().enumerate().flat_map(of_loss).collect();
            let mut seeds = Real::scaled_each(&slopes, &factors).into_iter();
            for (position, loss) in losses.iter().enumerate() {
                for (step, mut seed) in self.model.heads[loss.task].iter().zip(seeds.by_ref().take(loss.slopes.len())) {
                    if samples > 1 {
                        let rows = seed.rows();
                        let belongs = |row: usize| if row % samples == sample { samples as f32 } else { 0.0 };
                        let mask: Vec<f32> = self.places_of(*step, batch, rows).into_iter().map(belongs).collect();
                        let mask = Real::from_host(mask, vec![rows, 1], &self.model.device);
                        seed = seed.like(seed.by_rows() * mask.by_rows());
                    }
                    flow.add(*step, objective_of(objective(position)), seed);
                }
            }
        }
        flow
    }

    fn combine(&mut self, moment: Moment, seen: Seen<'_>) -> Combination {
        let gramian = seen.gramian.map(|rows| Gramian::new(rows.len(), rows.concat()));
        let value = seen.value.as_ref().map(|(rows, values)| balancers::Representation { rows: *rows, values });
        self.balancer.combine(&balancers::Step {
            step: moment.step,
            epoch: moment.epoch,
            epochs: self.pipeline.train.epochs,
            seed: self.seed,
            tasks: seen.present,
            count: self.pipeline.tasks.len(),
            lambda: &self.pipeline.weights.lambda,
            losses: seen.losses,
            gramian: gramian.as_ref(),
            jacobian: seen.jacobian.as_deref(),
            representation: value,
            learning_rate: moment.learning_rate,
        })
    }

    fn update(&mut self, gradients: &Gradients, moment: Moment) -> Result<(), NotSummed> {
        if self.world.is_alone() && self.update_by_parts(gradients, moment) {
            return Ok(());
        }
        let (mut flat, reached) = self.summed(gradients)?;
        if let Some(clip) = self.pipeline.train.clip {
            let factor = clipping(total(flat.clone().square()), clip);
            flat = flat * factor;
        }
        let reached = self.reached(&reached);
        // Kept only where some weights stay as they are: an optimizer changes in place what nobody else has.
        let before = reached.is_some().then(|| (self.model.weights.trained.clone(), self.optimizer.clone()));
        let nothing = Tensor::empty([0], &self.model.device);
        let after = optimizers::compute(&self.pipeline.train.optimizer).update(Update {
            weights: std::mem::replace(&mut self.model.weights.trained, nothing),
            gradient: flat,
            state: &mut self.optimizer,
            learning_rate: moment.learning_rate,
            step: moment.step + 1,
            decays: &self.decays,
            factors: self.factors.as_ref(),
        });
        let (Some(reached), Some((before, states))) = (reached, before) else {
            self.model.weights.trained = after;
            return Ok(());
        };
        let only = |before: Tensor<1>, after: Tensor<1>| before.clone() + (after - before) * reached.clone();
        self.model.weights.trained = only(before, after);
        for (index, state) in self.optimizer.iter_mut().enumerate() {
            let before = states.get(index).cloned().unwrap_or_else(|| state.zeros_like());
            *state = only(before, state.clone());
        }
        Ok(())
    }

    /// A step on each weight's own gradient, without one gradient of all of them in memory; false if optimizer or backend have no such step, and
    /// nothing has changed then.
    fn update_by_parts(&mut self, gradients: &Gradients, moment: Moment) -> bool {
        let optimizer = optimizers::compute(&self.pipeline.train.optimizer);
        let slots = self.model.weights.slots.iter().zip(&gradients.slots);
        let part = |(slot, gradient): (&Slot, &Option<Real>)| {
            Some(Part { start: slot.range()?.start, decays: slot.decays, gradient: gradient.clone()? })
        };
        let mut parts: Vec<Part> = slots.filter_map(part).collect();
        if parts.is_empty() || !optimizer.goes_by_parts(&parts) {
            return false;
        }
        if let Some(clip) = self.pipeline.train.clip {
            parts.iter_mut().for_each(|part| part.gradient = part.gradient.clone().without_shared());
            let squares = parts.iter().map(|part| total(part.gradient.numbers().square()));
            let factor = clipping(total(Tensor::cat(squares.collect(), 0)), clip);
            parts.iter_mut().for_each(|part| part.gradient = part.gradient.clone().times(factor.clone()));
        }
        let nothing = Tensor::empty([0], &self.model.device);
        self.model.weights.trained = optimizer.update_parts(
            std::mem::replace(&mut self.model.weights.trained, nothing),
            &parts,
            &mut self.optimizer,
            (moment.learning_rate, moment.step + 1),
            self.factors.as_ref(),
        );
        true
    }

    /// 1 for each weight that a gradient reached; `None` if all were. A weight that none reached stays as it is, and so
    /// does what the optimizer keeps of it: not even momentum or decay moves it.
    fn reached(&self, reached: &[bool]) -> Option<Tensor<1>> {
        let slots = self.model.weights.slots.iter().zip(reached);
        let missing = |(slot, reached): (&Slot, &bool)| slot.range().is_some() && !reached;
        if !slots.clone().any(missing) {
            return None;
        }
        let reached: std::collections::HashMap<&str, bool> =
            slots.map(|(slot, reached)| (slot.path.as_str(), *reached)).collect();
        Some(self.model.weights.per_weight(|slot| if reached[slot.path.as_str()] { 1.0 } else { 0.0 }))
    }
}

/// What a balancer is shown of a step.
#[derive(Default)]
struct Seen<'a> {
    present: &'a [usize],
    losses: &'a [f64],
    gramian: Option<Vec<Vec<f64>>>,
    jacobian: Option<Vec<Vec<f64>>>,
    /// The representation itself: its rows, and its numbers.
    value: Option<(usize, Vec<f64>)>,
}

/// All losses in one transfer.
pub(super) fn on_host_losses(losses: &[TaskLoss]) -> Vec<f64> {
    if losses.is_empty() {
        return Vec::new();
    }
    let values: Tensor<1> = Tensor::cat(losses.iter().map(|loss| loss.value.clone()).collect(), 0);
    to_host(values).into_iter().map(f64::from).collect()
}

/// min(1, most / norm) of a gradient by the sum of its squares, without asking the device for it.
fn clipping(squares: Tensor<1>, most: f64) -> Tensor<1> {
    (squares.sqrt() + 1e-12).recip().mul_scalar(most).clamp_max(1.0)
}
