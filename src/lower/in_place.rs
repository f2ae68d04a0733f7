//! Which values nobody reads any more: an element-wise layer writes over such a one instead of making another, so that a chain of them
//! takes the memory of one, and what only outputs are wanted of holds no more than it must. Where the layer before can, it does so itself in the
//! pass that writes its own output ([`Then`]).

use super::layers::{self, Pointwise};
use super::model::{Model, Step};
use super::trace::{Keeps, Trace};
use super::value::Value;
use crate::kernels::pointwise::{Kernel, Then};

/// How long the value of each step is wanted.
#[derive(Clone, Debug, Default)]
pub(super) struct Lives {
    /// The last step that reads it; itself if none does, and nothing that it could be if it is an output.
    last: Vec<usize>,
    /// The step that alone reads it, if nobody else does.
    reader: Vec<Option<usize>>,
    /// Whether a step may write over its input though the way back comes through both.
    over_on_the_way_back: Vec<bool>,
}

/// What an element-wise layer computes.
pub(super) fn pointwise(step: &Step) -> Option<&dyn Pointwise> {
    layers::compute(step.layer()?).pointwise()
}

impl Lives {
    pub fn of(steps: &[Step], heads: &[Vec<usize>]) -> Self {
        let mut last: Vec<usize> = (0..steps.len()).collect();
        let mut readers = vec![Vec::new(); steps.len()];
        for (index, step) in steps.iter().enumerate() {
            for input in &step.inputs {
                last[*input] = last[*input].max(index);
                readers[*input].push(index);
            }
        }
        for output in heads.iter().flatten() {
            last[*output] = usize::MAX;
        }
        let reader: Vec<Option<usize>> = readers
            .iter()
            .zip(&last)
            .map(|(readers, last)| match readers.as_slice() {
                [one] if *last != usize::MAX => Some(*one),
                _ => None,
            })
            .collect();
        // The layer before looks back at its inputs alone, and this one finds in its value all that it wants to know.
        let over = |step: &Step| {
            let [input] = step.inputs.as_slice() else { return false };
            let before = steps[*input].layer().and_then(|layer| layers::compute(layer).vjp());
            reader[*input].is_some()
                && before.is_some_and(|vjp| !vjp.reads_output())
                && pointwise(step).is_some_and(|layer| layer.slope_is_of_value())
        };
        Self { over_on_the_way_back: steps.iter().map(over).collect(), last, reader }
    }

    /// Whether a step is the last to read a value.
    pub fn ends(&self, value: usize, step: usize) -> bool {
        self.last[value] == step
    }

    /// Whether one step alone reads a value, and nobody else.
    pub fn is_read_once(&self, value: usize) -> bool {
        self.reader[value].is_some()
    }

    pub fn may_write_over_on_the_way_back(&self, step: usize) -> bool {
        self.over_on_the_way_back[step]
    }
}

impl Model {
    /// Whether a step is element-wise and the last that wants what it reads.
    pub(super) fn may_write_over(&self, trace: &Trace, index: usize, keeps: Keeps) -> bool {
        let [input] = self.steps[index].inputs.as_slice() else { return false };
        let nobody_else = match keeps {
            Keeps::Values => false,
            Keeps::WayBack => self.lives.may_write_over_on_the_way_back(index) && !self.checkpointing,
            Keeps::Outputs => self.lives.ends(*input, index) && pointwise(&self.steps[index]).is_some(),
        };
        // Layers that are computed with their siblings are pieces of one tensor.
        nobody_else && !trace.is_known(*input) && self.siblings[*input].is_none()
    }

    /// The element-wise steps behind one that it may do itself in the pass that writes its output: each reads the one before, and nobody else does.
    pub(super) fn chain_behind(&self, trace: &Trace, index: usize, keeps: Keeps) -> Vec<usize> {
        let next = |step: &usize| {
            let next = self.lives.reader[*step]?;
            let kernel = || pointwise(&self.steps[next])?.kernel();
            let may = !trace.is_known(next) && self.may_write_over(trace, next, keeps) && kernel().is_some();
            may.then_some(next)
        };
        std::iter::successors(next(&index), next).collect()
    }

    /// What these do.
    pub(super) fn chain(&self, steps: &[usize]) -> Option<Then> {
        let kernels: Vec<Kernel> = steps.iter().filter_map(|step| pointwise(&self.steps[*step])?.kernel()).collect();
        (!kernels.is_empty()).then(|| Then::new(kernels))
    }

    /// The value of such a step, which then stands in the place of the one that it read; `None` if the batch has no rows for it.
    pub(super) fn write_over(&self, trace: &mut Trace, index: usize, keeps: Keeps) -> Option<Value> {
        let input = self.steps[index].inputs[0];
        let Some(Value::Real(x)) = trace.values[input].take() else { return None };
        let layer = pointwise(&self.steps[index])?;
        let value = Value::Real(x.map_owned(|numbers| layer.over(numbers)));
        if keeps == Keeps::WayBack {
            trace.values[input] = Some(value.clone());
        }
        Some(value)
    }
}
