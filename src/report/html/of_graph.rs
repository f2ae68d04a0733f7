//! From the model graph to the boxes of its picture: a run of layers that only feed one another is one box.

use std::collections::HashMap;

use petgraph::Direction::{Incoming, Outgoing};
use petgraph::stable_graph::NodeIndex;

use super::model::{ModelBox, ModelPicture, ModelRole};
use crate::graph::{GraphOp, ModelGraph};
use crate::pipeline::Owner;
use crate::pipeline::Pipeline;

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
            let losses: Vec<String> = task.loss.iter().map(|term| task.term(term)).collect();
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
        let (boxes, edges) = with_losses(boxes, edges);
        let (boxes, edges) = gathered(boxes, edges);
        ModelPicture::Graph { boxes, edges }
    }
}

type Boxes = (Vec<ModelBox>, Vec<(usize, usize)>);

/// A head and its loss in one box, where nothing else reads the head.
fn with_losses(mut boxes: Vec<ModelBox>, edges: Vec<(usize, usize)>) -> Boxes {
    let mut into: Vec<usize> = (0..boxes.len()).collect();
    for loss in 0..boxes.len() {
        let sources: Vec<usize> = edges.iter().filter(|edge| edge.1 == loss).map(|edge| edge.0).collect();
        let &[head] = sources.as_slice() else { continue };
        let read_by = edges.iter().filter(|edge| edge.0 == head).count();
        let ends = edges.iter().all(|edge| edge.0 != loss);
        let is_head = boxes[head].role == ModelRole::Head && boxes[loss].role == ModelRole::Head;
        if read_by == 1 && ends && is_head && into[head] == head {
            let [task, rest @ ..] = boxes[loss].lines.as_slice() else { continue };
            let (task, rest) = (task.clone(), rest.join(", "));
            boxes[head].lines[0] = task;
            boxes[head].lines.push(rest);
            into[loss] = head;
        }
    }
    kept(boxes, edges, &into)
}

/// From so many heads on, those that are alike and read the same are one box.
const ALIKE: usize = 4;

/// The most lines of names in such a box, and names in a line.
const NAME_LINES: usize = 6;
const NAMES: usize = 4;

/// Heads that differ in nothing but their names in one box: twenty of them side by side are no picture.
fn gathered(mut boxes: Vec<ModelBox>, edges: Vec<(usize, usize)>) -> Boxes {
    let sources = |one: usize| -> Vec<usize> { edges.iter().filter(|edge| edge.1 == one).map(|edge| edge.0).collect() };
    let ends = |one: usize| edges.iter().all(|edge| edge.0 != one);
    let mut groups: Vec<(Vec<usize>, Vec<String>, Vec<usize>)> = Vec::new();
    for (place, one) in boxes.iter().enumerate().filter(|(place, one)| one.role == ModelRole::Head && ends(*place)) {
        let what = one.lines[1..].to_vec();
        match groups.iter_mut().find(|group| group.0 == sources(place) && group.1 == what) {
            Some(group) => group.2.push(place),
            None => groups.push((sources(place), what, vec![place])),
        }
    }
    let mut into: Vec<usize> = (0..boxes.len()).collect();
    for (_, what, members) in groups.into_iter().filter(|group| group.2.len() >= ALIKE) {
        let names: Vec<String> = members.iter().map(|member| boxes[*member].lines[0].clone()).collect();
        let shown = names.len().min(NAME_LINES * NAMES);
        let mut lines = vec![format!("{} tasks", names.len())];
        lines.extend(names[..shown].chunks(NAMES).map(|names| names.join(", ")));
        if shown < names.len() {
            lines.push(format!("and {} more", names.len() - shown));
        }
        lines.push("each:".into());
        lines.extend(what);
        boxes[members[0]].lines = lines;
        members.iter().for_each(|member| into[*member] = members[0]);
    }
    kept(boxes, edges, &into)
}

/// The boxes that are their own, numbered anew; edges of the others go to those that they have become.
fn kept(boxes: Vec<ModelBox>, edges: Vec<(usize, usize)>, into: &[usize]) -> Boxes {
    let mut number = vec![0; boxes.len()];
    let mut count = 0;
    for place in 0..boxes.len() {
        if into[place] == place {
            number[place] = count;
            count += 1;
        }
    }
    let new = |place: usize| number[into[place]];
    let mut edges: Vec<(usize, usize)> =
        edges.into_iter().map(|(from, to)| (new(from), new(to))).filter(|(from, to)| from != to).collect();
    edges.sort_unstable();
    edges.dedup();
    let boxes = boxes.into_iter().enumerate().filter(|(place, _)| into[*place] == *place).map(|(_, one)| one);
    (boxes.collect(), edges)
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
            GraphOp::Present(_) => "which rows have it".into(),
            GraphOp::Previous { .. } => "what is written so far".into(),
            GraphOp::Whole { .. } => "an answer to compare with".into(),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn one(lines: &[&str], role: ModelRole) -> ModelBox {
        ModelBox { lines: lines.iter().map(|line| line.to_string()).collect(), role }
    }

    #[test]
    fn a_head_and_its_loss_are_one_box() {
        let boxes = vec![
            one(&["trunk", "relu"], ModelRole::Shared),
            one(&["a head", "dense(1)"], ModelRole::Head),
            one(&["b head", "dense(1)"], ModelRole::Head),
            one(&["a", "mse", "λ = 0.5"], ModelRole::Head),
            one(&["b", "mse", "λ = 0.5"], ModelRole::Head),
            // Another task reads the head of b, and c reads the trunk itself.
            one(&["c", "mse"], ModelRole::Head),
        ];
        let (boxes, edges) = with_losses(boxes, vec![(0, 1), (0, 2), (1, 3), (2, 4), (2, 5)]);
        assert_eq!(boxes.len(), 5);
        assert_eq!(boxes[1].lines, ["a", "dense(1)", "mse, λ = 0.5"]);
        assert_eq!(edges, [(0, 1), (0, 2), (2, 3), (2, 4)]);
    }

    #[test]
    fn heads_that_are_alike_are_one_box() {
        let mut boxes = vec![one(&["trunk"], ModelRole::Shared), one(&["other"], ModelRole::Shared)];
        boxes.extend((0..30).map(|task| one(&[&format!("t{task}"), "dense(1)", "mse"], ModelRole::Head)));
        boxes.push(one(&["wide", "dense(9)", "mse"], ModelRole::Head));
        let mut edges: Vec<(usize, usize)> = (2..32).map(|task| (usize::from(task >= 30), task)).collect();
        edges.push((0, 32));
        let (boxes, edges) = gathered(boxes, edges);
        // 28 that read the trunk; two that read the other are too few to be gathered, and the wide one is not alike.
        assert_eq!(boxes.len(), 2 + 1 + 2 + 1);
        assert_eq!(boxes[2].lines[..2], ["28 tasks".to_string(), "t0, t1, t2, t3".to_string()]);
        assert_eq!(boxes[2].lines[7..], ["and 4 more", "each:", "dense(1)", "mse"].map(String::from));
        assert_eq!(edges, [(0, 2), (0, 5), (1, 3), (1, 4)]);
    }
}
