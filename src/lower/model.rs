//! A lowered model: the graph's nodes in the order in which they are computed, and their weights.

use std::collections::HashMap;
use std::sync::Arc;

use burn::tensor::Device;
use petgraph::algo::toposort;

use super::clock::Clock;
use super::in_place::Lives;
use super::kept_values::KeptValues;
use super::siblings;
use super::weights::{Builder, Place, Slot, Weights, size};
use super::world::{Alone, World};
use super::{Draw, NotLowered};
use crate::catalog::layers::LayerDef;
use crate::catalog::{Facts, Type};
use crate::graph::{GraphOp, ModelGraph};

#[derive(Clone, Debug)]
pub struct Model {
    /// Each after all that it reads.
    pub steps: Vec<Step>,
    /// For each task, the steps that are its outputs.
    pub heads: Vec<Vec<usize>>,
    /// For each step, the first of the siblings that it is pulled through with.
    pub(super) siblings: Vec<Option<usize>>,
    pub(super) lives: Lives,
    pub weights: Weights,
    pub device: Device,
    /// For each slot, whether it is kept as it is.
    pub frozen: Vec<bool>,
    /// Whether activations are computed again on the way back instead of kept.
    pub checkpointing: bool,
    /// Whether layers multiply in bfloat16 where they can; weights and sums are 32-bit all the same.
    pub half: bool,
    /// Values of frozen steps, computed before; `None` if every step is computed for every batch.
    pub kept: Option<Arc<KeptValues>>,
    /// What counts the time of each step, if anybody wants to know.
    pub clock: Option<Arc<Clock>>,
    /// The processes that compute with it together, each with rows of its own.
    pub world: Arc<dyn World>,
}

/// One node of the graph.
#[derive(Clone, Debug)]
pub struct Step {
    pub path: String,
    pub op: StepOp,
    pub inputs: Vec<usize>,
    /// The data sets whose rows it has.
    pub rows: Vec<usize>,
    /// The step that made its rows, if they are places of the rows of these data sets.
    pub within: Option<usize>,
    /// The type of its value: names of axes, and extents by which values find their lengths.
    pub ty: Type,
    /// Sizes of its value after the rows; 0 for a variable one.
    pub sizes: Vec<usize>,
    /// Its weights, by slot.
    pub slots: Vec<usize>,
    /// The tasks whose gradient reaches it.
    pub tasks: Vec<usize>,
    /// Whether a weight that is trained stands in it or before it.
    pub learns: bool,
    /// Its draws while training.
    pub draw: Draw,
    /// Whether its value of a row may be computed once and kept.
    pub cached: bool,
}

#[derive(Clone, Debug)]
pub enum StepOp {
    /// An input of the pipeline.
    Input(usize),
    /// Whether each row has an input of the pipeline.
    Present(usize),
    /// The tokens of a task's target, each one place later.
    Previous {
        task: usize,
        target: usize,
    },
    /// The tokens of a task's target.
    Whole {
        task: usize,
        target: usize,
    },
    Layer(LayerDef),
}

impl Step {
    pub fn layer(&self) -> Option<&LayerDef> {
        match &self.op {
            StepOp::Layer(def) => Some(def),
            StepOp::Input(_) | StepOp::Present(_) | StepOp::Previous { .. } | StepOp::Whole { .. } => None,
        }
    }

    /// Whether several tasks learn through it.
    pub fn is_shared(&self) -> bool {
        self.tasks.len() > 1
    }

    fn stops_gradient(&self) -> bool {
        self.layer().is_some_and(|layer| layer.capabilities().stops_gradient)
    }
}

impl Model {
    /// Lowers a graph; initial weights are drawn from `seed` and the weights' paths.
    ///
    /// # Errors
    /// If a size is not known from the data, or the graph has a cycle.
    pub fn lower(graph: &ModelGraph, facts: &Facts, seed: u64, device: &Device) -> Result<Model, NotLowered> {
        let order = toposort(&graph.graph, None)
            .map_err(|cycle| NotLowered::ReadsItself(graph.graph[cycle.node_id()].path.clone()))?;
        let place: HashMap<_, _> = order.iter().enumerate().map(|(place, node)| (*node, place)).collect();
        let mut weights = Builder::default();
        let mut steps = Vec::with_capacity(order.len());
        for node in &order {
            let source = &graph.graph[*node];
            let (op, slots) = match &source.op {
                GraphOp::Input(input) => (StepOp::Input(*input), Vec::new()),
                GraphOp::Present(input) => (StepOp::Present(*input), Vec::new()),
                GraphOp::Previous { task, target } => {
                    (StepOp::Previous { task: task.unwrap_or(usize::MAX), target: *target }, Vec::new())
                }
                GraphOp::Whole { task, target } => {
                    (StepOp::Whole { task: task.unwrap_or(usize::MAX), target: *target }, Vec::new())
                }
                GraphOp::Layer { def, instance, weights: specs } => {
                    let slots = specs
                        .iter()
                        .map(|spec| weights.slot(instance, &source.origin, spec, source.fixed, facts, seed));
                    (StepOp::Layer(def.clone()), slots.collect::<Result<Vec<_>, _>>()?)
                }
            };
            let sizes = source.ty.axes[1..]
                .iter()
                .map(|axis| if axis.varies() { Ok(0) } else { size(&axis.size, facts) })
                .collect::<Result<Vec<_>, _>>()?;
            steps.push(Step {
                path: source.path.clone(),
                op,
                inputs: graph.inputs_of(*node).iter().map(|input| place[input]).collect(),
                rows: source.rows.clone(),
                within: None,
                ty: source.ty.clone(),
                sizes,
                slots,
                tasks: Vec::new(),
                learns: false,
                draw: Draw::new(seed, "layer", &source.path),
                cached: source.cached,
            });
        }
        let mut heads = vec![Vec::new(); graph.heads.len()];
        for head in &graph.heads {
            heads[head.task] = head.outputs.iter().map(|(_, node)| place[node]).collect();
        }
        let weights = weights.finish(device);
        let frozen = vec![false; weights.slots.len()];
        let device = device.clone();
        let siblings = siblings::find(&steps);
        let lives = Lives::of(&steps, &heads);
        let mut model = Model {
            steps,
            heads,
            siblings,
            lives,
            weights,
            device,
            frozen,
            checkpointing: false,
            half: false,
            kept: None,
            clock: None,
            world: Arc::new(Alone),
        };
        model.find_places_within();
        model.trace_learning();
        Ok(model)
    }

    /// Freezes exactly the slots that `frozen` chooses.
    pub fn freeze(&mut self, frozen: impl Fn(&Slot) -> bool) {
        self.frozen = self.weights.slots.iter().map(frozen).collect();
        self.trace_learning();
    }

    /// Finds which steps learn, and from which tasks.
    fn trace_learning(&mut self) {
        for index in 0..self.steps.len() {
            let step = &self.steps[index];
            let own = self.wants_weights(index);
            let before = !step.stops_gradient() && step.inputs.iter().any(|input| self.steps[*input].learns);
            self.steps[index].learns = own || before;
            self.steps[index].tasks.clear();
        }
        for (task, outputs) in self.heads.iter().enumerate() {
            let mut reached = vec![false; self.steps.len()];
            outputs.iter().for_each(|output| reached[*output] = true);
            for index in (0..self.steps.len()).rev() {
                if !reached[index] {
                    continue;
                }
                self.steps[index].tasks.push(task);
                if !self.steps[index].stops_gradient() {
                    for input in self.steps[index].inputs.clone() {
                        reached[input] = true;
                    }
                }
            }
        }
    }

    /// Whether a slot changes by gradients.
    pub fn is_trained(&self, slot: usize) -> bool {
        matches!(self.weights.slots[slot].place, Place::Trained(_)) && !self.frozen[slot]
    }

    /// Whether a step has a weight that is trained.
    pub fn wants_weights(&self, step: usize) -> bool {
        self.steps[step].slots.iter().any(|slot| self.is_trained(*slot))
    }

    /// How many steps use each slot.
    pub fn uses(&self) -> Vec<usize> {
        let mut uses = vec![0; self.weights.slots.len()];
        self.steps.iter().flat_map(|step| &step.slots).for_each(|slot| uses[*slot] += 1);
        uses
    }
}
