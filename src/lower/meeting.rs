//! Layers at which all processes meet, since they compute with the rows of all: each takes its part, with rows or without.

use super::layers;
use super::model::Model;
use super::trace::{Mode, Trace};
use super::world::World;
use crate::catalog::layers::LayerDef;

impl Model {
    /// The layer of a step at which the processes meet, and these.
    pub(super) fn meeting(&self, step: usize, mode: Mode) -> Option<(&LayerDef, &dyn World)> {
        if !mode.training || self.world.is_alone() {
            return None;
        }
        let layer = self.steps[step].layer().filter(|layer| layers::compute(layer).meets())?;
        Some((layer, &*self.world))
    }

    /// What comes before a step is pulled through, in every process: how many cotangents there are is told to those that have no
    /// row, and they do what is to be done without.
    pub fn meet(&self, trace: &Trace, step: usize, cotangents: usize) {
        let Some((layer, world)) = self.meeting(step, trace.mode()).filter(|_| self.steps[step].learns) else { return };
        let mut told = [cotangents as f64, f64::from(u8::from(cotangents > 0))];
        world.sum(&mut told);
        if cotangents == 0 && told[1] > 0.0 {
            let all = (told[0] / told[1]).round() as usize;
            layers::compute(layer).pull_without(&trace.weights_of(&self.steps[step]), world, all);
        }
    }
}
