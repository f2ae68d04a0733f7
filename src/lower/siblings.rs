//! Layers of one kind that read one value, such as the heads of a hundred tasks, are computed and pulled through together: many
//! small products become one large one.

use std::collections::{BTreeMap, HashMap};
use std::mem::discriminant;

use super::layers;
use super::model::{Model, Step};
use super::trace::{Call, Flow, Trace};
use super::value::{Real, Value};

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
        for (objective, mut here) in by_objective {
            if here.len() > 1 {
                // As they stand in one tensor, if they were computed as one.
                if here.len() >= LEAST_SIBLINGS {
                    here.sort_by_key(|(step, _)| *step);
                }
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

/// Fewer siblings are as quick one by one, and so are products of more columns, which need no copy of the weights side by side. One
/// product rounds otherwise than several, in the last bit: so few tasks are to the bit what each would be alone.
pub(crate) const LEAST_SIBLINGS: usize = 4;
const MOST_UNITS: usize = 256;

impl Model {
    /// The values of a step and of its siblings, of which it is the first, if together they are computed faster.
    pub(super) fn forward_siblings(&self, trace: &Trace, call: &Call<'_>, first: usize) -> Vec<(usize, Value)> {
        let of_family = |step: &usize| self.siblings[*step] == Some(first) && !trace.is_known(*step);
        let steps: Vec<usize> = (first..self.steps.len()).filter(of_family).collect();
        let units: usize = steps.iter().map(|step| self.steps[*step].sizes.last().copied().unwrap_or(1)).sum();
        // What is computed again is computed one by one, and must be what it was.
        if self.checkpointing || steps.len() < LEAST_SIBLINGS || units > MOST_UNITS * steps.len() {
            return Vec::new();
        }
        let Some(siblings) = self.steps[first].layer().and_then(|layer| layers::compute(layer).vjp()?.siblings())
        else {
            return Vec::new();
        };
        let weights: Vec<Vec<Real>> = steps.iter().map(|step| trace.weights_of(&self.steps[*step])).collect();
        let values = siblings.forward_together(&call.forward(self, first), &weights);
        let own = |(step, value): (usize, Value)| {
            (step, layers::handed_on(value, &self.steps[step].ty, &call.inputs, &call.types))
        };
        steps.into_iter().zip(values).map(own).collect()
    }

    /// Pulls one objective's cotangents through several siblings at once.
    pub(super) fn pull_siblings(
        &self,
        trace: &mut Trace,
        flow: &mut Flow,
        objective: usize,
        here: Vec<(usize, Real)>,
        sink: &mut impl FnMut(usize, usize, Real),
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
