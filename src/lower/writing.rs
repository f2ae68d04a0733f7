//! Heads that write: driven one token at a time, with a state that layers keep, so that one token costs one step.

use std::collections::HashMap;

use burn::tensor::{Int, Tensor, TensorData};

use super::layers::{self, Forward, State};
use super::model::{Model, StepOp};
use super::trace::Trace;
use super::value::{Extents, Index, Lengths, Real, Value};
use crate::catalog::Type;
use crate::catalog::decoders::Writes;

/// Tokens below this one stand for padding and for what was never seen: nobody writes them.
const FIRST: usize = 2;

/// A head at work: what it has written is in the states of its layers.
pub struct Writer<'m> {
    model: &'m Model,
    /// The steps that depend on what is written, in order.
    steps: Vec<usize>,
    /// The step that chooses the next token.
    output: usize,
    /// What these read and does not depend on what is written.
    known: HashMap<usize, Value>,
    states: HashMap<usize, State>,
    weights: Vec<Real>,
    rows: usize,
    /// How many places of a sequence layers have computed so far.
    pub places: usize,
}

impl Model {
    /// A writer for an output of a task (by its place among the outputs), given an evaluation of everything else; each row stands `width`
    /// times in it, one below the other. `None` if the evaluation has no rows for it.
    pub fn writer(&self, trace: &Trace, task: usize, output: usize, width: usize) -> Option<Writer<'_>> {
        let output = self.heads[task][output];
        let mut needed = vec![false; self.steps.len()];
        needed[output] = true;
        let mut written = vec![false; self.steps.len()];
        for (index, step) in self.steps.iter().enumerate() {
            let reads = matches!(step.op, StepOp::Previous { task: of, .. } if of == task);
            written[index] = reads || step.inputs.iter().any(|input| written[*input]);
        }
        for index in (0..=output).rev() {
            if needed[index] {
                self.steps[index].inputs.iter().for_each(|input| needed[*input] = true);
            }
        }
        let steps: Vec<usize> = (0..=output).filter(|index| needed[*index] && written[*index]).collect();
        let rows = trace.values[output].as_ref()?.shape()[0] * width;
        let read = steps.iter().flat_map(|index| &self.steps[*index].inputs).filter(|input| !written[**input]);
        let known = read
            .map(|input| Some((*input, repeated(trace.values[*input].as_ref()?, width))))
            .collect::<Option<HashMap<_, _>>>()?;
        let weights = self.weights.views();
        Some(Writer { model: self, steps, output, known, states: HashMap::new(), weights, rows, places: 0 })
    }
}

impl Writer<'_> {
    /// Goes on by one token in each row (the start is a token of zero), and says how likely each token is to follow: logits,
    /// `[rows, vocabulary]`.
    pub fn step(&mut self, tokens: &[i64]) -> Real {
        let mut values: HashMap<usize, Value> = HashMap::new();
        for index in &self.steps {
            let step = &self.model.steps[*index];
            let value = match &step.op {
                StepOp::Layer(layer) => {
                    let of = |input: &usize| values.get(input).or_else(|| self.known.get(input)).cloned();
                    let inputs: Vec<Value> = step.inputs.iter().filter_map(of).collect();
                    let types: Vec<&Type> = step.inputs.iter().map(|input| &self.model.steps[*input].ty).collect();
                    let weights: Vec<Real> = step.slots.iter().map(|slot| self.weights[*slot].clone()).collect();
                    let mut call = Forward {
                        weights: &weights,
                        inputs: &inputs,
                        types: &types,
                        ty: &step.ty,
                        sizes: &step.sizes,
                        training: false,
                        half: self.model.half,
                        draw: step.draw,
                        device: &self.model.device,
                        kept: Vec::new(),
                        state: Vec::new(),
                    };
                    let state = self.states.entry(*index).or_default();
                    let value = layers::compute(layer).step(&mut call, state);
                    self.places += value.shape()[1];
                    layers::handed_on(value, &step.ty, &inputs, &types)
                }
                StepOp::Previous { .. } | StepOp::Input(_) | StepOp::Present(_) => self.one_place(tokens),
            };
            values.insert(*index, value);
        }
        let logits = values.remove(&self.output).unwrap_or_else(|| self.one_place(tokens));
        let width = logits.shape().last().copied().unwrap_or(1);
        logits.real().reshaped(vec![self.rows, width])
    }

    fn one_place(&self, tokens: &[i64]) -> Value {
        let extents: Extents = [(1, Lengths::from(vec![1; self.rows]))].into_iter().collect();
        Value::Index(Index::from_host(tokens.to_vec(), vec![self.rows, 1], &self.model.device)).with_extents(extents)
    }

    /// Goes on with these rows, in this order: each must be of the same row of the data as the one whose place it takes.
    fn choose(&mut self, rows: &[usize]) {
        if rows.iter().enumerate().all(|(place, row)| place == *row) {
            return;
        }
        let rows: Vec<i64> = rows.iter().map(|row| *row as i64).collect();
        let count = rows.len();
        let rows = Tensor::<1, Int>::from_data(TensorData::new(rows, [count]), &self.model.device);
        self.states.values_mut().for_each(|state| state.choose(&rows));
    }
}

/// Each row so many times, one below the other.
fn repeated(value: &Value, width: usize) -> Value {
    if width == 1 {
        return value.clone();
    }
    let mut shape = value.shape().to_vec();
    let count = shape[0] * width;
    let inner = shape[1..].iter().product::<usize>();
    let rows: Vec<i64> = (0..count).map(|row| (row / width) as i64).collect();
    let lengths = value.extents().axes().filter_map(|axis| {
        let lengths = value.extents().of(axis)?;
        Some((axis, Lengths::from((0..count).map(|row| lengths[row / width]).collect::<Vec<_>>())))
    });
    let extents: Extents = lengths.collect();
    shape[0] = count;
    let value = match value {
        Value::Real(real) => {
            let rows = Tensor::<1, Int>::from_data(TensorData::new(rows, [count]), &real.device());
            Value::Real(Real::new(real.by_rows().select(0, rows)).reshaped(shape))
        }
        Value::Index(index) => {
            let flat = index.flat();
            let rows = Tensor::<1, Int>::from_data(TensorData::new(rows, [count]), &flat.device());
            Value::Index(Index::new(flat.reshape([count / width, inner]).select(0, rows)).reshaped(shape))
        }
    };
    value.with_extents(extents)
}

/// A beginning of an answer.
#[derive(Clone, Debug, Default)]
struct Beginning {
    tokens: Vec<i64>,
    /// The log probability of its tokens together.
    sum: f64,
}

/// The answers of one row.
#[derive(Clone, Debug)]
struct Answers {
    /// Those that go on, each with its place among the row's.
    open: Vec<(usize, Beginning)>,
    /// Those that have ended, with the mean log probability of their tokens.
    ended: Vec<(f64, Vec<i64>)>,
}

impl Answers {
    fn end(&mut self, beginning: Beginning, tokens: usize) {
        self.ended.push((beginning.sum / tokens.max(1) as f64, beginning.tokens));
    }

    /// The best one; of equals the first that ended.
    fn best(self) -> Vec<i64> {
        let better = |best: (f64, Vec<i64>), next: (f64, Vec<i64>)| if next.0 > best.0 { next } else { best };
        self.ended.into_iter().reduce(better).map(|(_, tokens)| tokens).unwrap_or_default()
    }
}

/// Lets a head write: of each row the tokens of its answer, without the end mark. `writer` has each row `writes.width` times.
pub fn write(writer: &mut Writer<'_>, writes: Writes, end: i64) -> Vec<Vec<i64>> {
    let width = writes.width.max(1);
    let count = writer.rows / width;
    let mut rows: Vec<Answers> = vec![Answers { open: vec![(0, Beginning::default())], ended: Vec::new() }; count];
    let mut tokens = vec![0; writer.rows];
    for _ in 0..writes.max {
        let logits = writer.step(&tokens);
        let vocabulary = logits.width();
        let logits = logits.to_host();
        let mut places: Vec<usize> = (0..writer.rows).collect();
        for (row, answers) in rows.iter_mut().enumerate() {
            let mut next: Vec<(f64, usize, usize)> = Vec::new();
            for (of, (place, beginning)) in answers.open.iter().enumerate() {
                let at = (row * width + place) * vocabulary;
                let likely = log_probabilities(&logits[at..at + vocabulary]);
                next.extend(
                    likely.into_iter().enumerate().skip(FIRST).map(|(token, log)| (beginning.sum + log, of, token)),
                );
            }
            let order = |left: &(f64, usize, usize), right: &(f64, usize, usize)| {
                right.0.total_cmp(&left.0).then((left.1, left.2).cmp(&(right.1, right.2)))
            };
            // No two are equal in this order, so that the few that go on are found without sorting a whole vocabulary.
            let kept = width - answers.ended.len().min(width);
            if kept < next.len() {
                next.select_nth_unstable_by(kept, order);
                next.truncate(kept);
            }
            next.sort_by(order);
            let before = std::mem::take(&mut answers.open);
            for (sum, of, token) in next {
                let (from, beginning) = &before[of];
                let mut beginning = Beginning { sum, tokens: beginning.tokens.clone() };
                if token as i64 == end {
                    let counted = beginning.tokens.len() + 1;
                    answers.end(beginning, counted);
                    continue;
                }
                beginning.tokens.push(token as i64);
                let place = answers.open.len();
                places[row * width + place] = row * width + from;
                tokens[row * width + place] = token as i64;
                answers.open.push((place, beginning));
            }
        }
        if rows.iter().all(|answers| answers.open.is_empty()) {
            break;
        }
        writer.choose(&places);
    }
    for answers in &mut rows {
        for (_, beginning) in std::mem::take(&mut answers.open) {
            let counted = beginning.tokens.len();
            answers.end(beginning, counted);
        }
    }
    rows.into_iter().map(Answers::best).collect()
}

fn log_probabilities(logits: &[f32]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let shifted = logits.iter().map(|logit| f64::from(*logit) - f64::from(largest));
    let total = shifted.clone().map(f64::exp).sum::<f64>().ln();
    shifted.map(|logit| logit - total).collect()
}
