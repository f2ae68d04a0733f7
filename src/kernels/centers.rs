//! What a detector and a tracker learn from maps of centres, in one pass over the heats and a look at the few places that count for edges and ways.

use burn::tensor::Tensor;
use mtlc_kernels::centers::Centers;

use super::{Numbers, tensor};

/// How outputs are held to targets.
#[derive(Clone, Copy, Debug)]
pub struct Maps {
    pub classes: usize,
    /// Height and width.
    pub size: [usize; 2],
    /// What is taken from outputs before heat is made of them.
    pub prior: f64,
    /// How much edges count beside heats.
    pub edges: f64,
    /// How much ways back do, if things move.
    pub moves: Option<f64>,
}

impl Maps {
    /// Of each map the sum over its places, and how many boxes it has, if the backend has it as a kernel.
    pub fn losses(self, output: &Tensor<1>, target: &Tensor<1>) -> Option<[Tensor<1>; 2]> {
        let losses = self.with(output, target, |given| given.losses())?;
        let of = |which: usize| losses.iter().map(|loss| loss[which]).collect::<Vec<f32>>();
        Some([0, 1].map(|which| tensor(of(which), [losses.len()], output)))
    }

    /// The derivative at the output of the sums of the maps, each times a factor that is found from how many boxes the maps have, if the backend has it as a kernel.
    pub fn slopes(
        self,
        output: &Tensor<1>,
        target: &Tensor<1>,
        factors: impl FnOnce(&[f32]) -> Vec<f32>,
    ) -> Option<Tensor<1>> {
        let slopes = self.with(output, target, |given| given.slopes(&factors(&given.boxes())))?;
        Some(tensor(slopes, output.dims(), output))
    }

    fn with<R>(self, output: &Tensor<1>, target: &Tensor<1>, compute: impl FnOnce(&Centers<'_>) -> R) -> Option<R> {
        let (output, target) = (Numbers::of(output)?, Numbers::of(target)?);
        let Self { classes, size, prior, edges, moves } = self;
        let (output, target) = (output.slice(), target.slice());
        Some(compute(&Centers { output, target, classes, size, prior: prior as f32, edges, moves }))
    }
}
