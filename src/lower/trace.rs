//! Going forward and back: one evaluation of a model on a batch, and cotangents pulled back through it.
//!
//! Cotangents of several *objectives* (tasks, or parts of a batch) can be kept apart on the way back. How far is the
//! caller's choice: for a plain sum not at all, at the representation down to the first steps that tasks share, at the
//! parameters through the whole model.

mod flow;

use std::collections::HashMap;
use std::sync::Arc;

pub use flow::{Flow, Gradients};

use super::kept_values::Known;
use super::layers::{self, Cotangents, Forward, Recorded, Together};
use super::model::{Model, Step, StepOp};
use super::segments::Segments;
use super::siblings::Waiting;
use super::standing::Standing;
use super::tape::Tape;
use super::value::{Real, Value};
use super::world::Places;
use crate::catalog::Type;
use crate::data::Batch;
use crate::kernels::pointwise::Then;

/// How a model is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode {
    /// Dropout drops, batch norm uses the batch.
    pub training: bool,
    /// The training step, which random draws depend on.
    pub step: u64,
}

impl Mode {
    pub const EVALUATE: Mode = Mode { training: false, step: 0 };

    pub fn train(step: u64) -> Self {
        Mode { training: true, step }
    }
}

/// What stays of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// What the way back needs.
    WayBack,
    /// The value of every step.
    Values,
    /// The tasks' outputs.
    Outputs,
}

/// One evaluation of a model.
pub struct Trace {
    /// The value of each step; `None` where the batch has no rows for it, or where it will be computed again.
    pub values: Vec<Option<Value>>,
    /// Whether the batch has rows for each step.
    present: Vec<bool>,
    /// Which steps of which segment are computed again on the way back; `None` without activation checkpointing.
    segments: Option<Segments>,
    /// Which steps were not computed here: they are never computed again, and their values stay.
    known: Option<Arc<[bool]>>,
    /// New states (running means), by slot.
    pub states: Vec<(usize, Real)>,
    weights: Vec<Real>,
    kept: Vec<Vec<Value>>,
    tapes: Vec<Option<Tape>>,
    mode: Mode,
    /// Where the rows of the batch stand in the one that all processes share.
    places: Option<Arc<Places>>,
    /// Where rows stand that are places, by the step that made them.
    pub(super) standing: HashMap<usize, Arc<Standing>>,
}

impl Model {
    /// Evaluates every step that the batch has rows for; `record` keeps what the way back needs. What was computed before
    /// is taken from there.
    pub fn forward(&self, batch: &Batch, mode: Mode, record: bool) -> Trace {
        let keeps = if record { Keeps::WayBack } else { Keeps::Values };
        self.forward_from(batch, mode, keeps, self.known_of(batch))
    }

    /// [`Model::forward`] for who wants nothing but the tasks' outputs; of heads that write step by step, more.
    pub fn answer(&self, batch: &Batch, mode: Mode) -> Trace {
        self.forward_from(batch, mode, Keeps::Outputs, self.known_of(batch))
    }

    fn known_of(&self, batch: &Batch) -> Option<Known> {
        self.kept.as_ref().and_then(|kept| kept.of_batch(batch, &self.device))
    }

    /// [`Model::forward`], without the steps whose value is known or not wanted.
    pub fn forward_from(&self, batch: &Batch, mode: Mode, keeps: Keeps, known: Option<Known>) -> Trace {
        let count = self.steps.len();
        let record = keeps == Keeps::WayBack;
        let mut trace = Trace {
            values: Vec::with_capacity(count),
            states: Vec::new(),
            weights: self.weights.views(),
            kept: Vec::with_capacity(count),
            tapes: Vec::with_capacity(count),
            mode,
            present: Vec::with_capacity(count),
            segments: (record && self.checkpointing).then(|| Segments::of(self)),
            known: known.as_ref().map(|known| known.settled.clone()),
            places: batch.whole.as_ref().map(|whole| Arc::new(Places::new(&*self.world, whole, &batch.rows))),
            standing: HashMap::new(),
        };
        let mut known = known;
        // Of siblings that have been computed with the first of them, and of chains with their beginning.
        let mut ahead: HashMap<usize, Value> = HashMap::new();
        // What will be computed again needs no record of the first time.
        let record = record && trace.segments.is_none();
        for index in 0..count {
            let mut kept = Vec::new();
            let mut tape = None;
            let before = ahead.remove(&index);
            // What was written over, or in the place of what it reads, is no more memory.
            let mut written_over = before.is_some() && self.siblings[index].is_none();
            let since = self.clock.as_ref().map(|clock| clock.now());
            let value = match &self.steps[index].op {
                _ if trace.is_known(index) => known.as_mut().and_then(|known| known.values[index].take()),
                StepOp::Input(input) => {
                    let host = &batch.inputs[*input];
                    (host.rows() > 0).then(|| Value::from_host(host, &self.device))
                }
                StepOp::Present(input) => {
                    let host = batch.presence(*input);
                    (host.rows() > 0).then(|| Value::from_host(&host, &self.device))
                }
                // Nobody reads it where its task has been left out.
                StepOp::Previous { task, target } => {
                    let host = batch.targets.get(*task).and_then(|of_task| of_task.values.get(*target));
                    host.filter(|host| host.rows() > 0).map(|host| Value::from_host(&host.previous(), &self.device))
                }
                StepOp::Whole { task, target } => {
                    let host = batch.targets.get(*task).and_then(|of_task| of_task.values.get(*target));
                    host.filter(|host| host.rows() > 0).map(|host| Value::from_host(host, &self.device))
                }
                _ if before.is_some() => before,
                StepOp::Layer(_) if self.may_write_over(&trace, index, keeps) => {
                    written_over = true;
                    self.write_over(&mut trace, index, keeps)
                }
                StepOp::Layer(_) => trace.call(self, index).map(|call| {
                    if self.siblings[index] == Some(index) {
                        ahead.extend(self.forward_siblings(&trace, &call, index));
                    }
                    let first = ahead.remove(&index);
                    first.unwrap_or_else(|| {
                        let behind = self.chain_behind(&trace, index, keeps);
                        let then = self.chain(&behind);
                        let record = record.then_some(&mut tape);
                        let value = call.run(self, index, record, &mut trace.states, &mut kept, then.as_ref());
                        if then.is_some_and(|then| then.is_done()) {
                            ahead.extend(behind.into_iter().map(|step| (step, value.clone())));
                        }
                        value
                    })
                }),
            };
            if let (Some(clock), Some(since)) = (&self.clock, since) {
                clock.forward(index, since, value.as_ref().filter(|_| !written_over), &kept);
            }
            trace.note_standing(self, index);
            if let (None, Some((layer, world))) = (&value, self.meeting(index, mode)) {
                let states = layers::compute(layer).forward_without(&trace.weights_of(&self.steps[index]), world);
                trace.states.extend(states.into_iter().map(|(place, real)| (self.steps[index].slots[place], real)));
            }
            trace.present.push(value.is_some());
            trace.values.push(value);
            trace.kept.push(kept);
            trace.tapes.push(tape);
            trace.drop_before(self, index);
            if keeps == Keeps::Outputs {
                let ended = |value: &usize| self.lives.ends(*value, index);
                let read = self.steps[index].inputs.iter().copied().chain([index]).filter(ended);
                read.for_each(|value| trace.values[value] = None);
            }
        }
        trace
    }

    /// The outputs of a task; `None` if the batch has no rows for it.
    pub fn outputs(&self, trace: &Trace, task: usize) -> Option<Vec<Real>> {
        self.heads[task].iter().map(|step| trace.values[*step].as_ref().map(|value| value.real().clone())).collect()
    }

    /// Pulls cotangents back through the steps that `through` chooses, objective by objective; cotangents that reach
    /// other steps stay in `flow` there. Weight gradients go to `sink` as (slot, objective, gradient).
    pub fn pull(
        &self,
        trace: &mut Trace,
        flow: &mut Flow,
        through: impl Fn(usize) -> bool,
        mut sink: impl FnMut(usize, usize, Real),
    ) {
        let mut waiting = Waiting::default();
        for index in (0..self.steps.len()).rev() {
            let step = &self.steps[index];
            let since = self.clock.as_ref().map(|clock| clock.now());
            let here = if through(index) { flow.take(index) } else { Vec::new() };
            if through(index) {
                self.meet(trace, index, here.len());
            }
            if !here.is_empty() && step.learns && step.layer().is_some() {
                match self.siblings[index] {
                    Some(first) => waiting.add(first, index, here),
                    None => self.pull_one(trace, flow, index, here, &mut sink),
                }
            }
            // Nothing reads one of its siblings before it, so that their cotangents are complete.
            if self.siblings[index] == Some(index) {
                let waited = waiting.take(index);
                for (objective, here) in waited.together {
                    self.pull_siblings(trace, flow, objective, here, &mut sink);
                }
                for (step, here) in waited.alone {
                    self.pull_one(trace, flow, step, here, &mut sink);
                }
            }
            if let (Some(clock), Some(since)) = (&self.clock, since) {
                clock.back(index, since);
            }
        }
    }

    fn pull_one(
        &self,
        trace: &mut Trace,
        flow: &mut Flow,
        index: usize,
        here: Vec<(usize, Real)>,
        sink: &mut impl FnMut(usize, usize, Real),
    ) {
        let (objectives, cotangents): (Vec<usize>, Vec<Real>) = here.into_iter().unzip();
        let results = self.pull_step(trace, index, &cotangents, self.wants_weights(index));
        for (objective, result) in objectives.into_iter().zip(results) {
            self.pass_on(trace, flow, index, objective, result.inputs);
            self.give(index, objective, result.weights, sink);
        }
    }

    /// Gives away the gradients of a step's weights, of those that are trained.
    pub(super) fn give(
        &self,
        step: usize,
        objective: usize,
        gradients: impl IntoIterator<Item = Option<Real>>,
        sink: &mut impl FnMut(usize, usize, Real),
    ) {
        for (slot, gradient) in self.steps[step].slots.iter().zip(gradients) {
            if let Some(gradient) = gradient.filter(|_| self.is_trained(*slot)) {
                sink(*slot, objective, gradient);
            }
        }
    }

    /// Adds the cotangents of a step's inputs to the flow.
    pub fn pass_on(&self, trace: &Trace, flow: &mut Flow, index: usize, objective: usize, inputs: Vec<Option<Real>>) {
        let step = &self.steps[index];
        if step.layer().is_some_and(|layer| layer.capabilities().stops_gradient) {
            return;
        }
        let present = step.inputs.iter().filter(|input| trace.present[**input]);
        for (input, cotangent) in present.zip(inputs) {
            if let Some(cotangent) = cotangent.filter(|_| self.steps[*input].learns) {
                flow.add(*input, objective, cotangent);
            }
        }
    }

    /// The cotangents of one step for each of several of its output.
    pub fn pull_step(
        &self,
        trace: &mut Trace,
        index: usize,
        cotangents: &[Real],
        wants_weights: bool,
    ) -> Vec<Cotangents> {
        let Some(layer) = self.steps[index].layer() else { return Vec::new() };
        trace.restore(self, index);
        let compute = layers::compute(layer);
        if let Some(vjp) = compute.vjp() {
            return trace.recorded(self, index, wants_weights, |recorded| vjp.pull_each(recorded, cotangents));
        }
        cotangents
            .iter()
            .map(|cotangent| match trace.tapes[index].take().or_else(|| trace.record_again(self, index)) {
                Some(tape) => tape.pull(cotangent),
                None => Cotangents::default(),
            })
            .collect()
    }
}

/// The inputs of one evaluation of a layer.
pub(super) struct Call<'m> {
    pub inputs: Vec<Value>,
    pub types: Vec<&'m Type>,
    weights: Vec<Real>,
    mode: Mode,
    places: Option<Arc<Places>>,
    standing: Option<Arc<Standing>>,
    /// What a layer at which processes meet has kept of this batch before.
    kept: Vec<Value>,
}

impl Trace {
    /// Looks back at a step.
    pub fn recorded<R>(
        &mut self,
        model: &Model,
        index: usize,
        wants_weights: bool,
        look: impl FnOnce(&Recorded<'_>) -> R,
    ) -> R
    where
        R: Default,
    {
        self.restore(model, index);
        let (Some(call), Some(output)) = (self.call(model, index), &self.values[index]) else { return R::default() };
        let present = model.steps[index].inputs.iter().filter(|input| self.present[**input]);
        let wants_inputs: Vec<bool> = present.map(|input| model.steps[*input].learns).collect();
        look(&Recorded {
            weights: &call.weights,
            inputs: &call.inputs,
            types: &call.types,
            ty: &model.steps[index].ty,
            output,
            kept: &self.kept[index],
            wants_inputs: &wants_inputs,
            wants_weights,
            half: model.half,
            world: (!model.world.is_alone()).then_some(&*model.world),
        })
    }

    pub(super) fn mode(&self) -> Mode {
        self.mode
    }

    /// A step's weights, as it was evaluated with them.
    pub(super) fn weights_of(&self, step: &Step) -> Vec<Real> {
        step.slots.iter().map(|slot| self.weights[*slot].clone()).collect()
    }

    /// Whether a step's value came with the batch, or nobody wants it.
    pub(super) fn is_known(&self, step: usize) -> bool {
        self.known.as_ref().is_some_and(|known| known[step])
    }

    /// Lets go of the values that a finished segment keeps to itself.
    fn drop_before(&mut self, model: &Model, index: usize) {
        let Some(segments) = &self.segments else { return };
        if let Some(segment) = segments.ending_at(index) {
            self.forget(model, segment);
        }
    }

    fn forget(&mut self, model: &Model, segment: std::ops::Range<usize>) {
        let Some(segments) = &self.segments else { return };
        for step in segment.filter(|step| !segments.kept[*step]) {
            if self.known.as_ref().is_some_and(|known| known[step]) {
                continue;
            }
            self.values[step] = None;
            self.tapes[step] = None;
            // What all processes have found together is not looked for again.
            if model.meeting(step, self.mode).is_none() {
                self.kept[step] = Vec::new();
            }
        }
    }

    /// Computes the segment of a step again, if it has been let go; the one that was there before is let go in turn.
    pub fn restore(&mut self, model: &Model, index: usize) {
        let Some(segments) = &mut self.segments else { return };
        let segment = segments.of_step(index);
        if segments.live.as_ref() == Some(&segment) {
            return;
        }
        let before = segments.live.replace(segment.clone());
        if let Some(before) = before {
            self.forget(model, before);
        }
        for step in segment {
            if self.is_known(step) {
                continue;
            }
            let Some(call) = self.call(model, step) else { continue };
            let (mut kept, mut tape) = (Vec::new(), None);
            let value = call.run(model, step, Some(&mut tape), &mut Vec::new(), &mut kept, None);
            self.values[step] = Some(value);
            self.kept[step] = kept;
            self.tapes[step] = tape;
        }
    }

    /// What a layer is given; `None` if the batch has no rows for it.
    pub(super) fn call<'m>(&self, model: &'m Model, index: usize) -> Option<Call<'m>> {
        let step = &model.steps[index];
        let stacks = step.layer().is_some_and(|layer| layer.capabilities().stacks_rows);
        let present: Vec<usize> = step.inputs.iter().copied().filter(|input| self.present[*input]).collect();
        if present.is_empty() || (present.len() < step.inputs.len() && !stacks) {
            return None;
        }
        Some(Call {
            inputs: present.iter().filter_map(|input| self.values[*input].clone()).collect(),
            types: present.iter().map(|input| &model.steps[*input].ty).collect(),
            weights: self.weights_of(step),
            mode: self.mode,
            places: self.places.clone(),
            standing: self.standing_before(model, index).cloned(),
            kept: model.meeting(index, self.mode).and_then(|_| self.kept.get(index).cloned()).unwrap_or_default(),
        })
    }

    /// Records a step that has been pulled through before: burn lets a tape be used once.
    fn record_again(&self, model: &Model, index: usize) -> Option<Tape> {
        let call = self.call(model, index)?;
        let mut tape = None;
        call.run(model, index, Some(&mut tape), &mut Vec::new(), &mut Vec::new(), None);
        tape
    }
}

impl Call<'_> {
    /// The call as a layer sees it.
    pub(super) fn forward<'c>(&'c self, model: &'c Model, index: usize) -> Forward<'c> {
        let step = &model.steps[index];
        let world = &*model.world;
        Forward {
            weights: &self.weights,
            inputs: &self.inputs,
            types: &self.types,
            ty: &step.ty,
            sizes: &step.sizes,
            training: self.mode.training,
            half: model.half,
            draw: step.draw.at(self.mode.step),
            device: &model.device,
            then: None,
            kept: Vec::new(),
            state: Vec::new(),
            standing: self.standing.as_deref(),
            together: (!world.is_alone()).then_some(Together {
                world,
                places: self.places.as_deref(),
                sets: &step.rows,
                kept: &self.kept,
            }),
        }
    }

    fn run(
        &self,
        model: &Model,
        index: usize,
        record: Option<&mut Option<Tape>>,
        states: &mut Vec<(usize, Real)>,
        kept: &mut Vec<Value>,
        then: Option<&Then>,
    ) -> Value {
        let step = &model.steps[index];
        let StepOp::Layer(layer) = &step.op else { return self.inputs[0].clone() };
        let compute = layers::compute(layer);
        let mut call = Forward { then, ..self.forward(model, index) };
        let value = match record.filter(|_| step.learns && compute.vjp().is_none()) {
            Some(tape) => {
                let (value, recorded) = Tape::record(compute, &mut call);
                *tape = Some(recorded);
                value
            }
            None => compute.forward(&mut call),
        };
        states.extend(call.state.into_iter().map(|(place, real)| (step.slots[place], real)));
        *kept = call.kept;
        layers::handed_on(value, &step.ty, &self.inputs, &self.types)
    }
}
