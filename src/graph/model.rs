//! The graph's nodes and edges.

use petgraph::stable_graph::{NodeIndex, StableDiGraph};

use crate::catalog::Type;
use crate::catalog::layers::{LayerDef, WeightSpec};
use crate::pipeline::Owner;

/// A model as a graph. An edge carries the position of the input it feeds.
#[derive(Clone, Debug, Default)]
pub struct ModelGraph {
    pub graph: StableDiGraph<GraphNode, usize>,
    /// The node of each input of the pipeline, by the pipeline's index; `None` if a pass removed it.
    pub inputs: Vec<Option<NodeIndex>>,
    /// The inputs, by the pipeline's index, whose values drawn steps change or take away from epoch to epoch.
    pub drawn: Vec<usize>,
    /// One per task, in the order of the pipeline.
    pub heads: Vec<Head>,
}

/// The named outputs of a task.
#[derive(Clone, Debug)]
pub struct Head {
    pub task: usize,
    pub name: String,
    pub outputs: Vec<(String, NodeIndex)>,
}

#[derive(Clone, Debug)]
pub struct GraphNode {
    /// Unique: `trunk.dense.2`.
    pub path: String,
    pub op: GraphOp,
    pub ty: Type,
    /// The data sets whose rows it has, in stacked order.
    pub rows: Vec<usize>,
    pub owner: Owner,
    pub origin: Origin,
    /// Whether its weights stay as they are for the whole run.
    pub frozen: bool,
    /// The same however long the run goes on, so that nothing of training needs to know of them.
    pub fixed: bool,
    /// Whether its value is computed once for each row and kept: see [`passes`](super::passes).
    pub cached: bool,
}

/// Where the weights of a node stand in the spec.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Their path as the spec has it: `trunk.dense.1` of the copy `trunk.expert_1.dense.1`.
    pub path: String,
    /// What `transfer` says of them, by its place in the pipeline.
    pub transfer: Option<usize>,
    pub writer: Writer,
}

/// Who put a node into the graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writer {
    /// A line of the spec, or a copy of what it wrote.
    #[default]
    Spec,
    /// A sharing strategy: gates, stitches.
    Sharing,
    /// A low-rank adapter.
    Adapter,
}

#[derive(Clone, Debug)]
pub enum GraphOp {
    /// The prepared values of an input of the pipeline.
    Input(usize),
    /// Whether each row has an input of the pipeline, as 0 or 1.
    Present(usize),
    /// The tokens of a target, each one place later; `None` of a task that has been left out.
    Previous { task: Option<usize>, target: usize },
    /// The tokens of a target, all of them.
    Whole { task: Option<usize>, target: usize },
    Layer {
        def: LayerDef,
        /// The path under which its weights are kept; several nodes may have the same.
        instance: String,
        weights: Vec<WeightSpec>,
    },
}

impl ModelGraph {
    /// What feeds a node, in the order of its inputs.
    pub fn inputs_of(&self, node: NodeIndex) -> Vec<NodeIndex> {
        use petgraph::Direction::Incoming;
        use petgraph::visit::EdgeRef;
        let mut inputs: Vec<_> =
            self.graph.edges_directed(node, Incoming).map(|edge| (*edge.weight(), edge.source())).collect();
        inputs.sort_unstable_by_key(|(position, _)| *position);
        inputs.into_iter().map(|(_, node)| node).collect()
    }
}
