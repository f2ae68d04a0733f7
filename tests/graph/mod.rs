//! The model graph: what is built, what passes do to it, how it is drawn.

mod blocks;
mod build;
mod export;
mod parameters;
mod passes;

use mtlc::graph::{ModelGraph, build};
use petgraph::stable_graph::NodeIndex;

use crate::support::pipeline;

/// Data, two inputs and the templates; a test adds the model.
const HEAD: &str = "use std.tasks.{classification, regression}
data d: csv(\"d.csv\") {
  columns { a: number, b: number, c: category(\"x\", \"y\", \"z\"), m: number, k: category }
}
input x from d[a, b] -> standardize
input c from d.c -> embed(4)
";

/// The graph of a model, before any pass.
fn graph_of(model: &str) -> ModelGraph {
    build(&pipeline(&format!("{HEAD}{model}")))
}

/// The paths of all nodes, in order.
fn paths(graph: &ModelGraph) -> Vec<&str> {
    graph.graph.node_indices().map(|node| graph.graph[node].path.as_str()).collect()
}

fn node(graph: &ModelGraph, path: &str) -> NodeIndex {
    let found = graph.graph.node_indices().find(|node| graph.graph[*node].path == path);
    found.unwrap_or_else(|| panic!("no `{path}` among {:?}", paths(graph)))
}

/// `path <- inputs` for every node and head: the whole structure as text.
fn structure(graph: &ModelGraph) -> String {
    let name = |node: NodeIndex| graph.graph[node].path.clone();
    let mut lines: Vec<String> = graph
        .graph
        .node_indices()
        .map(|node| {
            let inputs: Vec<String> = graph.inputs_of(node).into_iter().map(name).collect();
            format!("{} <- {}", name(node), inputs.join(", "))
        })
        .collect();
    lines.sort();
    for head in &graph.heads {
        let outputs: Vec<String> = head.outputs.iter().map(|(_, node)| name(*node)).collect();
        lines.push(format!("task {} <- {}", head.name, outputs.join(", ")));
    }
    lines.join("\n")
}
