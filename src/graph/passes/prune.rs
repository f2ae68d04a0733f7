//! `prune`: removes what no task needs.

use super::rewrite::{Rewrite, outputs};
use super::{Change, Pass};
use crate::graph::ModelGraph;

pub struct Prune;

impl Pass for Prune {
    fn name(&self) -> &'static str {
        "prune"
    }

    fn doc(&self) -> &'static str {
        "removes nodes whose value reaches no task"
    }

    fn run(&self, graph: &mut ModelGraph) -> Vec<Change> {
        let mut rewrite = Rewrite::new(graph);
        let mut needed = vec![false; graph.graph.node_indices().map(|node| node.index() + 1).max().unwrap_or(0)];
        outputs(graph).for_each(|output| needed[output.index()] = true);
        let mut changes = Vec::new();
        for node in rewrite.order.clone().into_iter().rev() {
            if needed[node.index()] {
                rewrite.inputs(node).iter().for_each(|input| needed[input.index()] = true);
            } else {
                rewrite.remove(node);
                changes.push(Change { node: graph.graph[node].path.clone(), what: "removed: no task needs it".into() });
            }
        }
        changes.reverse();
        if !changes.is_empty() {
            rewrite.apply(graph);
        }
        changes
    }
}
