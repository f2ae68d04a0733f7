//! Sharing strategies: what each makes of a chain and its readers.

mod bad;
mod graphs;
mod layers;
mod parameters;
mod stability;

use std::collections::{BTreeMap, HashMap};

use mtlc::catalog::layers::LayerDef;
use mtlc::check::{self, Options};
use mtlc::diag::{Diagnostic, Sink};
use mtlc::graph::{self, GraphNode, GraphOp, ModelGraph};
use mtlc::pipeline::Pipeline;
use mtlc::source::{MemoryLoader, Sources};
use petgraph::Direction::Incoming;
use petgraph::algo::toposort;
use petgraph::stable_graph::NodeIndex;

/// Every strategy with small numbers.
pub const STRATEGIES: [&str; 12] = [
    "hard",
    "mmoe(experts: 3)",
    "omoe(experts: 3)",
    "cgc(own: 2, shared: 1)",
    "ple(own: 1, shared: 2)",
    "cross_stitch",
    "sluice",
    "mtan",
    "dselect_k(experts: 4, k: 2)",
    "nddr",
    "ltb",
    "layer_skip",
];

/// What a trunk may be, after `from`.
pub const CHAINS: [(&str, &str); 7] = [
    ("one dense", "x -> dense(3)"),
    ("dense", "x -> dense(8) -> relu -> dense(8) -> relu -> dropout(0.1) -> dense(8)"),
    ("narrowing", "x -> dense(8) -> relu -> dense(4) -> relu"),
    (
        "conv",
        "p -> conv2d(4, kernel: 3, padding: same) -> batch_norm -> relu -> conv2d(4, kernel: 3, padding: same) -> relu",
    ),
    ("conv, then dense", "p -> conv2d(2, kernel: 3) -> relu -> max_pool(2) -> flatten -> dense(6) -> relu -> dense(6)"),
    ("many", "x -> repeat(6) { residual(2) }"),
    (
        "block",
        "x {\n  low = in -> dense(8) -> relu\n  high = low -> dense(4) -> relu -> dense(8)\n  out: low + high\n}",
    ),
];

/// A spec of a trunk and so many tasks that read it.
pub fn spec(strategy: &str, chain: &str, readers: usize) -> String {
    let columns: String = (0..readers).map(|index| format!("y{index}: number, ")).collect();
    let mut text = format!(
        "use std.tasks.{{regression}}
data d: csv(\"d.csv\") {{ columns {{ a: number, b: number, pixels: number[8, 8], {columns} }} }}
input x from d[a, b] -> standardize
input p from d.pixels -> standardize -> reshape(1, 8, 8)
block residual(width: int) {{
  y = in -> dense(width) -> relu -> dense(width)
  out: in + y
}}
shared trunk by {strategy} from {chain}
"
    );
    for index in 0..readers {
        text += &format!("task t{index}: regression from trunk -> flatten {{ label: d.y{index} }}\n");
    }
    text
}

pub fn check(text: &str) -> (Option<Pipeline>, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let file = sources.add("test.mtl", None, text);
    let checked = check::check(file, &mut sources, &MemoryLoader::default(), &Options::default(), &mut sink);
    (checked.into_pipeline(), sink.finish())
}

/// The graph of a spec that has no errors, before any pass.
pub fn graph_of(text: &str) -> ModelGraph {
    let (pipeline, problems) = check(text);
    let errors: Vec<String> = problems
        .iter()
        .filter(|problem| problem.is_error())
        .map(|problem| format!("{}: {}", problem.code.name, problem.message))
        .collect();
    let pipeline = pipeline.unwrap_or_else(|| panic!("{text}\nhas errors: {}", errors.join("\n")));
    graph::build(&pipeline)
}

pub fn layer(node: &GraphNode) -> Option<(&LayerDef, &str)> {
    match &node.op {
        GraphOp::Layer { def, instance, .. } => Some((def, instance)),
        GraphOp::Input(_) | GraphOp::Present(_) | GraphOp::Previous { .. } | GraphOp::Whole { .. } => None,
    }
}

/// Every weight's path and shape, once.
pub fn weights(graph: &ModelGraph) -> BTreeMap<String, Vec<i64>> {
    let mut found = BTreeMap::new();
    for node in graph.graph.node_weights() {
        if let GraphOp::Layer { instance, weights, .. } = &node.op {
            for weight in weights.iter().filter(|weight| weight.trainable) {
                let shape: Vec<i64> = weight.shape.iter().map(|size| size.value().expect("known sizes")).collect();
                let known = found.insert(format!("{instance}.{}", weight.name), shape.clone());
                assert!(known.is_none_or(|known| known == shape), "{instance} has two shapes");
            }
        }
    }
    found
}

pub fn count(weights: &BTreeMap<String, Vec<i64>>, of: impl Fn(&str) -> bool) -> i64 {
    weights.iter().filter(|(path, _)| of(path)).map(|(_, shape)| shape.iter().product::<i64>()).sum()
}

/// Everything that a node's value depends on, itself included.
pub fn ancestors(graph: &ModelGraph, node: NodeIndex) -> Vec<NodeIndex> {
    let mut found = vec![node];
    let mut next = 0;
    while next < found.len() {
        for other in graph.graph.neighbors_directed(found[next], Incoming) {
            if !found.contains(&other) {
                found.push(other);
            }
        }
        next += 1;
    }
    found
}

/// What each task's output is, as a term of layers and weights, so that two graphs can be compared.
pub fn meaning(graph: &ModelGraph) -> Vec<String> {
    let mut terms: HashMap<NodeIndex, String> = HashMap::new();
    // The term under a change of shape: of two in a row only the last one counts.
    let mut numbers: HashMap<NodeIndex, String> = HashMap::new();
    for node in toposort(&graph.graph, None).expect("a graph without cycles") {
        let inputs = graph.inputs_of(node);
        let mut of: Vec<String> = inputs.iter().map(|input| terms[input].clone()).collect();
        let term = match &graph.graph[node].op {
            GraphOp::Input(index) => format!("input {index}"),
            GraphOp::Present(index) => format!("rows with input {index}"),
            GraphOp::Previous { task, target } => format!("previous {task:?} {target}"),
            GraphOp::Whole { task, target } => format!("whole {task:?} {target}"),
            GraphOp::Layer { def, instance, weights } => {
                let types: Vec<_> = inputs.iter().map(|input| graph.graph[*input].ty.clone()).collect();
                if def.is_identity(&types) {
                    of[0].clone()
                } else if def.capabilities().reshapes {
                    let of = numbers.get(&inputs[0]).unwrap_or(&of[0]).clone();
                    let term = hash(&format!("{of} as {}", graph.graph[node].ty));
                    numbers.insert(node, of);
                    term
                } else {
                    if def.capabilities().commutative {
                        of.sort();
                    }
                    let whose = if weights.is_empty() { "" } else { instance };
                    let drawn = if def.capabilities().random { graph.graph[node].path.as_str() } else { "" };
                    // Hashed, because terms of deep graphs grow without bound.
                    hash(&format!("{}|{whose}|{drawn}|{}", def.show(), of.join(",")))
                }
            }
        };
        terms.insert(node, term);
    }
    let outputs = graph.heads.iter().flat_map(|head| &head.outputs);
    outputs.map(|(_, output)| terms[output].clone()).collect()
}

fn hash(text: &str) -> String {
    use std::hash::{Hash, Hasher};
    let mut hasher = std::hash::DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:x}", hasher.finish())
}
