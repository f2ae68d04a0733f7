//! What a method is given at a step, what it answers, and how its state is saved.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Gramian;

/// What a method is built for.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// λ of all tasks.
    pub lambda: Vec<f64>,
    /// Per moment of a schedule, λ of all tasks.
    pub moments: Vec<Vec<f64>>,
}

impl Setup {
    pub fn count(&self) -> usize {
        self.lambda.len()
    }
}

/// The other half of a catalog entry.
pub trait Start {
    type State: BalancerState + 'static;

    fn start(&self, setup: &Setup) -> Self::State;
}

/// The shared representation at a step, for methods that look at it.
#[derive(Clone, Copy, Debug)]
pub struct Representation<'a> {
    pub rows: usize,
    /// Row by row.
    pub values: &'a [f64],
}

/// One step of training. Tasks that no row of the batch labels are absent: they have no row, and their state stays.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    pub step: u64,
    pub epoch: usize,
    pub epochs: usize,
    pub seed: u64,
    /// The tasks present in this batch, ascending. With several samples, those present in each of them.
    pub tasks: &'a [usize],
    /// How many tasks there are.
    pub count: usize,
    /// λ of all tasks.
    pub lambda: &'a [f64],
    /// The unweighted loss of each present task.
    pub losses: &'a [f64],
    /// Inner products of the present tasks' gradients; with s samples it has (s·T)² entries, in the order sample·T +
    /// task.
    pub gramian: Option<&'a Gramian>,
    /// The present tasks' gradients, flat, in the same order.
    pub jacobian: Option<&'a [Vec<f64>]>,
    /// The shared representation, if gradients are compared there.
    pub representation: Option<Representation<'a>>,
    /// The optimizer's learning rate at this step.
    pub learning_rate: f64,
}

impl Step<'_> {
    pub fn present(&self) -> usize {
        self.tasks.len()
    }

    /// λ of the present tasks, in sum 1.
    pub fn preference(&self) -> Vec<f64> {
        let values: Vec<f64> = self.tasks.iter().map(|task| self.lambda[*task]).collect();
        let total: f64 = values.iter().sum();
        let equal = 1.0 / values.len().max(1) as f64;
        values.iter().map(|value| if total > 0.0 { value / total } else { equal }).collect()
    }

    /// T·λ of the present tasks: 1 each if all weigh the same.
    pub fn factors(&self) -> Vec<f64> {
        self.preference().iter().map(|value| value * self.present() as f64).collect()
    }

    /// What a method with `Needs::Gramian` may count on: the engine's, or that of the gradients.
    pub fn gramian(&self) -> Gramian {
        match (self.gramian, self.jacobian) {
            (Some(gramian), _) => gramian.clone(),
            (None, Some(jacobian)) => Gramian::from_rows(jacobian),
            (None, None) => Gramian::zero(0),
        }
    }

    pub fn jacobian(&self) -> &[Vec<f64>] {
        self.jacobian.unwrap_or(&[])
    }
}

/// The answer of a method.
#[derive(Clone, Debug, PartialEq)]
pub enum Combination {
    /// Per present task (and sample): the update is Σ w·g.
    Weights(Vec<f64>),
    /// The update itself, where no weights express it.
    Direction(Vec<f64>),
}

/// A method with its state.
pub trait BalancerState: Send {
    /// The method's raw answer, as its paper has it.
    fn combine(&mut self, step: &Step<'_>) -> Combination;

    /// The losses of the tasks of the last [`combine`](Self::combine), on the same batch, after the update.
    fn after_step(&mut self, _losses: &[f64]) {}

    fn end_epoch(&mut self) {}

    /// Everything that the next step depends on, to the last bit.
    fn save(&self) -> Value {
        Value::Null
    }

    fn load(&mut self, _value: &Value) -> Result<(), NotItsState> {
        Ok(())
    }
}

/// A method's memory as JSON. Every number in it is finite, so it reads back to the same bits.
pub fn save(memory: &impl Serialize) -> Value {
    serde_json::to_value(memory).unwrap_or(Value::Null)
}

/// Reads a memory back, and has it checked.
pub fn load<M: DeserializeOwned>(value: &Value, fits: impl Fn(&M) -> bool) -> Result<M, NotItsState> {
    let memory = M::deserialize(value).map_err(|error| NotItsState::Unreadable(error.to_string()))?;
    if fits(&memory) { Ok(memory) } else { Err(NotItsState::OtherTasks) }
}

/// Why a balancer does not go on from what was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotItsState {
    /// It holds something else, and what the library says.
    Unreadable(String),
    OtherTasks,
    /// It is of so many tasks, and not as many.
    OtherNumber(usize),
    OtherBalancer {
        saved: String,
        own: String,
    },
}

impl std::fmt::Display for NotItsState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotItsState::Unreadable(error) => write!(f, "the balancer's state cannot be read: {error}"),
            NotItsState::OtherTasks => f.write_str("the balancer's state is of another set of tasks"),
            NotItsState::OtherNumber(own) => write!(f, "the checkpoint has another number of tasks than {own}"),
            NotItsState::OtherBalancer { saved, own } => {
                write!(f, "the checkpoint was made with balancer `{saved}`, and this run uses `{own}`")
            }
        }
    }
}

impl std::error::Error for NotItsState {}

/// Divides by the sum; equal shares if there is none.
pub fn normalized(mut values: Vec<f64>) -> Vec<f64> {
    let total: f64 = values.iter().sum();
    let equal = 1.0 / values.len().max(1) as f64;
    for value in &mut values {
        *value = if total > 0.0 { *value / total } else { equal };
    }
    values
}

/// `exp(x) / Σ exp(x)` without overflow.
pub fn softmax(values: &[f64]) -> Vec<f64> {
    let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    normalized(values.iter().map(|value| (value - top).exp()).collect())
}
