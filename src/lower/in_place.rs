//! Which values nobody reads any more: an element-wise layer writes over such a one instead of making another, so that a chain of them
//! takes the memory of one, and what only outputs are wanted of holds no more than it must.

use super::layers::{self, Pointwise};
use super::model::{Model, Step};
use super::trace::{Keeps, Trace};
use super::value::Value;

/// How long the value of each step is wanted.
#[derive(Clone, Debug, Default)]
pub(super) struct Lives {
    /// The last step that reads it; itself if none does, and nothing that it could be if it is an output.
    last: Vec<usize>,
    /// Whether one step alone reads it, and nobody else.
    read_once: Vec<bool>,
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
        let mut readers = vec![0; steps.len()];
        for (index, step) in steps.iter().enumerate() {
            for input in &step.inputs {
                last[*input] = last[*input].max(index);
                readers[*input] += 1;
            }
        }
        for output in heads.iter().flatten() {
            last[*output] = usize::MAX;
        }
        let read_once: Vec<bool> =
            readers.iter().zip(&last).map(|(readers, last)| *readers == 1 && *last != usize::MAX).collect();
        // The layer before looks back at its inputs alone, and this one finds in its value all that it wants to know.
        let over = |step: &Step| {
            let [input] = step.inputs.as_slice() else { return false };
            let before = steps[*input].layer().and_then(|layer| layers::compute(layer).vjp());
            read_once[*input]
                && before.is_some_and(|vjp| !vjp.reads_output())
                && pointwise(step).is_some_and(|layer| layer.slope_is_of_value())
        };
        Self { over_on_the_way_back: steps.iter().map(over).collect(), last, read_once }
    }

    /// Whether a step is the last to read a value.
    pub fn ends(&self, value: usize, step: usize) -> bool {
        self.last[value] == step
    }

    /// Whether one step alone reads a value, and nobody else.
    pub fn is_read_once(&self, value: usize) -> bool {
        self.read_once[value]
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
