//! Heads that write: driven one token at a time, with a state that layers keep, so that one token costs one step.

use std::collections::HashMap;

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::Draw;
use super::layers::{self, Forward, Order, State};
use super::model::{Model, StepOp};
use super::trace::Trace;
use super::value::{Extents, Index, Lengths, Real, Value};
use crate::catalog::Type;
use crate::catalog::decoders::{Sampling, Writes};
use crate::kernels::cross_entropy::log_sums;

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
    /// How many beginnings of answers there are: so many of each row, one below the other.
    rows: usize,
    width: usize,
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
        Some(Writer { model: self, steps, output, known, states: HashMap::new(), weights, rows, width, places: 0 })
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
                        then: None,
                        kept: Vec::new(),
                        state: Vec::new(),
                        standing: None,
                        together: None,
                    };
                    let state = self.states.entry(*index).or_insert_with(|| State::of(self.width));
                    let value = layers::compute(layer).step(&mut call, state);
                    self.places += value.shape()[1];
                    layers::handed_on(value, &step.ty, &inputs, &types)
                }
                StepOp::Previous { .. } | StepOp::Whole { .. } | StepOp::Input(_) | StepOp::Present(_) => {
                    self.one_place(tokens)
                }
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
    pub fn choose(&mut self, rows: &[usize]) {
        if rows.iter().enumerate().all(|(place, row)| place == *row) {
            return;
        }
        let rows = Order::new(rows.to_vec(), &self.model.device);
        self.states.values_mut().for_each(|state| state.choose(&rows));
    }

    /// Goes on with these rows alone, by their places, and with these beginnings of theirs, in this order.
    pub fn keep(&mut self, rows: &[usize], beginnings: &[usize]) {
        let count = self.rows / self.width;
        let [of_rows, all] = [rows, beginnings].map(|these| Order::new(these.to_vec(), &self.model.device));
        self.states.values_mut().for_each(|state| state.keep(&all, &of_rows, count));
        self.known.values_mut().for_each(|value| *value = of_rows_of(value, beginnings));
        self.rows = beginnings.len();
    }
}

fn numbers(rows: &[usize], device: &Device) -> Tensor<1, Int> {
    let numbers: Vec<i64> = rows.iter().map(|row| *row as i64).collect();
    Tensor::from_data(TensorData::new(numbers, [rows.len()]), device)
}

/// Each row so many times, one below the other.
fn repeated(value: &Value, width: usize) -> Value {
    if width == 1 {
        return value.clone();
    }
    let rows: Vec<usize> = (0..value.shape()[0] * width).map(|row| row / width).collect();
    of_rows_of(value, &rows)
}

/// Some rows of a value, in this order.
fn of_rows_of(value: &Value, rows: &[usize]) -> Value {
    let mut shape = value.shape().to_vec();
    let (before, inner) = (shape[0], shape[1..].iter().product::<usize>());
    shape[0] = rows.len();
    let lengths = value.extents().axes().filter_map(|axis| {
        let lengths = value.extents().of(axis)?;
        Some((axis, Lengths::from(rows.iter().map(|row| lengths[*row]).collect::<Vec<_>>())))
    });
    let extents: Extents = lengths.collect();
    let value = match value {
        Value::Real(real) => {
            Value::Real(Real::new(real.by_rows().select(0, numbers(rows, &real.device()))).reshaped(shape))
        }
        Value::Index(index) => {
            let flat = index.flat();
            let rows = numbers(rows, &flat.device());
            Value::Index(Index::new(flat.reshape([before, inner]).select(0, rows)).reshaped(shape))
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
    /// Those that have ended, with the log probability of their tokens by which they compete.
    ended: Vec<(f64, Vec<i64>)>,
}

/// What the log probability of so many tokens is divided by, so that long answers are not at a disadvantage (Wu et al. 2016, equation 14).
fn length_penalty(tokens: usize, alpha: f64) -> f64 {
    ((5.0 + tokens as f64) / 6.0).powf(alpha)
}

impl Answers {
    fn end(&mut self, beginning: Beginning, tokens: usize, alpha: f64) {
        self.ended.push((beginning.sum / length_penalty(tokens, alpha), beginning.tokens));
    }

    /// Ends all that go on; so many of their tokens were there before.
    fn close(&mut self, begun: usize, alpha: f64) {
        for (_, beginning) in std::mem::take(&mut self.open) {
            let counted = beginning.tokens.len().saturating_sub(begun).max(1);
            self.end(beginning, counted, alpha);
        }
    }

    /// The best one; of equals the first that ended.
    fn best(self) -> Vec<i64> {
        let better = |best: (f64, Vec<i64>), next: (f64, Vec<i64>)| if next.0 > best.0 { next } else { best };
        self.ended.into_iter().reduce(better).map(|(_, tokens)| tokens).unwrap_or_default()
    }
}

/// Lets a head write: of each row the tokens of its answer, without the end mark. `writer` has each row `writes.width` times, and `rows` are
/// the numbers that they have in the data. Answers go on from what is `begun`, row by row, if anything is.
pub fn write(writer: &mut Writer<'_>, writes: Writes, end: i64, rows: &[usize], begun: &[Vec<i64>]) -> Vec<Vec<i64>> {
    match writes.drawn {
        Some(sampling) => drawn(writer, writes.max, sampling, end, rows, begun),
        None => likeliest(writer, writes, end, begun),
    }
}

/// What a row begins with.
fn of_row(begun: &[Vec<i64>], row: usize) -> &[i64] {
    begun.get(row).map_or(&[], Vec::as_slice)
}

fn longest(begun: &[Vec<i64>]) -> usize {
    begun.iter().map(Vec::len).max().unwrap_or(0)
}

fn likeliest(writer: &mut Writer<'_>, writes: Writes, end: i64, begun: &[Vec<i64>]) -> Vec<Vec<i64>> {
    let alpha = writes.length_penalty;
    let width = writes.width.max(1);
    let count = writer.rows / width;
    let mut rows: Vec<Answers> = vec![Answers { open: vec![(0, Beginning::default())], ended: Vec::new() }; count];
    // Those that the writer still has, in its order.
    let mut there: Vec<usize> = (0..count).collect();
    let mut tokens = vec![0; writer.rows];
    for at in 0..writes.max + longest(begun) {
        let logits = writer.step(&tokens);
        let vocabulary = logits.width();
        let likely = Likely::of(&logits.to_host(), vocabulary, width);
        let mut places: Vec<usize> = (0..writer.rows).collect();
        for (first, row) in there.iter().enumerate().map(|(place, row)| (place * width, *row)) {
            let (answers, before) = (&mut rows[row], of_row(begun, row));
            if let (Some(token), Some((_, beginning))) = (before.get(at), answers.open.first_mut()) {
                beginning.tokens.push(*token);
                tokens[first] = *token;
                continue;
            }
            if at == before.len() + writes.max {
                answers.close(before.len(), alpha);
            }
            let mut next: Vec<(f64, usize, usize)> = Vec::new();
            for (of, (place, beginning)) in answers.open.iter().enumerate() {
                next.extend(likely.after(first + place).map(|(token, log)| (beginning.sum + log, of, token)));
            }
            next.sort_by(|left, right| right.0.total_cmp(&left.0).then((left.1, left.2).cmp(&(right.1, right.2))));
            next.truncate(width - answers.ended.len().min(width));
            let open = std::mem::take(&mut answers.open);
            for (sum, of, token) in next {
                let (from, beginning) = &open[of];
                let mut beginning = Beginning { sum, tokens: beginning.tokens.clone() };
                if token as i64 == end {
                    let counted = beginning.tokens.len() - before.len() + 1;
                    answers.end(beginning, counted, alpha);
                    continue;
                }
                beginning.tokens.push(token as i64);
                let place = answers.open.len();
                places[first + place] = first + from;
                tokens[first + place] = token as i64;
                answers.open.push((place, beginning));
            }
        }
        let open: Vec<usize> = (0..there.len()).filter(|place| !rows[there[*place]].open.is_empty()).collect();
        if open.is_empty() {
            break;
        }
        // Rows that have their answers are let go once they are many: to leave a few costs less than to put all others together anew.
        if 4 * open.len() > 3 * there.len() {
            writer.choose(&places);
            continue;
        }
        let of_open = || open.iter().flat_map(|place| place * width..(place + 1) * width);
        writer.keep(&open, &of_open().map(|place| places[place]).collect::<Vec<_>>());
        tokens = of_open().map(|place| tokens[place]).collect();
        there = open.iter().map(|place| there[*place]).collect();
    }
    rows.iter_mut().enumerate().for_each(|(row, answers)| answers.close(of_row(begun, row).len(), alpha));
    rows.into_iter().map(Answers::best).collect()
}

/// Of each beginning the likeliest tokens to follow, with the logarithm of their probability: as many as may go on.
struct Likely {
    most: usize,
    tokens: Vec<(usize, f64)>,
}

impl Likely {
    fn of(logits: &[f32], vocabulary: usize, most: usize) -> Self {
        let most = most.min(vocabulary.saturating_sub(FIRST));
        let largest =
            |row: &[f32]| (1..row.len()).fold(0, |best, token| if row[token] > row[best] { token } else { best });
        let all: Vec<i64> = logits.chunks(vocabulary.max(1)).map(|row| largest(row) as i64).collect();
        let sums = log_sums(logits, vocabulary, &all);
        let mut tokens = Vec::with_capacity(all.len() * most);
        for (row, sum) in logits.chunks(vocabulary.max(1)).zip(sums) {
            let mut best: Vec<(usize, f32)> = Vec::with_capacity(most + 1);
            for (token, logit) in row.iter().enumerate().skip(FIRST) {
                if best.len() == most && best.last().is_none_or(|(_, least)| logit <= least) {
                    continue;
                }
                // Of equals the first token.
                let place = best.partition_point(|(_, other)| other >= logit);
                best.insert(place, (token, *logit));
                best.truncate(most);
            }
            tokens.extend(best.into_iter().map(|(token, logit)| (token, f64::from(logit) - sum)));
        }
        Self { most, tokens }
    }

    fn after(&self, beginning: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.tokens[beginning * self.most..(beginning + 1) * self.most].iter().copied()
    }
}

fn drawn(
    writer: &mut Writer<'_>,
    max: usize,
    sampling: Sampling,
    end: i64,
    rows: &[usize],
    begun: &[Vec<i64>],
) -> Vec<Vec<i64>> {
    let draws: Vec<Draw> =
        rows.iter().map(|row| Draw::new(sampling.seed, "answer of a row", &row.to_string())).collect();
    let mut answers: Vec<Vec<i64>> = vec![Vec::new(); writer.rows];
    let (mut tokens, mut ended) = (vec![0; writer.rows], vec![false; writer.rows]);
    for place in 0..max + longest(begun) {
        let logits = writer.step(&tokens);
        let (vocabulary, logits) = (logits.width(), logits.to_host());
        for (row, answer) in answers.iter_mut().enumerate() {
            let before = of_row(begun, row);
            ended[row] |= place >= before.len() + max;
            if ended[row] {
                continue;
            }
            if let Some(token) = before.get(place) {
                tokens[row] = *token;
                answer.push(*token);
                continue;
            }
            let likely = sampling.likely(&logits[row * vocabulary..][..vocabulary]);
            let at = draws.get(row).map_or(0.5, |draw| draw.uniform(place as u64));
            tokens[row] = chosen(&likely, at) as i64;
            ended[row] = tokens[row] == end;
            answer.extend((!ended[row]).then_some(tokens[row]));
        }
        if ended.iter().all(|ended| *ended) {
            break;
        }
    }
    answers
}

/// The token at which a sum of probabilities passes a share of them all.
fn chosen(likely: &[(usize, f64)], at: f64) -> usize {
    let mut left = at * likely.iter().map(|(_, probability)| probability).sum::<f64>();
    for (token, probability) in likely {
        left -= probability;
        if left < 0.0 {
            return *token;
        }
    }
    likely.last().map_or(FIRST, |(token, _)| *token)
}

impl Sampling {
    /// The tokens that are drawn from, the likeliest first, with probabilities that need not sum to 1.
    fn likely(&self, logits: &[f32]) -> Vec<(usize, f64)> {
        let warm: Vec<f32> = logits.iter().map(|logit| (f64::from(*logit) / self.temperature) as f32).collect();
        let mut likely: Vec<(usize, f64)> =
            log_probabilities(&warm[FIRST.min(warm.len())..]).into_iter().map(f64::exp).enumerate().collect();
        likely.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        likely.iter_mut().for_each(|(token, _)| *token += FIRST);
        if self.top_k > 0 {
            likely.truncate(self.top_k);
        }
        let all = likely.iter().map(|(_, probability)| probability).sum::<f64>();
        let (mut sum, mut kept) = (0.0, 0);
        while kept < likely.len() && (kept == 0 || sum < self.top_p * all) {
            sum += likely[kept].1;
            kept += 1;
        }
        likely.truncate(kept);
        likely
    }
}

fn log_probabilities(logits: &[f32]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let shifted = logits.iter().map(|logit| f64::from(*logit) - f64::from(largest));
    let total = shifted.clone().map(f64::exp).sum::<f64>().ln();
    shifted.map(|logit| logit - total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probabilities 0.4, 0.3, 0.2, 0.1 of the tokens 2 to 5; what cannot be written is likelier, and left out.
    fn logits() -> Vec<f32> {
        [9.0, 9.0].into_iter().chain([0.4f32, 0.3, 0.2, 0.1].map(f32::ln)).collect()
    }

    fn tokens(sampling: Sampling) -> Vec<(usize, f64)> {
        let likely = sampling.likely(&logits());
        let all = likely.iter().map(|(_, probability)| probability).sum::<f64>();
        likely.into_iter().map(|(token, probability)| (token, (probability / all * 1e4).round() / 1e4)).collect()
    }

    #[test]
    fn tokens_are_drawn_from_the_likeliest() {
        let all = Sampling { temperature: 1.0, top_k: 0, top_p: 1.0, seed: 1 };
        assert_eq!(tokens(all), [(2, 0.4), (3, 0.3), (4, 0.2), (5, 0.1)]);
        assert_eq!(tokens(Sampling { top_k: 2, ..all }), [(2, 0.5714), (3, 0.4286)]);
        // 0.4 + 0.3 is the first sum of at least 0.7 (and of 0.5).
        assert_eq!(tokens(Sampling { top_p: 0.5, ..all }), [(2, 0.5714), (3, 0.4286)]);
        assert_eq!(tokens(Sampling { top_p: 0.01, ..all }), [(2, 1.0)]);
        // Of the two likeliest, 0.5714 alone is more than a half.
        assert_eq!(tokens(Sampling { top_k: 2, top_p: 0.5, ..all }), [(2, 1.0)]);
        // At temperature ½ probabilities go as their squares: 16, 9, 4 and 1 of 30.
        assert_eq!(tokens(Sampling { temperature: 0.5, ..all }), [(2, 0.5333), (3, 0.3), (4, 0.1333), (5, 0.0333)]);
        let likely = all.likely(&logits());
        assert_eq!([0.0, 0.39, 0.41, 0.89, 0.91, 0.999].map(|at| chosen(&likely, at)), [2, 2, 3, 4, 5, 5]);
    }

    #[test]
    fn long_answers_are_helped_by_the_published_formula() {
        // ((5 + |Y|) / (5 + 1))^α
        assert_eq!((length_penalty(1, 0.6), length_penalty(40, 0.0)), (1.0, 1.0));
        assert!((length_penalty(7, 1.0) - 2.0).abs() < 1e-12);
        assert!((length_penalty(7, 0.6) - 2f64.powf(0.6)).abs() < 1e-12);
        // At α = 0 the shorter of two answers wins, whose tokens are as likely each; at 1 the longer one does, almost as by means.
        let mut answers = Answers { open: Vec::new(), ended: Vec::new() };
        for alpha in [0.0, 1.0] {
            answers.ended.clear();
            answers.end(Beginning { tokens: vec![2], sum: -1.0 }, 1, alpha);
            answers.end(Beginning { tokens: vec![2, 3, 4, 5, 6, 7, 8], sum: -1.9 }, 7, alpha);
            assert_eq!(answers.clone().best().len(), if alpha == 0.0 { 1 } else { 7 });
        }
    }
}
