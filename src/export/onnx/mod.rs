//! Models as [ONNX](https://onnx.ai): a file per data set, with the preprocessing of tables and the decoding of answers in it.
//!
//! A layer is written by its file in [`layers`], a step by its file in [`steps`]. What has no form there is said and not approximated:
//! an input is then given as its steps have made it, an answer as the outputs of its head, and a task that cannot be written at all is left
//! out. Numbers are 64-bit before the model and behind it and 32-bit inside, as they are here.

mod answers;
mod graph;
mod inputs;
mod layers;
pub mod messages;
pub mod sample;
mod steps;

use std::fmt;

use prost::Message;

use self::answers::Outputs;
use self::graph::Graph;
use self::layers::{Call, Value, Weight, writer};
use self::messages::{ModelProto, OperatorSetIdProto, StringStringEntryProto};
use crate::catalog::Type;
use crate::catalog::decoders::DecoderDef;
use crate::export::spelling::Spelling;
use crate::lower::Model;
use crate::lower::model::{Step, StepOp};
use crate::train::session::Session;

pub use self::graph::{Storage, kept};
pub use self::inputs::Described;

/// The operators that files are written in: the first set that has `LayerNormalization`, which is widely supported.
pub const OPSET: i64 = 17;
/// Operators for tables of texts, and their set.
const TABLES: &str = "ai.onnx.ml";
const TABLES_OPSET: i64 = 3;
/// The first version of the format that has these sets.
const IR: i64 = 8;
/// What the first axis of all inputs and outputs is called.
const ROWS: &str = "rows";
/// No message of the format may be longer.
const MOST: usize = i32::MAX as usize;

/// What is exported: a trained model, for rows of one data set.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub session: &'a Session,
    pub model: &'a Model,
    /// Its data set.
    pub data: usize,
    pub storage: Storage,
    /// By which the run is known.
    pub identity: &'a str,
    /// A task that has a file of its own ([`stands_alone`]); `None` for the file of all others.
    pub alone: Option<usize>,
}

/// A file.
#[derive(Debug)]
pub struct Exported {
    pub bytes: Vec<u8>,
    pub inputs: Vec<Described>,
    /// Tasks that it answers, each with the decoders that it leaves to whoever asks.
    pub tasks: Vec<(String, Option<String>)>,
    /// Tasks that it does not answer, and why.
    pub left_out: Vec<(String, String)>,
}

/// Why there is no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotExported {
    /// No task can be written; each with why.
    NoTask(Vec<(String, String)>),
    TooLarge {
        bytes: usize,
    },
}

/// Whether a task is given more than rows, and so has a file of its own: one that writes is given what it has written, one that looks at whole answers
/// an answer.
pub fn stands_alone(session: &Session, model: &Model, task: usize) -> bool {
    let whole = |step: &Step| matches!(step.op, StepOp::Whole { task: of, .. } if of == task);
    session.pipeline.tasks[task].predict.writer().is_some() || model.steps.iter().any(whole)
}

/// Writes the file; `None` if no task is asked of rows of the data set.
///
/// # Errors
/// If none of them can be written, or the file would be too large.
pub fn file(asked: &Asked<'_>) -> Result<Option<Exported>, NotExported> {
    let Asked { session, model, data, .. } = *asked;
    let tasks: Vec<usize> = (0..session.pipeline.tasks.len())
        .filter(|task| asked.alone.is_none_or(|of| of == *task))
        .filter(|task| model.heads[*task].iter().any(|output| model.steps[*output].rows.contains(&data)))
        .collect();
    if tasks.is_empty() {
        return Ok(None);
    }
    let mut writing = Writing::of(asked, &tasks);
    writing.steps();
    let (mut answered, mut left_out) = (Vec::new(), Vec::new());
    for task in tasks {
        let name = session.pipeline.tasks[task].name.clone();
        match writing.task(task) {
            Ok(decoders) => answered.push((name, decoders)),
            Err(why) => left_out.push((name, why)),
        }
    }
    if answered.is_empty() {
        return Err(NotExported::NoTask(left_out));
    }
    let (graph, used) = writing.graph.finish(&session.pipeline.name);
    let inputs: Vec<Described> = writing.inputs.into_iter().filter(|input| used.contains(&input.name)).collect();
    let bytes = message(asked, graph, &inputs, &answered).encode_to_vec();
    if bytes.len() > MOST {
        return Err(NotExported::TooLarge { bytes: bytes.len() });
    }
    Ok(Some(Exported { bytes, inputs, tasks: answered, left_out }))
}

fn message(
    asked: &Asked<'_>,
    graph: messages::GraphProto,
    inputs: &[Described],
    tasks: &[(String, Option<String>)],
) -> ModelProto {
    let pipeline = &asked.session.pipeline;
    let opset = |domain: &str, version| OperatorSetIdProto { domain: Some(domain.into()), version: Some(version) };
    let classes: serde_json::Map<String, serde_json::Value> = (0..pipeline.tasks.len())
        .filter_map(|task| Some((pipeline.tasks[task].name.clone(), asked.session.prepared.classes(task)?.into())))
        .collect();
    let outside = inputs.iter().filter(|input| input.prepared).map(|input| format!("{}: {}", input.name, input.given));
    let decoding = tasks.iter().filter_map(|(task, by)| Some(format!("{task}: {}", by.as_ref()?)));
    let lines = |lines: Vec<String>| lines.join("\n");
    let [mut texts, mut apart, mut ends] = std::array::from_fn(|_| serde_json::Map::new());
    for task in
        (0..pipeline.tasks.len()).filter(|task| tasks.iter().any(|(name, _)| *name == pipeline.tasks[*task].name))
    {
        let (Some(written), name) = (written(asked, task), &pipeline.tasks[task].name) else { continue };
        texts.insert(name.clone(), written.tokens.into());
        apart.extend(written.between.map(|between| (name.clone(), between.into())));
        ends.extend(written.end.map(|end| (name.clone(), end.into())));
    }
    let by_task = |of: serde_json::Map<String, serde_json::Value>| match of.is_empty() {
        true => String::new(),
        false => serde_json::Value::Object(of).to_string(),
    };
    let entries = [
        ("run", asked.identity.to_string()),
        ("classes", serde_json::Value::Object(classes).to_string()),
        ("prepared outside", lines(outside.collect())),
        ("decoded outside", lines(decoding.collect())),
        ("vocabulary", by_task(texts)),
        ("between", by_task(apart)),
        ("end", by_task(ends)),
    ];
    let entry = |(key, value): (&str, String)| StringStringEntryProto { key: Some(key.into()), value: Some(value) };
    ModelProto {
        ir_version: Some(IR),
        producer_name: Some("mtlc".into()),
        producer_version: Some(env!("CARGO_PKG_VERSION").into()),
        doc_string: (!pipeline.doc.is_empty()).then(|| pipeline.doc.clone()),
        graph: Some(graph),
        opset_import: vec![opset("", OPSET), opset(TABLES, TABLES_OPSET)],
        metadata_props: entries.into_iter().filter(|(_, value)| !value.is_empty()).map(entry).collect(),
    }
}

/// Of a task that answers with tokens, how they become texts, and which one ends an answer.
struct Written {
    /// The text of each token.
    tokens: Vec<String>,
    /// What stands between two; `None` where texts are more than that, as where tokens are bytes.
    between: Option<Option<&'static str>>,
    end: Option<i64>,
}

fn written(asked: &Asked<'_>, task: usize) -> Option<Written> {
    let Asked { session, model, .. } = *asked;
    let of = &session.pipeline.tasks[task];
    let written = of.predict.writer().map(|(output, target, _)| (output, target, false));
    let tagged = of.predict.tagger().map(|(output, by, target)| (output, target, matches!(by, DecoderDef::Viterbi(_))));
    let places = |output: usize| session.pipeline.node(of.outputs[output].1).ty.is_sequence();
    let tagged = tagged.filter(|(output, ..)| places(*output));
    let (output, target, pairs) = written.or(tagged)?;
    let scores = *model.steps[model.heads[task][output]].sizes.last()?;
    let size = if pairs { scores.isqrt() } else { scores };
    let spell = |tokens: &[i64]| session.prepared.spell(task, target, tokens);
    let end = session.prepared.end_of(task, target);
    Some(match Spelling::of(size, spell) {
        Some(Spelling { tokens, between }) => Written { tokens, between: Some(between), end },
        None => Written { tokens: (0..size as i64).map(|token| spell(&[token])).collect(), between: None, end },
    })
}

/// A file on its way.
struct Writing<'a> {
    asked: &'a Asked<'a>,
    graph: Graph,
    weights: Vec<(String, Vec<usize>, Vec<f32>)>,
    /// Steps that some answer needs.
    needed: Vec<bool>,
    /// Of each step its value, or why it has none.
    values: Vec<Option<Result<Value, String>>>,
    inputs: Vec<Described>,
}

impl<'a> Writing<'a> {
    fn of(asked: &'a Asked<'a>, tasks: &[usize]) -> Self {
        let Asked { session, model, data, storage, .. } = *asked;
        let mut needed = vec![false; model.steps.len()];
        for task in tasks {
            for output in session.pipeline.tasks[*task].predict.outputs() {
                needed[model.heads[*task][output]] = true;
            }
        }
        for step in (0..model.steps.len()).rev() {
            if needed[step] {
                model.steps[step]
                    .inputs
                    .iter()
                    .for_each(|input| needed[*input] |= model.steps[*input].rows.contains(&data));
            }
        }
        let values = vec![None; model.steps.len()];
        let graph = Graph::new(storage);
        Self { asked, graph, weights: model.weights.to_host(), needed, values, inputs: Vec::new() }
    }

    fn steps(&mut self) {
        let model = self.asked.model;
        for (index, step) in model.steps.iter().enumerate() {
            if self.needed[index] {
                self.values[index] = Some(self.step(step));
            }
        }
    }

    fn step(&mut self, step: &Step) -> Result<Value, String> {
        match &step.op {
            StepOp::Input(input) => {
                let (value, described) = inputs::written(self.asked, &mut self.graph, *input, &step.sizes)?;
                self.inputs.push(described);
                Ok(value)
            }
            StepOp::Present(input) => {
                let (value, described) = inputs::present(self.asked, &mut self.graph, *input);
                self.inputs.push(described);
                Ok(value)
            }
            StepOp::Previous { task, .. } if self.asked.alone == Some(*task) => {
                let (value, described) = inputs::previous(self.asked, &mut self.graph, *task);
                self.inputs.push(described);
                Ok(value)
            }
            StepOp::Previous { .. } => {
                Err("it writes its answer token by token, each made of those before, in a file of its own".into())
            }
            StepOp::Whole { task, target } if self.asked.alone == Some(*task) => {
                let (value, described) = inputs::whole(self.asked, &mut self.graph, *task, *target);
                self.inputs.push(described);
                Ok(value)
            }
            StepOp::Whole { .. } => {
                Err("it compares each row with an answer that it is given, in a file of its own".into())
            }
            StepOp::Layer(def) => {
                let steps = &self.asked.model.steps;
                // Of a union, what comes of other data sets is not there.
                let read: Vec<usize> =
                    step.inputs.iter().copied().filter(|input| self.values[*input].is_some()).collect();
                let inputs =
                    read.iter().filter_map(|input| self.values[*input].clone()).collect::<Result<Vec<_>, _>>()?;
                let types: Vec<&Type> = read.iter().map(|input| &steps[*input].ty).collect();
                let weights: Vec<Weight<'_>> = step
                    .slots
                    .iter()
                    .map(|slot| &self.weights[*slot])
                    .map(|(path, shape, values)| Weight { path, shape, values })
                    .collect();
                self.graph.begin(&step.path);
                let mut call = Call {
                    graph: &mut self.graph,
                    inputs: &inputs,
                    types: &types,
                    ty: &step.ty,
                    sizes: &step.sizes,
                    weights: &weights,
                };
                let written = writer(def).and_then(|writer| writer.write(&mut call));
                written.ok_or_else(|| format!("`{}` at `{}` has no form in ONNX", def.show(), step.path))
            }
        }
    }

    /// Writes what a task answers; gives the decoders that are left to whoever asks.
    fn task(&mut self, task: usize) -> Result<Option<String>, String> {
        let Asked { session, model, .. } = *self.asked;
        let mut values = Vec::new();
        let wanted = session.pipeline.tasks[task].predict.outputs();
        for (output, step) in model.heads[task].iter().enumerate() {
            let value = match self.values[*step].clone().filter(|_| wanted.contains(&output)) {
                Some(value) => Some((value?, model.steps[*step].sizes.clone())),
                None => None,
            };
            values.push(value);
        }
        Ok(Outputs { asked: self.asked, task, values: &values }.write(&mut self.graph))
    }
}

impl fmt::Display for NotExported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotExported::NoTask(tasks) => {
                f.write_str("no task can be written as ONNX")?;
                tasks.iter().try_for_each(|(task, why)| write!(f, "\n  `{task}`: {why}"))
            }
            NotExported::TooLarge { bytes } => {
                write!(f, "the file would have {bytes} bytes, and ONNX allows {MOST}")
            }
        }
    }
}
