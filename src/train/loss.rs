//! The loss of a task on a batch, and its slope at the task's outputs.
//!
//! `L_t = Σ_i w_i·ℓ_i / (B·ρ_t)` over the rows of the batch that have the label, with B rows in the batch and ρ_t the
//! labelled share of the training part: an unbiased estimate of the mean over labelled rows, whatever the batch. Of batches that are cut
//! by tokens, B is how many rows they have on average. Where an ensemble's
//! members answer, each has its own loss on the row, and the row's is their mean. A term that counts the places of its target (tokens,
//! pixels) is divided by the mean number of places as well: an estimate of the mean over all places. Those that
//! count nowhere are left out of both, and class weights multiply each place. Of a target that not every labelled row has, ρ_t is the share
//! that has it. Where rows are mixed, a row has several labels, each weighed by its share, and its loss is the sum over them.

use burn::tensor::{Device, Tensor, TensorData};

use super::contrasted::Contrasted;
use crate::data::{TargetBatch, repeat};
use crate::lower::losses;
use crate::lower::{Real, Value};
use crate::pipeline::{LossTerm, Task};

/// The loss of one task, not yet weighted by λ.
pub struct TaskLoss {
    pub task: usize,
    /// One number, on the device.
    pub value: Tensor<1>,
    /// Its summands, in the order of the task's.
    pub terms: Vec<Tensor<1>>,
    /// For each output, the slope of the loss.
    pub slopes: Vec<Real>,
    /// How many rows were left out, because the output has too few places for their label.
    pub out_of_reach: usize,
}

/// The loss of a task and its slopes; `scale` of each term is `1 / (B·ρ_t)`, over the mean places of its target if it counts these. `None`
/// if no row of the batch has the label.
pub fn task_loss(
    index: usize,
    task: &Task,
    outputs: &[Real],
    target: &TargetBatch,
    scale: &dyn Fn(&LossTerm) -> f64,
    device: &Device,
) -> Option<TaskLoss> {
    task_loss_among(index, task, outputs, target, scale, &[], device)
}

/// The same where terms that compare rows have been computed among those of all processes.
pub fn task_loss_among(
    index: usize,
    task: &Task,
    outputs: &[Real],
    target: &TargetBatch,
    scale: &dyn Fn(&LossTerm) -> f64,
    among: &[Contrasted],
    device: &Device,
) -> Option<TaskLoss> {
    let of_labels = |target: &TargetBatch| {
        let contrasted = |term: usize| among.iter().find(|one| (one.task, one.term) == (index, term));
        let loss = loss_value_among(task, outputs, target, scale, &contrasted, device)?;
        let slopes = loss.slopes(task, outputs);
        let out_of_reach = loss.out_of_reach(task);
        Some(TaskLoss { task: index, value: loss.value, terms: loss.terms, slopes, out_of_reach })
    };
    std::iter::once(target).chain(&target.others).filter_map(of_labels).reduce(TaskLoss::plus)
}

impl TaskLoss {
    /// With what further labels of the same rows add.
    fn plus(self, other: TaskLoss) -> TaskLoss {
        TaskLoss {
            task: self.task,
            value: self.value + other.value,
            terms: self.terms.into_iter().zip(other.terms).map(|(one, other)| one + other).collect(),
            slopes: self.slopes.into_iter().zip(other.slopes).map(|(one, other)| one.plus(other)).collect(),
            out_of_reach: self.out_of_reach + other.out_of_reach,
        }
    }
}

/// The loss of a task without slopes, for who does not learn from it.
pub struct LossValue {
    /// One number, on the device.
    pub value: Tensor<1>,
    /// Its summands, in the order of the task's.
    pub terms: Vec<Tensor<1>>,
    asked: Vec<Asked>,
    compared: Vec<Compared>,
}

/// What a summand compares.
struct Compared {
    /// The place of what it asks.
    asked: usize,
    /// Each member's answers as rows of their own.
    outputs: Vec<Real>,
    /// The slopes at the first of them, if they are known.
    slopes: Option<Tensor<2>>,
}

/// The loss of a task, as [`task_loss`] has it.
pub fn loss_value(
    task: &Task,
    outputs: &[Real],
    target: &TargetBatch,
    scale: &dyn Fn(&LossTerm) -> f64,
    device: &Device,
) -> Option<LossValue> {
    loss_value_among(task, outputs, target, scale, &|_| None, device)
}

fn loss_value_among<'c>(
    task: &Task,
    outputs: &[Real],
    target: &TargetBatch,
    scale: &dyn Fn(&LossTerm) -> f64,
    contrasted: &dyn Fn(usize) -> Option<&'c Contrasted>,
    device: &Device,
) -> Option<LossValue> {
    let mut asked: Vec<Asked> = Vec::new();
    let mut total: Option<Tensor<1>> = None;
    let (mut terms, mut compared) = (Vec::with_capacity(task.loss.len()), Vec::with_capacity(task.loss.len()));
    for (number, term) in task.loss.iter().enumerate() {
        let members = term.operands.first().map_or(1, |operand| task.members[*operand]);
        let wanted = (term.target, members, scale(term));
        let place = match asked.iter().position(|asked| asked.what == wanted) {
            Some(place) => place,
            None => {
                let places = term.operands.first().and_then(|operand| outputs[*operand].shape().get(1).copied());
                asked.push(Asked::new(wanted, target, places, device)?);
                asked.len() - 1
            }
        };
        let Asked { coefficients, values, .. } = &asked[place];
        let operands: Vec<Real> = term.operands.iter().map(|operand| by_members(&outputs[*operand], members)).collect();
        let (rows, slopes) = match contrasted(number) {
            Some(known) => (known.rows.clone(), Some(known.slopes.clone())),
            None => (losses::compute(&term.def).rows(&operands, values), None),
        };
        let value = (rows * coefficients.clone()).sum() * term.weight;
        terms.push(value.clone());
        compared.push(Compared { asked: place, outputs: operands, slopes });
        total = Some(match total {
            Some(total) => total + value,
            None => value,
        });
    }
    Some(LossValue { value: total?, terms, asked, compared })
}

impl LossValue {
    /// How many rows the terms leave out.
    fn out_of_reach(&self, task: &Task) -> usize {
        let of = |(term, compared): (&LossTerm, &Compared)| {
            let Asked { what: (_, members, _), values, .. } = &self.asked[compared.asked];
            losses::compute(&term.def).out_of_reach(&compared.outputs, values) / members
        };
        task.loss.iter().zip(&self.compared).map(of).sum()
    }

    /// For each output, the slope of the loss.
    fn slopes(&self, task: &Task, outputs: &[Real]) -> Vec<Real> {
        let mut slopes: Vec<Option<Real>> = vec![None; outputs.len()];
        for (term, Compared { asked, outputs: operands, slopes: known }) in task.loss.iter().zip(&self.compared) {
            let Asked { rows, coefficients, values, .. } = &self.asked[*asked];
            let of_term = match known {
                Some(known) => vec![operands[0].like(known.clone())],
                None => losses::slopes(losses::compute(&term.def), operands, values),
            };
            for (operand, slope) in term.operands.iter().zip(of_term) {
                let weighted = slope.by_rows() * (coefficients.clone() * term.weight).reshape([*rows, 1]);
                let weighted = outputs[*operand].like(weighted);
                slopes[*operand] = Some(match slopes[*operand].take() {
                    Some(sum) => sum.plus(weighted),
                    None => weighted,
                });
            }
        }
        let zeros = |output: &Real| output.map(|flat| flat.zeros_like());
        slopes.into_iter().zip(outputs).map(|(slope, output)| slope.unwrap_or_else(|| zeros(output))).collect()
    }
}

/// What the answers are compared with: each row as often as members answer.
struct Asked {
    /// Which target, how many members, and what each row's loss is multiplied by.
    what: (usize, usize, f64),
    rows: usize,
    coefficients: Tensor<1>,
    values: Value,
}

impl Asked {
    /// `None` if every row lacks the label. `places` is how many places the output has, if it has any.
    fn new(what: (usize, usize, f64), target: &TargetBatch, places: Option<usize>, device: &Device) -> Option<Self> {
        let (of, members, scale) = what;
        let coefficients = coefficients(target, of, scale)?;
        let share = |coefficient: &f32| std::iter::repeat_n(*coefficient / members as f32, members);
        let coefficients: Vec<f32> = coefficients.iter().flat_map(share).collect();
        let rows = coefficients.len();
        let coefficients = Tensor::from_data(TensorData::new(coefficients, [rows]), device);
        // The longest row may be one without the label.
        let own = places.and_then(|places| target.values[of].widened(places));
        let own = own.as_ref().unwrap_or(&target.values[of]);
        let values = match members {
            1 => Value::from_host(own, device),
            _ => Value::from_host(&own.repeated(members), device),
        };
        let values = match (values, target.place_weights.get(of)) {
            (value, Some(Some(places))) => {
                let width = places.weights.len() / target.present.len().max(1);
                value.with_weights(repeat(&places.weights, width, members))
            }
            (values, _) => values,
        };
        Some(Self { what, rows, coefficients, values })
    }
}

/// The members' answers one below the other: `[rows·members, …]`.
pub(super) fn by_members(output: &Real, members: usize) -> Real {
    if members == 1 {
        return output.clone();
    }
    let shape = std::iter::once(output.rows() * members).chain(output.shape()[2..].iter().copied());
    output.reshaped(shape.collect())
}

/// What each row's loss is multiplied by, of one target; `None` if every row lacks the label.
pub(super) fn coefficients(target: &TargetBatch, of: usize, scale: f64) -> Option<Vec<f32>> {
    if !target.present.contains(&true) {
        return None;
    }
    let weight = |(row, weight): (usize, &f32)| {
        if target.has(of, row) { (f64::from(*weight) * scale) as f32 } else { 0.0 }
    };
    Some(target.row_weights.iter().enumerate().map(weight).collect())
}
