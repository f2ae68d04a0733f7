//! Edits a graph in one sweep: a pass decides node by node in topological order, and the edges are built anew at the
//! end. Indices stay valid, and the work is linear in the graph, however many readers a node has.

use std::collections::HashSet;

use petgraph::algo::toposort;
use petgraph::stable_graph::NodeIndex;
use petgraph::visit::{EdgeRef, IntoEdgeReferences, NodeIndexable};

use crate::graph::{GraphNode, ModelGraph};

pub struct Rewrite {
    /// Every node after all that it reads.
    pub order: Vec<NodeIndex>,
    /// What each node reads, by its index; replaced nodes already stand for what replaces them.
    inputs: Vec<Vec<NodeIndex>>,
    replaced: Vec<Option<NodeIndex>>,
    removed: Vec<bool>,
}

impl Rewrite {
    pub fn new(graph: &ModelGraph) -> Self {
        let bound = graph.graph.node_bound();
        let mut inputs = vec![Vec::new(); bound];
        for node in graph.graph.node_indices() {
            inputs[node.index()] = graph.inputs_of(node);
        }
        // A pipeline's nodes come after what they read, and so do the graph's: the order of the file is the order of
        // work, and of two equal nodes the one that is written first stays. A graph with a cycle is left alone.
        let as_written = graph.graph.edge_references().all(|edge| edge.source() < edge.target());
        let order = match as_written {
            true => graph.graph.node_indices().collect(),
            false => toposort(&graph.graph, None).unwrap_or_default(),
        };
        Self { order, inputs, replaced: vec![None; bound], removed: vec![false; bound] }
    }

    /// What a node reads. Only of nodes whose own inputs have been decided: in topological order.
    pub fn inputs(&mut self, node: NodeIndex) -> &[NodeIndex] {
        let Self { inputs, replaced, .. } = self;
        for input in &mut inputs[node.index()] {
            if let Some(other) = replaced[input.index()] {
                *input = other;
            }
        }
        &inputs[node.index()]
    }

    pub fn set_inputs(&mut self, node: NodeIndex, inputs: Vec<NodeIndex>) {
        self.inputs[node.index()] = inputs;
    }

    /// Lets everyone who reads `node` read `by` instead; `by` comes earlier and stays.
    pub fn replace(&mut self, node: NodeIndex, by: NodeIndex) {
        self.replaced[node.index()] = Some(by);
        self.removed[node.index()] = true;
    }

    pub fn remove(&mut self, node: NodeIndex) {
        self.removed[node.index()] = true;
    }

    /// Marks nodes that lost their last reader by this rewrite; what nobody read before is not its business.
    /// Returns them in topological order.
    pub fn remove_orphans(&mut self, graph: &ModelGraph) -> Vec<NodeIndex> {
        let mut readers = vec![0_usize; self.inputs.len()];
        for node in self.order.clone() {
            if !self.removed[node.index()] {
                self.inputs(node);
                self.inputs[node.index()].iter().for_each(|input| readers[input.index()] += 1);
            }
        }
        let heads: HashSet<NodeIndex> =
            outputs(graph).map(|output| self.replaced[output.index()].unwrap_or(output)).collect();
        let mut orphans = Vec::new();
        for node in self.order.clone().into_iter().rev() {
            let was_read = graph.graph.neighbors(node).next().is_some();
            if self.removed[node.index()] || readers[node.index()] > 0 || heads.contains(&node) || !was_read {
                continue;
            }
            self.removed[node.index()] = true;
            self.inputs[node.index()].iter().for_each(|input| readers[input.index()] -= 1);
            orphans.push(node);
        }
        orphans.reverse();
        orphans
    }

    /// Carries the decisions out.
    pub fn apply(mut self, graph: &mut ModelGraph) {
        for node in self.order.clone() {
            self.inputs(node);
        }
        let old = std::mem::take(&mut graph.graph);
        // No edge is kept: all are added below from the decided inputs.
        let mut new = old.filter_map_owned(
            |index, node: GraphNode| (!self.removed[index.index()]).then_some(node),
            |_, _| None::<usize>,
        );
        for node in &self.order {
            if self.removed[node.index()] {
                continue;
            }
            for (position, input) in self.inputs[node.index()].iter().enumerate() {
                new.add_edge(*input, *node, position);
            }
        }
        graph.graph = new;
        for head in &mut graph.heads {
            for (_, output) in &mut head.outputs {
                *output = self.replaced[output.index()].unwrap_or(*output);
            }
        }
        for input in &mut graph.inputs {
            *input = input.filter(|index| !self.removed[index.index()]);
        }
    }
}

/// The nodes that are some task's output.
pub fn outputs(graph: &ModelGraph) -> impl Iterator<Item = NodeIndex> + '_ {
    graph.heads.iter().flat_map(|head| head.outputs.iter().map(|(_, output)| *output))
}
