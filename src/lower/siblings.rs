//! Layers of one kind that read one value, such as the heads of a hundred tasks, are pulled through together: many small
//! products become one large one.

use std::collections::{BTreeMap, HashMap};
use std::mem::discriminant;

use burn::tensor::Tensor;

use super::layers;
use super::model::{Model, Step};
use super::trace::{Flow, Trace};
use super::value::Real;

/// For each step that has siblings, the first of them.
pub(super) fn find(steps: &[Step]) -> Vec<Option<usize>> {
    let mut families: HashMap<_, Vec<usize>> = HashMap::new();
    for (index, step) in steps.iter().enumerate() {
        let (Some(layer), [input]) = (step.layer(), step.inputs.as_slice()) else { continue };
        if layers::compute(layer).vjp().is_some_and(|vjp| vjp.siblings().is_some()) {
            families.entry((discriminant(layer), *input)).or_default().push(index);
        }
    }
    let mut first = vec![None; steps.len()];
    families
        .values()
        .filter(|family| family.len() > 1)
        .for_each(|family| family.iter().for_each(|step| first[*step] = Some(family[0])));
    first
}

/// Cotangents of steps that wait for those of their siblings: (objective, step, cotangent), by the first sibling.
#[derive(Default)]
pub(super) struct Waiting(HashMap<usize, Vec<(usize, usize, Real)>>);

impl Waiting {
    pub fn add(&mut self, first: usize, step: usize, here: Vec<(usize, Real)>) {
        let here = here.into_iter().map(|(objective, cotangent)| (objective, step, cotangent));
        self.0.entry(first).or_default().extend(here);
    }

    /// Once the way back has come to `first`: what its siblings have in common, by objective, and what one alone has, by
    /// step.
    pub fn take(&mut self, first: usize) -> Waited {
        let mut by_objective: BTreeMap<usize, Vec<(usize, Real)>> = BTreeMap::new();
        for (objective, step, cotangent) in self.0.remove(&first).unwrap_or_default() {
            by_objective.entry(objective).or_default().push((step, cotangent));
        }
        let mut waited = Waited::default();
        for (objective, here) in by_objective {
            if here.len() > 1 {
                waited.together.push((objective, here));
                continue;
            }
            for (step, cotangent) in here {
                waited.alone.entry(step).or_default().push((objective, cotangent));
            }
        }
        waited
    }
}

#[derive(Default)]
pub(super) struct Waited {
    /// For an objective, the siblings and their cotangents.
    pub together: Vec<(usize, Vec<(usize, Real)>)>,
    /// For a step, the objectives and their cotangents.
    pub alone: BTreeMap<usize, Vec<(usize, Real)>>,
}

impl Model {
    /// Pulls one objective's cotangents through several siblings at once.
    pub(super) fn pull_siblings(
        &self,
        trace: &mut Trace,
        flow: &mut Flow,
        objective: usize,
        here: Vec<(usize, Real)>,
        sink: &mut impl FnMut(usize, usize, Tensor<1>),
    ) {
        let (steps, cotangents): (Vec<usize>, Vec<Real>) = here.into_iter().unzip();
        let weights: Vec<Vec<Real>> = steps.iter().map(|step| trace.weights_of(&self.steps[*step])).collect();
        let Some(siblings) = self.steps[steps[0]].layer().and_then(|layer| layers::compute(layer).vjp()?.siblings())
        else {
            return;
        };
        let wants_weights = steps.iter().any(|step| self.wants_weights(*step));
        let pulled = trace.recorded(self, steps[0], wants_weights, |recorded| {
            siblings.pull_together(recorded, &weights, &cotangents)
        });
        self.pass_on(trace, flow, steps[0], objective, vec![pulled.input]);
        for (step, gradients) in steps.into_iter().zip(pulled.weights) {
            self.give(step, objective, gradients.into_iter().map(Some), sink);
        }
    }
}
