//! Models as modules of [PyTorch](https://pytorch.org): one file of Python that a person can read, and the weights beside it.
//!
//! The class has an attribute for each layer with weights, called after the node of the spec, and a forward pass with a line for each
//! node. A layer is written by its file in [`layers`]; what PyTorch has no function for comes along ([`helpers`]). Behind it stand the
//! decoding of answers ([`answers`]) and a training loop with the settings of the spec ([`training`]), whose losses are written by a file each in [`losses`]. What has no form is said.

mod answers;
mod file;
mod helpers;
mod layers;
mod losses;
pub mod sample;
mod source;
mod steps;
mod training;

use std::fmt;

use self::file::{File, Pass};
use self::helpers::Helper;
use self::layers::{Call, Value, Weight, writer};
use self::source::Source;
use crate::catalog::Type;
use crate::lower::Model;
use crate::lower::model::{Step, StepOp};
use crate::train::session::Session;

/// What is exported.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub session: &'a Session,
    pub model: &'a Model,
    /// By which the run is known.
    pub identity: &'a str,
    /// What the file of weights is called, beside that of the module.
    pub weights: &'a str,
}

/// A module and its weights.
#[derive(Debug)]
pub struct Exported {
    pub python: String,
    pub weights: Vec<u8>,
    /// What rows are given as, of each input in words.
    pub given: Vec<(String, String)>,
    /// Tasks that it answers, each with the decoders that it leaves to whoever asks.
    pub tasks: Vec<(String, Option<String>)>,
    /// Tasks that it does not answer, and why.
    pub left_out: Vec<(String, String)>,
    /// What of training is not as in the spec, in a line each.
    pub otherwise: Vec<String>,
}

/// Why there is no module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotExported {
    /// No task can be written; each with why.
    NoTask(Vec<(String, String)>),
    /// The weights cannot be put into their file.
    Weights(String),
}

/// Writes the module.
///
/// # Errors
/// If no task can be written.
pub fn module(asked: &Asked<'_>) -> Result<Exported, NotExported> {
    let pipeline = &asked.session.pipeline;
    let weights = asked.model.weights.to_host();
    let written = |left_out: &mut Vec<(String, String)>| {
        let mut writing = Writing { asked, source: Source::default(), weights: &weights };
        let passes = (0..pipeline.data.len()).filter_map(|data| writing.pass(data, left_out));
        let passes: Vec<Pass> = passes.collect();
        (writing.source, passes)
    };
    // What cannot be written is found first, so that nothing stands there for it.
    let mut left_out = Vec::new();
    written(&mut left_out);
    let (source, passes) = written(&mut left_out);
    if passes.is_empty() {
        return Err(NotExported::NoTask(left_out));
    }
    File { asked, source, passes }.finish(left_out)
}

struct Writing<'a> {
    asked: &'a Asked<'a>,
    source: Source,
    weights: &'a [(String, Vec<usize>, Vec<f32>)],
}

impl Writing<'_> {
    /// The forward pass of the rows of a data set; `None` if no task is asked of them.
    fn pass(&mut self, data: usize, left_out: &mut Vec<(String, String)>) -> Option<Pass> {
        let Asked { session, model, .. } = *self.asked;
        let pipeline = &session.pipeline;
        // A task that some data set cannot be answered for is none that the module has.
        let refused = |task: usize| left_out.iter().any(|(name, _)| *name == pipeline.tasks[task].name);
        let asked = |task: &usize| {
            !refused(*task) && model.heads[*task].iter().any(|output| model.steps[*output].rows.contains(&data))
        };
        let tasks: Vec<usize> = (0..pipeline.tasks.len()).filter(asked).collect();
        if tasks.is_empty() {
            return None;
        }
        let mut needed = vec![false; model.steps.len()];
        tasks.iter().flat_map(|task| &model.heads[*task]).for_each(|output| needed[*output] = true);
        for step in (0..model.steps.len()).rev().filter(|step| model.steps[*step].rows.contains(&data)) {
            if needed[step] {
                let own = model.steps[step].inputs.iter().filter(|input| model.steps[**input].rows.contains(&data));
                own.for_each(|input| needed[*input] = true);
            }
        }
        self.source.begin();
        let (mut values, mut inputs) = (vec![None; model.steps.len()], Vec::new());
        for (index, step) in model.steps.iter().enumerate().filter(|(index, _)| needed[*index]) {
            values[index] = Some(self.step(step, &values, &mut inputs));
        }
        let mut answered = Vec::new();
        for task in tasks {
            let outputs: Result<Vec<Value>, String> =
                model.heads[task].iter().filter_map(|output| values[*output].clone()).collect();
            match outputs {
                Ok(outputs) => answered.push(file::Answered { task, outputs }),
                Err(why) => left_out.push((pipeline.tasks[task].name.clone(), why)),
            }
        }
        Some(Pass { data, lines: self.source.lines(), inputs, tasks: answered })
    }

    fn step(
        &mut self,
        step: &Step,
        values: &[Option<Result<Value, String>>],
        inputs: &mut Vec<usize>,
    ) -> Result<Value, String> {
        let pipeline = &self.asked.session.pipeline;
        let variable = self.source.variable(&step.path);
        match &step.op {
            StepOp::Input(input) => {
                inputs.push(*input);
                let name = &pipeline.inputs[*input].name;
                if step.sizes.iter().skip(1).any(|size| *size == 0) {
                    return Err(format!("pictures of `{name}` differ in size"));
                }
                self.source.line(format!("{variable} = given[{}]", source::text(name)));
                let lengths = (step.sizes.first() == Some(&0)).then(|| {
                    let lengths = self.source.variable(&format!("{}_lengths", step.path));
                    self.source.line(format!("{lengths} = given[{}]", source::text(&format!("{name}.lengths"))));
                    lengths
                });
                Ok(Value { name: variable, lengths })
            }
            StepOp::Present(input) => {
                let name = format!("{}.present", pipeline.inputs[*input].name);
                self.source.line(format!("{variable} = given[{}].bool()", source::text(&name)));
                Ok(Value { name: variable, lengths: None })
            }
            StepOp::Previous { task, target } => {
                let of = pipeline.tasks.get(*task).ok_or("it reads what no task writes")?;
                let target = source::text(&format!("{}.{}", of.name, of.targets[*target].name));
                self.source.helper(Helper::Previous);
                self.source.line(format!("{variable} = previous(given, {target})"));
                Ok(Value { name: variable, lengths: None })
            }
            StepOp::Whole { task, target } => {
                let of = pipeline.tasks.get(*task).ok_or("it reads what no task compares")?;
                let target = source::text(&format!("{}.{}", of.name, of.targets[*target].name));
                let lengths = self.source.variable(&format!("{}_lengths", step.path));
                self.source.helper(Helper::Whole);
                self.source.line(format!("{variable}, {lengths} = whole(given, {target})"));
                Ok(Value { name: variable, lengths: Some(lengths) })
            }
            StepOp::Layer(def) => {
                let steps = &self.asked.model.steps;
                // Of a union, what comes of other data sets is not there.
                let read: Vec<usize> = step.inputs.iter().copied().filter(|input| values[*input].is_some()).collect();
                let inputs = read.iter().filter_map(|input| values[*input].clone()).collect::<Result<Vec<_>, _>>()?;
                let types: Vec<&Type> = read.iter().map(|input| &steps[*input].ty).collect();
                let Writing { asked, weights, source } = self;
                let weights: Vec<Weight<'_>> =
                    step.slots.iter().map(|slot| weight(asked.model, weights, *slot)).collect();
                let mut call = Call {
                    source,
                    variable,
                    path: &step.path,
                    inputs: &inputs,
                    types: &types,
                    ty: &step.ty,
                    sizes: &step.sizes,
                    weights: &weights,
                };
                let written = writer(def).and_then(|writer| writer.write(&mut call));
                written.ok_or_else(|| format!("`{}` at `{}` has no form in PyTorch", def.show(), step.path))
            }
        }
    }
}

fn weight<'w>(model: &Model, weights: &'w [(String, Vec<usize>, Vec<f32>)], slot: usize) -> Weight<'w> {
    let (path, shape, values) = &weights[slot];
    Weight { path, shape, values, trained: model.is_trained(slot), decays: model.weights.slots[slot].decays }
}

impl fmt::Display for NotExported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotExported::NoTask(tasks) => {
                f.write_str("no task can be written as a module of PyTorch")?;
                tasks.iter().try_for_each(|(task, why)| write!(f, "\n  `{task}`: {why}"))
            }
            NotExported::Weights(why) => write!(f, "the weights cannot be written: {why}"),
        }
    }
}
