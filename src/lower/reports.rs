//! What layers report of themselves: the shares of gates, the weights of stitches, the choices of branches.
//!
//! A layer says in its capabilities that it has something to report, and in its lowering what; nothing here knows a name.

use super::layers;
use super::model::{Model, Step, StepOp};
use super::trace::Trace;
use super::value::{Value, to_host};

/// What one layer reports, as means over the rows it has seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Reported {
    /// The path of the layer.
    pub node: String,
    /// The word of its capabilities: `gate`, `stitch`, `mask`.
    pub what: &'static str,
    /// What each number speaks of, as a person would name it: `expert_1`, `species`.
    pub of: Vec<String>,
    pub values: Vec<f64>,
}

/// Collects reports over batches.
#[derive(Clone, Debug, Default)]
pub struct Reports {
    /// By step: sums over rows, and how many there were.
    sums: Vec<Option<(Vec<f64>, f64)>>,
}

impl Reports {
    /// Whether a model has anything to report.
    pub fn any(model: &Model) -> bool {
        model.steps.iter().filter_map(Step::layer).any(|layer| layer.capabilities().reports.is_some())
    }

    /// Adds what an evaluation has seen.
    pub fn add(&mut self, model: &Model, trace: &mut Trace) {
        self.sums.resize(model.steps.len(), None);
        for (index, step) in model.steps.iter().enumerate() {
            let Some(layer) = step.layer().filter(|layer| layer.capabilities().reports.is_some()) else { continue };
            let report = trace.recorded(model, index, false, |call| layers::compute(layer).report(call));
            let Some(report) = report else { continue };
            let [rows, width] = report.dims();
            let host = to_host(report);
            let (sums, count) = self.sums[index].get_or_insert_with(|| (vec![0.0; width], 0.0));
            for (place, value) in host.into_iter().enumerate() {
                sums[place % width] += f64::from(value);
            }
            *count += rows as f64;
        }
    }

    /// The means, in the order of the model.
    pub fn finish(&self, model: &Model) -> Vec<Reported> {
        let mut found = Vec::new();
        for ((index, step), sums) in model.steps.iter().enumerate().zip(&self.sums) {
            let (Some(what), Some((sums, count))) = (step.layer().and_then(|layer| layer.capabilities().reports), sums)
            else {
                continue;
            };
            found.push(Reported {
                node: step.path.clone(),
                what,
                of: names(model, index, sums.len()),
                values: sums.iter().map(|sum| sum / count.max(1.0)).collect(),
            });
        }
        found
    }
}

/// What the numbers of a step speak of: its own inputs, or, of a gate, what it is the gate to.
fn names(model: &Model, index: usize, width: usize) -> Vec<String> {
    let step = &model.steps[index];
    let short = |inputs: &[usize]| shorten(step, inputs.iter().map(|input| &model.steps[*input]).collect());
    if width == step.inputs.len() {
        return short(&step.inputs);
    }
    let spends = |other: &&Step| other.inputs.first() == Some(&index) && other.inputs.len() == width + 1;
    if let Some(spender) = model.steps.iter().find(spends) {
        return short(&spender.inputs[1..]);
    }
    // Of n inputs in g parts each, every part of the output has a number for every part of every input.
    let parts = (width / step.inputs.len().max(1)).isqrt();
    if parts > 1 && parts * parts * step.inputs.len() == width {
        let inputs = short(&step.inputs);
        let name = |place: usize| {
            let (to, from) = (place / (width / parts), place % (width / parts));
            format!("{}/{} to {}", inputs[from / parts], from % parts + 1, to + 1)
        };
        return (0..width).map(name).collect();
    }
    if width == 1 { short(&step.inputs[..1]) } else { (1..=width).map(|number| number.to_string()).collect() }
}

/// Paths without what goes without saying: the node that they share with the layer, and the layer they end in, if what
/// is left tells them apart.
fn shorten(step: &Step, inputs: Vec<&Step>) -> Vec<String> {
    let root = step.path.split('.').next().unwrap_or_default();
    let within: Vec<&str> = inputs
        .iter()
        .map(|input| input.path.strip_prefix(root).and_then(|rest| rest.strip_prefix('.')).unwrap_or(&input.path))
        .collect();
    let copies: Vec<&str> = within.iter().map(|path| path.rsplitn(3, '.').nth(2).unwrap_or_default()).collect();
    let distinct = copies.iter().enumerate().all(|(at, copy)| !copy.is_empty() && !copies[..at].contains(copy));
    (if distinct { copies } else { within }).into_iter().map(str::to_string).collect()
}

/// Who looks at whom in the first row of a batch, in one layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Looks {
    /// The path of the layer.
    pub node: String,
    /// What stands at the places that ask, and at those that are looked at; of a pool, one asks that is none of them.
    pub asking: Option<Walked>,
    pub seen: Walked,
    /// For each place that asks, how much it looks at each of the others.
    pub weights: Vec<Vec<f64>>,
}

/// Whose tokens a sequence walks along: those of an input, or of a target of the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walked {
    Input(usize),
    Target(usize),
}

/// Along what the value of a step goes: back through what has as many places, to what brought them. Sizes alone would take two inputs of one size for
/// each other. `None` where a layer between has made other places of them. Of values that rows of several data sets stand in, those of one count.
fn walked(model: &Model, step: usize, data: usize) -> Option<Walked> {
    let size = |step: usize| model.steps[step].ty.axes.get(1).map(|axis| &axis.size);
    let own = size(step)?;
    match &model.steps[step].op {
        StepOp::Input(input) => Some(Walked::Input(*input)),
        StepOp::Previous { target, .. } | StepOp::Whole { target, .. } => Some(Walked::Target(*target)),
        StepOp::Present(_) => None,
        StepOp::Layer(_) => {
            let inputs = model.steps[step].inputs.iter().copied();
            let along = inputs.filter(|input| size(*input) == Some(own) && model.steps[*input].rows.contains(&data));
            along.into_iter().find_map(|input| walked(model, input, data))
        }
    }
}

/// The layers that attend among those that an output of a task depends on, in the order of the model, for a row of a data set.
pub fn looks(model: &Model, trace: &mut Trace, task: usize, data: usize) -> Vec<Looks> {
    let mut behind = vec![false; model.steps.len()];
    model.heads[task].iter().for_each(|output| behind[*output] = true);
    // A step reads only those before it.
    for index in (0..behind.len()).rev() {
        if behind[index] {
            model.steps[index].inputs.iter().for_each(|input| behind[*input] = true);
        }
    }
    let mut found = Vec::new();
    for (index, step) in model.steps.iter().enumerate().filter(|(index, _)| behind[*index]) {
        let Some(layer) = step.layer() else { continue };
        let looks = trace.recorded(model, index, false, |call| {
            let weights = layers::compute(layer).attention(call)?;
            let places = |value: &Value| value.extents().of(1).and_then(|lengths| lengths.first().copied());
            Some((weights, places(call.output), call.inputs.last().and_then(places)))
        });
        let Some((weights, asking, answering)) = looks else { continue };
        let [_, queries, keys] = weights.dims();
        let numbers: Vec<f64> = to_host(weights).into_iter().take(queries * keys).map(f64::from).collect();
        let own = answering.unwrap_or(keys).min(keys);
        let rows = numbers.chunks(keys.max(1)).take(if queries == 1 { 1 } else { asking.unwrap_or(queries) });
        let Some(seen) = step.inputs.last().and_then(|input| walked(model, *input, data)) else { continue };
        found.push(Looks {
            node: step.path.clone(),
            asking: (step.ty.is_sequence()).then(|| walked(model, index, data)).flatten(),
            seen,
            weights: rows.map(|row| row[..own].to_vec()).collect(),
        });
    }
    found
}
