//! `common-subexpressions`: computes once what would be computed twice.

use std::collections::HashMap;

use petgraph::stable_graph::NodeIndex;

use super::rewrite::Rewrite;
use super::{Change, Pass};
use crate::graph::{GraphNode, GraphOp, ModelGraph};

pub struct CommonSubexpressions;

impl Pass for CommonSubexpressions {
    fn name(&self) -> &'static str {
        "common-subexpressions"
    }

    fn doc(&self) -> &'static str {
        "computes once what several nodes would compute alike, with the same weights if any"
    }

    fn run(&self, graph: &mut ModelGraph) -> Vec<Change> {
        let mut rewrite = Rewrite::new(graph);
        let mut seen: HashMap<(String, Vec<NodeIndex>), NodeIndex> = HashMap::new();
        let mut changes = Vec::new();
        for node in rewrite.order.clone() {
            let mut inputs = rewrite.inputs(node).to_vec();
            let Some(computation) = computation(&graph.graph[node], &mut inputs) else { continue };
            match seen.get(&(computation.clone(), inputs.clone())) {
                Some(first) => {
                    changes.push(Change {
                        node: graph.graph[node].path.clone(),
                        what: format!("removed: {} computes the same", graph.graph[*first].path),
                    });
                    rewrite.replace(node, *first);
                }
                None => {
                    seen.insert((computation, inputs), node);
                }
            }
        }
        if !changes.is_empty() {
            rewrite.apply(graph);
        }
        changes
    }
}

/// What a node does to its inputs, as a key; `None` if two nodes of the kind must stay two.
fn computation(node: &GraphNode, inputs: &mut [NodeIndex]) -> Option<String> {
    let GraphOp::Layer { def, instance, weights } = &node.op else { return None };
    let capabilities = def.capabilities();
    // Two draws are two results, and state such as a running mean counts how often it was updated.
    if capabilities.random || weights.iter().any(|weight| !weight.trainable) {
        return None;
    }
    // a + b is b + a to the last bit; three summands in another order are not.
    if capabilities.commutative && inputs.len() == 2 {
        inputs.sort_unstable();
    }
    let whose = if weights.is_empty() { "" } else { instance };
    Some(format!("{whose}\u{0}{}", def.show()))
}
