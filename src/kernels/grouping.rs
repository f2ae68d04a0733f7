//! What a net learns from maps of things, without a copy of the channels.

use burn::tensor::Tensor;
use mtlc_kernels::grouping::Grouping;

use super::{Numbers, tensor};

/// How outputs `[rows, classes + 3, places]` are held to targets `[rows, 5, places]`.
#[derive(Clone, Copy, Debug)]
pub struct Maps {
    pub classes: usize,
    pub places: usize,
    /// What is taken from outputs before heat is made of them.
    pub prior: f64,
    /// How much heats count beside classes, ways, and of what class things are.
    pub heats: f64,
    pub ways: f64,
    pub things: f64,
}

impl Maps {
    /// The loss of each row, if the backend has it as a kernel.
    pub fn losses(self, output: &Tensor<1>, target: &Tensor<1>) -> Option<Tensor<1>> {
        let losses = self.with(output, target, |given| given.losses())?;
        let count = losses.len();
        Some(tensor(losses, [count], output))
    }

    /// The derivative of each row's loss at its output, if the backend has it as a kernel.
    pub fn slopes(self, output: &Tensor<1>, target: &Tensor<1>) -> Option<Tensor<1>> {
        let slopes = self.with(output, target, |given| given.slopes())?;
        Some(tensor(slopes, output.dims(), output))
    }

    fn with<R>(self, output: &Tensor<1>, target: &Tensor<1>, compute: impl FnOnce(&Grouping<'_>) -> R) -> Option<R> {
        let (output, target) = (Numbers::of(output)?, Numbers::of(target)?);
        let [prior, heats, ways, things] = [self.prior, self.heats, self.ways, self.things].map(|number| number as f32);
        let (output, target, classes, places) = (output.slice(), target.slice(), self.classes, self.places);
        Some(compute(&Grouping { output, target, classes, places, prior, heats, ways, things }))
    }
}
