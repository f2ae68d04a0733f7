//! `fold_constants`: removes what is known before the first batch to do nothing.
//!
//! A spec has no constant tensors, so what can be folded are the constants of layers: a layer that passes its input
//! on unchanged, a change of shape that a later one undoes or repeats, a gradient stop where no gradient flows.

use super::rewrite::Rewrite;
use super::{Change, Pass};
use crate::catalog::Type;
use crate::catalog::error::Undecided;
use crate::graph::{GraphOp, ModelGraph};

pub struct FoldConstants;

impl Pass for FoldConstants {
    fn name(&self) -> &'static str {
        "fold-constants"
    }

    fn doc(&self) -> &'static str {
        "removes layers that do nothing, such as `dropout(0)`, and merges changes of shape"
    }

    fn run(&self, graph: &mut ModelGraph) -> Vec<Change> {
        let mut rewrite = Rewrite::new(graph);
        let mut changes = Vec::new();
        // Whether something with a gradient flows into the node's value.
        let mut learns = vec![false; rewrite.order.iter().map(|node| node.index() + 1).max().unwrap_or(0)];
        for node in rewrite.order.clone() {
            let GraphOp::Layer { def, weights, .. } = &graph.graph[node].op else { continue };
            let mut inputs = rewrite.inputs(node).to_vec();
            let capabilities = def.capabilities();
            let upstream = inputs.iter().any(|input| learns[input.index()]);
            learns[node.index()] =
                weights.iter().any(|weight| weight.trainable) || (upstream && !capabilities.stops_gradient);
            let mut say = |what: String| changes.push(Change { node: graph.graph[node].path.clone(), what });

            // A change of shape right after another: the later one alone does the same.
            while capabilities.reshapes
                && let [only] = inputs.as_slice()
                && let GraphOp::Layer { def: before, .. } = &graph.graph[*only].op
                && before.capabilities().reshapes
                && let [source] = rewrite.inputs(*only)
                && def.infer(&[graph.graph[*source].ty.clone()], &mut Undecided::default()).ok().as_ref()
                    == Some(&graph.graph[node].ty)
            {
                say(format!("reads {} directly", graph.graph[*source].path));
                inputs = vec![*source];
                rewrite.set_inputs(node, inputs.clone());
            }

            let Some(first) = inputs.first().copied() else { continue };
            let types: Vec<Type> = inputs.iter().map(|input| graph.graph[*input].ty.clone()).collect();
            let same_shape = capabilities.reshapes && types[0] == graph.graph[node].ty;
            let stops_nothing = capabilities.stops_gradient && inputs.len() == 1 && !upstream;
            if def.is_identity(&types) || same_shape || stops_nothing {
                let why = if stops_nothing { "no gradient flows here" } else { "it changes nothing" };
                say(format!("removed: {why}"));
                rewrite.replace(node, first);
            }
        }
        if changes.is_empty() {
            return changes;
        }
        for node in rewrite.remove_orphans(graph) {
            let what = "removed: nothing reads it any more".into();
            changes.push(Change { node: graph.graph[node].path.clone(), what });
        }
        rewrite.apply(graph);
        changes
    }
}
