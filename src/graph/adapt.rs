//! What `transfer` changes in the graph: which weights stay as they are, and the adapters beside layers.
//!
//! An adapter is an ordinary branch: the layer's input flows through a map of low rank of its own, and the two results
//! are added. The layer itself says what its adapter is.

use std::collections::HashMap;

use petgraph::Direction::Outgoing;
use petgraph::stable_graph::NodeIndex;
use petgraph::visit::EdgeRef;

use super::{GraphNode, GraphOp, ModelGraph, Origin, Writer};
use crate::catalog::Type;
use crate::catalog::error::Undecided;
use crate::catalog::layers::LayerDef;
use crate::pipeline::Pipeline;

/// The last part of an adapter's path: `trunk.dense.1.adapter`.
const ADAPTER: &str = "adapter";
/// The last part of the path of the sum of a layer and its adapter.
const ADAPTED: &str = "adapted";

/// Decides for every node which entry of `transfer` speaks for it. Nodes with one set of weights follow one entry: the
/// most specific.
pub(super) fn settle(pipeline: &Pipeline, graph: &mut ModelGraph) {
    if pipeline.transfer.is_empty() {
        return;
    }
    let length = |entry: Option<usize>| entry.map(|entry| pipeline.transfer[entry].path.len());
    let mut of_instance: HashMap<String, Option<usize>> = HashMap::new();
    for node in graph.graph.node_weights() {
        let GraphOp::Layer { instance, .. } = &node.op else { continue };
        let entry = of_instance.entry(instance.clone()).or_default();
        if length(node.origin.transfer) > length(*entry) {
            *entry = node.origin.transfer;
        }
    }
    for node in graph.graph.node_weights_mut() {
        let GraphOp::Layer { instance, .. } = &node.op else { continue };
        node.origin.transfer = of_instance.get(instance).copied().flatten();
        let written = node.origin.writer == Writer::Spec;
        node.frozen = pipeline.never_learns(node.origin.transfer, written);
        node.fixed = pipeline.is_fixed(node.origin.transfer, written);
    }
}

/// Puts an adapter beside every layer of a part that wants one.
pub(super) fn adapt(pipeline: &Pipeline, graph: &mut ModelGraph) {
    for node in graph.graph.node_indices().collect::<Vec<_>>() {
        let origin = &graph.graph[node].origin;
        // What a sharing strategy adds learns itself.
        let entry = origin.transfer.filter(|_| origin.writer == Writer::Spec).map(|entry| &pipeline.transfer[entry]);
        let Some(lora) = entry.and_then(|entry| entry.lora.as_ref()) else { continue };
        let GraphOp::Layer { def, instance, .. } = &graph.graph[node].op else { continue };
        let Some(adapter) = def.adapter(lora.rank, lora.alpha) else { continue };
        let instance = format!("{instance}.{ADAPTER}");
        let inputs = graph.inputs_of(node);
        let branch = insert(graph, node, ADAPTER, adapter.branch, instance, &inputs);
        let sum = format!("{}.{ADAPTED}", graph.graph[node].path);
        let readers: Vec<_> =
            graph.graph.edges_directed(node, Outgoing).map(|edge| (edge.id(), edge.target(), *edge.weight())).collect();
        let sum = insert(graph, node, ADAPTED, adapter.join, sum, &[node, branch]);
        for (edge, reader, position) in readers {
            graph.graph.remove_edge(edge);
            graph.graph.add_edge(sum, reader, position);
        }
        for (_, output) in graph.heads.iter_mut().flat_map(|head| &mut head.outputs) {
            if *output == node {
                *output = sum;
            }
        }
    }
}

/// Adds a node beside another, with the rows and the type of that.
fn insert(
    graph: &mut ModelGraph,
    beside: NodeIndex,
    part: &str,
    def: LayerDef,
    instance: String,
    inputs: &[NodeIndex],
) -> NodeIndex {
    let types: Vec<Type> = inputs.iter().map(|input| graph.graph[*input].ty.clone()).collect();
    let base = &graph.graph[beside];
    let ty = def.infer(&types, &mut Undecided::default()).unwrap_or_else(|_| base.ty.clone());
    let weights = def.weights(&types);
    let origin = Origin {
        path: format!("{}.{part}", base.origin.path),
        transfer: base.origin.transfer,
        writer: Writer::Adapter,
    };
    let node = GraphNode {
        path: format!("{}.{part}", base.path),
        op: GraphOp::Layer { def, instance, weights },
        ty,
        rows: base.rows.clone(),
        owner: base.owner,
        origin,
        frozen: false,
        fixed: false,
        cached: false,
    };
    let index = graph.graph.add_node(node);
    for (position, input) in inputs.iter().enumerate() {
        graph.graph.add_edge(*input, index, position);
    }
    index
}
