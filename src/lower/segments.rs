//! Activation checkpointing: which values are kept, and which are computed again on the way back.

use super::model::Model;

/// How a model is cut for activation checkpointing: about √n segments of steps, of which only what later ones read is
/// kept (Chen et al. 2016, arXiv:1604.06174).
pub(super) struct Segments {
    length: usize,
    steps: usize,
    /// Whether a step's value is kept in any case: inputs, outputs, and what another segment reads.
    pub kept: Vec<bool>,
    /// The segment that has been computed again.
    pub live: Option<std::ops::Range<usize>>,
}

impl Segments {
    pub fn of(model: &Model) -> Self {
        let steps = model.steps.len();
        let length = steps.isqrt().max(1);
        let mut kept = vec![false; steps];
        for (index, step) in model.steps.iter().enumerate() {
            kept[index] |= step.layer().is_none();
            step.inputs.iter().filter(|input| **input / length != index / length).for_each(|input| kept[*input] = true);
        }
        model.heads.iter().flatten().for_each(|output| kept[*output] = true);
        Self { length, steps, kept, live: None }
    }

    pub fn of_step(&self, index: usize) -> std::ops::Range<usize> {
        let start = index / self.length * self.length;
        start..(start + self.length).min(self.steps)
    }

    /// The segment that this step is the last of.
    pub fn ending_at(&self, index: usize) -> Option<std::ops::Range<usize>> {
        let segment = self.of_step(index);
        (segment.end == index + 1).then_some(segment)
    }
}
