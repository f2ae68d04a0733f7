//! `frozen-prefix`: computes once per row what is the same in every epoch.
//!
//! Where all weights up to a node stay as they are for the whole run, and nothing on the way depends on chance, on the
//! mode or on other rows, the node's value of a row never changes. Training then computes it once and keeps it.

use std::collections::HashSet;

use petgraph::stable_graph::NodeIndex;

use super::rewrite::{Rewrite, outputs};
use super::{Change, Pass};
use crate::graph::{GraphNode, GraphOp, ModelGraph};

pub struct FrozenPrefix;

impl Pass for FrozenPrefix {
    fn name(&self) -> &'static str {
        "frozen-prefix"
    }

    fn doc(&self) -> &'static str {
        "computes once per row, and keeps, what frozen layers give"
    }

    fn run(&self, graph: &mut ModelGraph) -> Vec<Change> {
        let mut rewrite = Rewrite::new(graph);
        let heads: HashSet<NodeIndex> = outputs(graph).collect();
        // Nodes whose value of a row never changes, and those of them that weights have a part in: what has no weights
        // is cheap to compute anew.
        let mut constant: HashSet<NodeIndex> = HashSet::new();
        let mut worthwhile: HashSet<NodeIndex> = HashSet::new();
        for node in rewrite.order.clone() {
            let inputs = rewrite.inputs(node).to_vec();
            let drawn = match graph.graph[node].op {
                GraphOp::Input(input) | GraphOp::Present(input) => graph.drawn.contains(&input),
                _ => false,
            };
            if drawn || !is_constant(&graph.graph[node]) || !inputs.iter().all(|input| constant.contains(input)) {
                continue;
            }
            constant.insert(node);
            if has_weights(&graph.graph[node]) || inputs.iter().any(|input| worthwhile.contains(input)) {
                worthwhile.insert(node);
            }
        }
        // From the heads back: what is computed anew for every batch, since it changes or has no place for each row, and the last values before it that
        // have one.
        let mut computed: HashSet<NodeIndex> = HashSet::new();
        let mut kept: HashSet<NodeIndex> = HashSet::new();
        for node in rewrite.order.iter().rev().copied() {
            let read = heads.contains(&node) || graph.graph.neighbors(node).any(|reader| computed.contains(&reader));
            match read && worthwhile.contains(&node) && !graph.graph[node].ty.is_variable() {
                true => _ = kept.insert(node),
                false if read || !constant.contains(&node) => _ = computed.insert(node),
                false => {}
            }
        }
        let mut changes = Vec::new();
        for node in rewrite.order.clone() {
            if kept.contains(&node) && !graph.graph[node].cached {
                graph.graph[node].cached = true;
                let what = "computed once per row and kept: all before it is frozen".into();
                changes.push(Change { node: graph.graph[node].path.clone(), what });
            }
        }
        changes
    }
}

/// Whether a node does the same to a row in every epoch and every batch.
fn is_constant(node: &GraphNode) -> bool {
    let (def, weights) = match &node.op {
        GraphOp::Layer { def, weights, .. } => (def, weights),
        GraphOp::Input(_) | GraphOp::Present(_) => return true,
        // What is written so far, or a candidate in the place of the label.
        GraphOp::Previous { .. } | GraphOp::Whole { .. } => return false,
    };
    let capabilities = def.capabilities();
    // A place is no row. What is padded to the longest row of its batch is not kept itself, but what is made of it may be.
    !(node.ty.is_of_places() || capabilities.random || capabilities.mode_dependent || capabilities.mixes_rows)
        && (weights.is_empty() || node.frozen)
        && weights.iter().all(|weight| weight.trainable)
}

fn has_weights(node: &GraphNode) -> bool {
    matches!(&node.op, GraphOp::Layer { weights, .. } if !weights.is_empty())
}
