//! The graph as pictures and as data, one file per format.
//!
//! [`draw`] says once what there is to see: nodes with their shapes, parameters and readers, grouped by the declaration
//! they were written in, and one terminal per task. A format only spells it.

mod dot;
mod json;
mod mermaid;

use std::collections::HashMap;

use petgraph::stable_graph::NodeIndex;

use super::parameters::{self, Count, Parameters};
use super::readers::Readers;
use super::{GraphOp, ModelGraph};
use crate::catalog::Facts;
use crate::pipeline::Owner;
use crate::pipeline::Pipeline;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For Graphviz.
    Dot,
    /// For Markdown pages.
    Mermaid,
    /// For programs.
    Json,
}

/// Everything that a drawing shows, in order of declaration.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Drawing {
    /// The spec's name.
    pub name: String,
    pub doc: String,
    /// What the whole model holds.
    pub parameters: Amount,
    pub groups: Vec<Group>,
    pub nodes: Vec<Node>,
    pub tasks: Vec<Task>,
}

/// A count, for programs and for people.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Amount {
    /// `null` while it depends on data that nobody has looked at.
    pub trainable: Option<i64>,
    pub state: Option<i64>,
    /// `1,088`, or `4·classes(a.b) + 8`.
    pub shown: String,
}

/// What was written in one declaration.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Group {
    /// `input`, `shared`, `task` or `value`.
    pub kind: &'static str,
    pub name: String,
    pub doc: String,
    /// The sharing strategy of a shared node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    pub parameters: Amount,
    /// Indices into `nodes`.
    pub nodes: Vec<usize>,
    /// Names of the tasks that need something of it.
    pub read_by: Vec<String>,
}

#[derive(Clone, Debug, serde::Serialize)]
pub struct Node {
    pub path: String,
    /// `dense(units: 64, bias: true)`, or the columns and steps of an input.
    pub op: String,
    /// `dense`, `input`.
    pub kind: &'static str,
    pub shape: String,
    pub parameters: Amount,
    /// Under which path its weights are kept, if other nodes use them too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights_of: Option<String>,
    /// Whether its weights stay as they are, for the whole run.
    #[serde(skip_serializing_if = "is_false")]
    pub frozen: bool,
    /// Whether training computes it once for each row and keeps it.
    #[serde(skip_serializing_if = "is_false")]
    pub cached: bool,
    /// Indices into `nodes`, in the order in which it takes them.
    pub inputs: Vec<usize>,
    /// Names of the tasks that need it.
    pub read_by: Vec<String>,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Node {
    /// What training leaves alone: `frozen`, `computed once per row`.
    fn marks(&self) -> Vec<&'static str> {
        let marks = [(self.frozen, "frozen"), (self.cached, "computed once per row")];
        marks.into_iter().filter(|(is, _)| *is).map(|(_, words)| words).collect()
    }
}

/// The end of the line for a task: its outputs, label and loss.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Task {
    pub name: String,
    pub doc: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    pub label: String,
    pub loss: String,
    /// λ.
    pub weight: f64,
    /// Name and node of each output.
    pub outputs: Vec<(String, usize)>,
}

/// What there is to see of a graph.
pub fn draw(pipeline: &Pipeline, graph: &ModelGraph, facts: &Facts) -> Drawing {
    let parameters = parameters::count(graph, facts);
    let readers = Readers::of(graph);
    let indices: Vec<NodeIndex> = graph.graph.node_indices().collect();
    let position: HashMap<NodeIndex, usize> = indices.iter().enumerate().map(|(at, index)| (*index, at)).collect();
    let names = |node: NodeIndex| -> Vec<String> {
        readers.of_node(node).into_iter().map(|head| graph.heads[head].name.clone()).collect()
    };
    let nodes: Vec<Node> = indices
        .iter()
        .map(|index| node(pipeline, graph, *index, &parameters, facts, names(*index), &position))
        .collect();
    let mut groups: Vec<Group> = Vec::new();
    let mut group_of: HashMap<(&'static str, String), usize> = HashMap::new();
    for (at, index) in indices.iter().enumerate() {
        let owner = graph.graph[*index].owner;
        let (kind, name, doc, by) = describe(pipeline, owner, &graph.graph[*index].path);
        let group = *group_of.entry((kind, name.clone())).or_insert_with(|| {
            let parameters = amount(&Count::default());
            groups.push(Group { kind, name, doc, by, parameters, nodes: Vec::new(), read_by: Vec::new() });
            groups.len() - 1
        });
        let group = &mut groups[group];
        group.nodes.push(at);
        for reader in &nodes[at].read_by {
            if !group.read_by.contains(reader) {
                group.read_by.push(reader.clone());
            }
        }
    }
    for group in &mut groups {
        let counts = group.nodes.iter().map(|at| parameters.counted_at(indices[*at]));
        group.parameters = amount(&counts.fold(Count::default(), Count::plus));
    }
    groups.sort_by_key(|group| match group.kind {
        "input" => 0,
        "task" => 2,
        _ => 1,
    });
    let tasks = graph.heads.iter().map(|head| task(pipeline, head, &position)).collect();
    Drawing {
        name: pipeline.name.clone(),
        doc: pipeline.doc.trim().to_string(),
        parameters: amount(&parameters.total),
        groups,
        nodes,
        tasks,
    }
}

/// Spells a drawing.
pub fn render(format: Format, drawing: &Drawing) -> String {
    match format {
        Format::Dot => dot::render(drawing),
        Format::Mermaid => mermaid::render(drawing),
        Format::Json => json::render(drawing),
    }
}

fn node(
    pipeline: &Pipeline,
    graph: &ModelGraph,
    index: NodeIndex,
    parameters: &Parameters,
    facts: &Facts,
    read_by: Vec<String>,
    position: &HashMap<NodeIndex, usize>,
) -> Node {
    let node = &graph.graph[index];
    let (kind, op, weights_of) = match &node.op {
        GraphOp::Input(input) => ("input", describe_input(pipeline, *input), None),
        GraphOp::Present(input) => ("presence", format!("rows with {}", pipeline.inputs[*input].name), None),
        GraphOp::Previous { task, target } => {
            ("previous", format!("previous({})", describe_target(pipeline, *task, *target)), None)
        }
        GraphOp::Whole { task, target } => {
            ("whole", format!("whole({})", describe_target(pipeline, *task, *target)), None)
        }
        GraphOp::Layer { def, instance, .. } => {
            let shared = parameters.users_of(instance) > 1;
            (def.name(), def.show(), shared.then(|| instance.clone()))
        }
    };
    Node {
        path: node.path.clone(),
        op,
        kind,
        shape: node.ty.resolve(facts).to_string(),
        parameters: amount(&parameters.of_node(index)),
        weights_of,
        frozen: node.frozen,
        cached: node.cached,
        inputs: graph.inputs_of(index).iter().filter_map(|input| position.get(input).copied()).collect(),
        read_by,
    }
}

/// The name of a target that a head reads.
fn describe_target(pipeline: &Pipeline, task: Option<usize>, target: usize) -> &str {
    let target = task.and_then(|task| pipeline.tasks.get(task)?.targets.get(target));
    target.map_or("target", |target| &target.name)
}

/// `penguins[bill, flipper] -> impute -> standardize`.
fn describe_input(pipeline: &Pipeline, input: usize) -> String {
    let input = &pipeline.inputs[input];
    let columns: Vec<String> = input.columns.iter().map(|column| pipeline.column_name(*column)).collect();
    let source = match columns.as_slice() {
        [first, .., last] if columns.len() > 4 => format!("{first} … {last} ({} columns)", columns.len()),
        _ => columns.join(", "),
    };
    let steps = input.steps.iter().map(|step| step.def.name().to_string());
    std::iter::once(source).chain(steps).collect::<Vec<_>>().join(" -> ")
}

/// Kind, name, doc comment and strategy of what a node was written in.
fn describe(pipeline: &Pipeline, owner: Owner, path: &str) -> (&'static str, String, String, Option<String>) {
    let doc = |doc: &str| doc.trim().to_string();
    match owner {
        Owner::Input(index) if index < pipeline.inputs.len() => {
            let input = &pipeline.inputs[index];
            ("input", input.name.clone(), doc(&input.doc), None)
        }
        Owner::Shared(index) if index < pipeline.shared.len() => {
            let shared = &pipeline.shared[index];
            ("shared", shared.name.clone(), doc(&shared.doc), Some(shared.strategy.show()))
        }
        Owner::Task(index) if index < pipeline.tasks.len() => {
            let task = &pipeline.tasks[index];
            ("task", task.name.clone(), doc(&task.doc), None)
        }
        _ => {
            let name = path.split('.').next().unwrap_or(path);
            // What a shared node's `from` computes stands with it, though it is no stage of its own.
            match pipeline.shared.iter().position(|shared| shared.name == name) {
                Some(shared) => describe(pipeline, Owner::Shared(shared), path),
                None => ("value", name.to_string(), String::new(), None),
            }
        }
    }
}

fn task(pipeline: &Pipeline, head: &super::Head, position: &HashMap<NodeIndex, usize>) -> Task {
    let task = &pipeline.tasks[head.task];
    let label: Vec<String> = task.label.columns.iter().map(|column| pipeline.column_name(*column)).collect();
    let terms: Vec<String> = task
        .loss
        .iter()
        .map(|term| match term.weight {
            1.0 => task.term(term),
            weight => format!("{} * {}", crate::catalog::show_number(weight), task.term(term)),
        })
        .collect();
    Task {
        name: head.name.clone(),
        doc: task.doc.trim().to_string(),
        template: task.template.clone(),
        label: label.join(", "),
        loss: terms.join(" + "),
        weight: pipeline.weights.lambda.get(head.task).copied().unwrap_or(0.0),
        outputs: head.outputs.iter().filter_map(|(name, node)| Some((name.clone(), *position.get(node)?))).collect(),
    }
}

fn amount(count: &Count) -> Amount {
    Amount { trainable: count.trainable.value(), state: count.state.value(), shown: parameters::show(&count.trainable) }
}

impl Amount {
    /// `1,088 parameters`; `None` if there are none.
    fn words(&self) -> Option<String> {
        match self.trainable {
            Some(0) => None,
            Some(1) => Some("1 parameter".into()),
            _ => Some(format!("{} parameters", self.shown)),
        }
    }
}

impl Group {
    /// `shared trunk by hard`.
    fn title(&self) -> String {
        match (&self.by, self.kind) {
            (Some(by), _) => format!("shared {} by {by}", self.name),
            (None, "value") => self.name.clone(),
            (None, kind) => format!("{kind} {}", self.name),
        }
    }

    /// What stands under the title: parameters, and who reads it if several do.
    fn facts(&self) -> Vec<String> {
        let mut facts: Vec<String> = self.parameters.words().into_iter().collect();
        if self.kind != "task" && !self.read_by.is_empty() {
            facts.push(format!("read by {}", self.read_by.join(", ")));
        }
        facts
    }
}

impl Task {
    /// `species: λ 0.5 · cross_entropy · label penguins.species`.
    fn words(&self) -> [String; 3] {
        let lambda = crate::catalog::show_number((self.weight * 1e4).round() / 1e4);
        [self.name.clone(), format!("λ {lambda} · {}", self.loss), format!("label {}", self.label)]
    }
}

/// The first sentence of a doc comment, for a title.
fn first_line(doc: &str) -> &str {
    doc.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("")
}
