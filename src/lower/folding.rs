//! Batch norm made part of the layer before it, for answers alone: by moments that stand, it is a gain and a shift for each channel.

use std::borrow::Cow;

use super::in_place::Lives;
use super::layers::{self, Affine};
use super::model::{Model, Step, StepOp};
use super::siblings;
use super::value::Real;
use super::weights::{Place, Slot};
use crate::catalog::layers::LayerDef;
use crate::catalog::layers::batch_norm::BatchNorm;
use crate::catalog::layers::identity::Identity;

impl Model {
    /// The model as it answers: to rounding the same outputs, with batch norms folded where that can be. Not to be trained, nor asked for the values
    /// before a norm.
    pub fn folded(&self) -> Cow<'_, Model> {
        let norms = self.norms();
        if norms.is_empty() {
            return Cow::Borrowed(self);
        }
        let views = self.weights.views();
        let weights_of =
            |step: usize| -> Vec<Real> { self.steps[step].slots.iter().map(|slot| views[*slot].clone()).collect() };
        let mut model = self.clone();
        for (norm, before, epsilon) in norms {
            let [gain, bias, mean, variance] = [0, 1, 2, 3].map(|place| views[self.steps[norm].slots[place]].flat());
            let gain = gain / (variance + epsilon).sqrt();
            let shift = bias - mean * gain.clone();
            let layer = self.steps[before].layer().map(layers::compute);
            let Some((def, weights)) =
                layer.and_then(|layer| layer.folded(&weights_of(before), &Affine { gain, shift }))
            else {
                continue;
            };
            let slots =
                weights.into_iter().enumerate().map(|(place, weight)| model.put(before, place, weight)).collect();
            let step = &mut model.steps[before];
            (step.op, step.slots) = (StepOp::Layer(def), slots);
            let step = &mut model.steps[norm];
            (step.op, step.slots) = (StepOp::Layer(LayerDef::Identity(Identity {})), Vec::new());
        }
        model.siblings = siblings::find(&model.steps);
        model.lives = Lives::of(&model.steps, &model.heads);
        Cow::Owned(model)
    }

    /// Batch norms behind a layer whose value nobody else reads: the norm, the layer, and the norm's ε. None where values of layers are kept from before,
    /// and none in bfloat16, which would round the weights otherwise.
    fn norms(&self) -> Vec<(usize, usize, f64)> {
        if self.kept.is_some() || self.half {
            return Vec::new();
        }
        let norm = |(index, step): (usize, &Step)| match (step.layer()?, step.inputs.as_slice()) {
            (LayerDef::BatchNorm(BatchNorm { epsilon, .. }), [before]) if self.lives.is_read_once(*before) => {
                Some((index, *before, *epsilon))
            }
            _ => None,
        };
        self.steps.iter().enumerate().filter_map(norm).collect()
    }

    /// A weight that stays as it is, in a slot of its own.
    fn put(&mut self, step: usize, place: usize, weight: Real) -> usize {
        let path = format!("{}.folded.{place}", self.steps[step].path);
        // It stands where the layer's own first weight does.
        let origin = self.weights.slots[self.steps[step].slots[0]].origin.clone();
        self.weights.slots.push(Slot {
            path,
            shape: weight.shape().to_vec(),
            place: Place::State(self.weights.states.len()),
            is_parameter: false,
            decays: false,
            origin,
        });
        self.weights.states.push(weight);
        self.frozen.push(true);
        self.weights.slots.len() - 1
    }
}
