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
        let mut changes = Vec::new();
        for node in rewrite.order.clone() {
            let read = heads.contains(&node) || graph.graph.neighbors(node).any(|reader| !constant.contains(&reader));
            if read && worthwhile.contains(&node) && !graph.graph[node].cached {
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
    let GraphOp::Layer { def, weights, .. } = &node.op else { return !node.ty.is_variable() };
    let capabilities = def.capabilities();
    // A value of variable size is padded to the longest row of its batch, and a place is no row.
    let by_row = !node.ty.is_variable() && !node.ty.is_of_places();
    by_row
        && !(capabilities.random || capabilities.mode_dependent || capabilities.mixes_rows)
        && (weights.is_empty() || node.frozen)
        && weights.iter().all(|weight| weight.trainable)
}

fn has_weights(node: &GraphNode) -> bool {
    matches!(&node.op, GraphOp::Layer { weights, .. } if !weights.is_empty())
}
