//! From the model graph to the boxes of its picture: a run of layers that only feed one another is one box.

use std::collections::HashMap;

use petgraph::Direction::{Incoming, Outgoing};
use petgraph::stable_graph::NodeIndex;

use super::model::{ModelBox, ModelPicture, ModelRole};
use crate::check::Pipeline;
use crate::check::pipeline::Owner;
use crate::graph::{GraphOp, ModelGraph};

/// The most layers of one box.
const LONGEST: usize = 14;

impl ModelPicture {
    /// The picture of a model, and of the heads' losses.
    pub fn of(pipeline: &Pipeline, model: &ModelGraph) -> ModelPicture {
        let graph = &model.graph;
        let mut box_of: HashMap<NodeIndex, usize> = HashMap::new();
        let mut chains: Vec<Vec<NodeIndex>> = Vec::new();
        // Petgraph's order is the order of building, in which a node comes after what it reads.
        for node in graph.node_indices() {
            let mut sources = graph.neighbors_directed(node, Incoming);
            let only = sources.next().filter(|_| sources.next().is_none());
            let joins = only.filter(|source| {
                graph.neighbors_directed(*source, Outgoing).count() == 1 && graph[*source].owner == graph[node].owner
            });
            let place =
                joins.and_then(|source| box_of.get(&source).copied()).filter(|place| chains[*place].len() < LONGEST);
            let place = place.unwrap_or_else(|| {
                chains.push(Vec::new());
                chains.len() - 1
            });
            chains[place].push(node);
            box_of.insert(node, place);
        }
        let mut boxes: Vec<ModelBox> = chains.iter().map(|chain| of_chain(pipeline, model, chain)).collect();
        let mut edges: Vec<(usize, usize)> = graph
            .edge_indices()
            .filter_map(|edge| graph.edge_endpoints(edge))
            .filter_map(|(from, to)| Some((*box_of.get(&from)?, *box_of.get(&to)?)))
            .filter(|(from, to)| from != to)
            .collect();
        for head in &model.heads {
            let Some(task) = pipeline.tasks.get(head.task) else { continue };
            let losses: Vec<String> = task.loss.iter().map(|term| term.def.name().to_string()).collect();
            let lambda = pipeline.weights.lambda.get(head.task).copied().unwrap_or(0.0);
            boxes.push(ModelBox {
                lines: vec![task.name.clone(), losses.join(" + "), format!("λ = {}", super::text::tick(lambda))],
                role: ModelRole::Head,
            });
            let outputs = head.outputs.iter().filter_map(|(_, node)| box_of.get(node));
            edges.extend(outputs.map(|output| (*output, boxes.len() - 1)));
        }
        edges.sort_unstable();
        edges.dedup();
        ModelPicture::Graph { boxes, edges }
    }
}

fn of_chain(pipeline: &Pipeline, model: &ModelGraph, chain: &[NodeIndex]) -> ModelBox {
    let owner = chain.first().map(|node| model.graph[*node].owner);
    let (name, role) = match owner {
        Some(Owner::Input(input)) => (pipeline.inputs.get(input).map(|one| one.name.clone()), ModelRole::Input),
        Some(Owner::Shared(shared)) => (pipeline.shared.get(shared).map(|one| one.name.clone()), ModelRole::Shared),
        Some(Owner::Task(task)) => (pipeline.tasks.get(task).map(|one| format!("{} head", one.name)), ModelRole::Head),
        Some(Owner::Value) | None => (None, ModelRole::Other),
    };
    let mut lines: Vec<String> = name.into_iter().collect();
    for node in chain {
        let node = &model.graph[*node];
        lines.push(match &node.op {
            GraphOp::Input(input) => {
                let steps = pipeline.inputs.get(*input).map_or(&[][..], |input| &input.steps);
                let steps: Vec<&str> = steps.iter().map(|step| step.def.name()).collect();
                if steps.is_empty() { continue } else { steps.join(" → ") }
            }
            GraphOp::Layer { def, .. } => briefly(def),
        });
    }
    if let Some(last) = chain.last() {
        lines.push(model.graph[*last].ty.to_string());
    }
    ModelBox { lines, role }
}

/// `dense(64)`: a layer with its positional arguments.
fn briefly(def: &crate::catalog::layers::LayerDef) -> String {
    let params = crate::catalog::layers::find(def.name()).map(|entry| (entry.params)()).unwrap_or_default();
    let args = def.to_args();
    let given: Vec<String> = params
        .iter()
        .filter(|param| param.positional)
        .filter_map(|param| args.get(param.name))
        .map(crate::catalog::ArgValue::show)
        .filter(|shown| shown != "none")
        .collect();
    if given.is_empty() { def.name().to_string() } else { format!("{}({})", def.name(), given.join(", ")) }
}
