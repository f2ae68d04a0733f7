//! From the typed pipeline to the model graph.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use petgraph::stable_graph::NodeIndex;

use super::{GraphNode, GraphOp, Head, ModelGraph, Origin, Writer, adapt, expand};
use crate::catalog::error::Undecided;
use crate::catalog::layers::{LayerDef, WeightSpec};
use crate::catalog::{Dim, Type};
use crate::pipeline::{self, Node, NodeId, Op, Owner, Pipeline, SharedReaders, root};

/// Builds the graph of a pipeline: one node per layer and input, sharing strategies expanded, adapters added.
///
/// Takes time linear in what comes out.
pub fn build(pipeline: &Pipeline) -> ModelGraph {
    let mut builder = Builder::new(pipeline);
    for (index, node) in pipeline.nodes.iter().enumerate() {
        builder.add(NodeId(index), node);
    }
    builder.add_unread();
    let mut graph = builder.finish();
    adapt::settle(pipeline, &mut graph);
    adapt::adapt(pipeline, &mut graph);
    graph
}

/// The values of one stage as one copy computes them.
pub(super) type Copied = Rc<HashMap<NodeId, NodeIndex>>;

pub(super) struct Builder<'p> {
    pub pipeline: &'p Pipeline,
    pub graph: ModelGraph,
    /// What a pipeline node became: outside stages the one node, inside them the chain's own copy.
    values: Vec<Option<NodeIndex>>,
    /// The stage of a shared node that a pipeline node belongs to, as (shared, stage).
    stage_of: Vec<Option<(usize, usize)>>,
    /// Who reads the outputs of a shared node.
    readers: Vec<SharedReaders<'p>>,
    /// What a reader of an [`Op::Shared`] node gets.
    given: HashMap<(NodeId, &'p str), NodeIndex>,
    applied: HashMap<(usize, usize, String, NodeIndex), Copied>,
    paths: HashSet<String>,
    /// Layers of the strategies' own, by the path that the strategy asked for.
    pub own_layers: HashMap<String, NodeIndex>,
    /// Shared nodes that have been expanded for some output.
    expanded: HashSet<usize>,
}

impl<'p> Builder<'p> {
    fn new(pipeline: &'p Pipeline) -> Self {
        let mut stage_of = vec![None; pipeline.nodes.len()];
        for (shared, declaration) in pipeline.shared.iter().enumerate() {
            for (index, stage) in declaration.stages.iter().enumerate() {
                for id in &stage.nodes {
                    // A stage lists what was elaborated while it was read; what belongs to others is theirs.
                    let node = pipeline.node(*id);
                    let own = node.owner == Owner::Shared(shared) && !matches!(node.op, Op::Shared(_));
                    if own && stage_of[id.0].is_none() {
                        stage_of[id.0] = Some((shared, index));
                    }
                }
            }
        }
        Self {
            pipeline,
            graph: ModelGraph {
                inputs: vec![None; pipeline.inputs.len()],
                drawn: drawn_inputs(pipeline),
                ..ModelGraph::default()
            },
            values: vec![None; pipeline.nodes.len()],
            stage_of,
            readers: pipeline::readers(&pipeline.nodes, &pipeline.shared, &pipeline.tasks),
            given: HashMap::new(),
            applied: HashMap::new(),
            paths: HashSet::new(),
            own_layers: HashMap::new(),
            expanded: HashSet::new(),
        }
    }

    fn add(&mut self, id: NodeId, node: &'p Node) {
        match &node.op {
            // Comes with the strategy that applies its stage.
            _ if self.stage_of[id.0].is_some() => {}
            Op::Shared(shared) => self.expand(id, *shared),
            Op::Input(input) => {
                let index = self.insert(id, node, node.path.clone(), GraphOp::Input(*input));
                self.values[id.0] = Some(index);
                if let Some(place) = self.graph.inputs.get_mut(*input) {
                    *place = Some(index);
                }
            }
            Op::Present(input) => {
                let index = self.insert(id, node, node.path.clone(), GraphOp::Present(*input));
                self.values[id.0] = Some(index);
            }
            Op::Previous { target } => {
                let task = self.pipeline.tasks.iter().position(|task| task.name == root(&node.path));
                let op = GraphOp::Previous { task, target: *target };
                self.values[id.0] = Some(self.insert(id, node, node.path.clone(), op));
            }
            Op::Whole { target } => {
                let task = self.pipeline.tasks.iter().position(|task| task.name == root(&node.path));
                let op = GraphOp::Whole { task, target: *target };
                self.values[id.0] = Some(self.insert(id, node, node.path.clone(), op));
            }
            Op::Layer { def, instance, weights } => {
                let op = GraphOp::Layer { def: def.clone(), instance: instance.clone(), weights: weights.clone() };
                let index = self.insert(id, node, node.path.clone(), op);
                let reader = root(&node.path);
                let sources: Vec<_> = node.inputs.iter().filter_map(|input| self.source(*input, reader)).collect();
                self.connect(&sources, index);
                self.values[id.0] = Some(index);
            }
        }
    }

    fn expand(&mut self, id: NodeId, shared: usize) {
        let readers = match self.readers.get(shared) {
            Some(readers) if readers.read.contains(&id) => readers.names.clone(),
            _ => return,
        };
        self.expanded.insert(shared);
        let given = expand::expand(self, shared, id, &readers);
        self.values[id.0] = given.first().copied();
        for (reader, value) in readers.into_iter().zip(given) {
            self.given.insert((id, reader), value);
        }
    }

    /// A shared node that nobody reads is still in the graph: removing it is a pass's work.
    fn add_unread(&mut self) {
        for shared in 0..self.pipeline.shared.len() {
            if !self.expanded.contains(&shared) {
                self.apply_plainly(shared);
            }
        }
    }

    fn apply_plainly(&mut self, shared: usize) {
        let declaration = &self.pipeline.shared[shared];
        let Some(mut value) = self.source(declaration.from, &declaration.name) else { return };
        for stage in 0..declaration.stages.len() {
            let copied = self.apply(shared, stage, "", "", value);
            value = self.value_in(shared, stage, &copied, value, declaration.stages[stage].output).unwrap_or(value);
        }
    }

    fn finish(mut self) -> ModelGraph {
        for (task, declaration) in self.pipeline.tasks.iter().enumerate() {
            let mut outputs = Vec::with_capacity(declaration.outputs.len());
            for (name, id) in &declaration.outputs {
                if let Some(value) = self.source(*id, &declaration.name) {
                    outputs.push((name.clone(), value));
                }
            }
            self.graph.heads.push(Head { task, name: declaration.name.clone(), outputs });
        }
        self.graph
    }

    /// The node that a reader gets for a node of the pipeline.
    pub fn source(&mut self, id: NodeId, reader: &str) -> Option<NodeIndex> {
        if let Some(value) = self.given.get(&(id, reader)) {
            return Some(*value);
        }
        if self.values[id.0].is_none()
            && let Some((shared, _)) = self.stage_of[id.0]
        {
            self.apply_plainly(shared);
        }
        self.values[id.0]
    }

    /// Runs a stage of a shared node on a value with the weights of a copy; once per copy and value. The nodes are named
    /// after `place`.
    pub fn apply(&mut self, shared: usize, stage: usize, copy: &str, place: &str, value: NodeIndex) -> Copied {
        let key = (shared, stage, copy.to_string(), value);
        if let Some(copied) = self.applied.get(&key) {
            return copied.clone();
        }
        let declaration = &self.pipeline.shared[shared];
        let entry = self.stage_input(shared, stage);
        // A strategy may feed something wider than the chain had here; then every size is inferred anew.
        let as_written = self.graph.graph[value].ty == self.pipeline.node(entry).ty;
        let mut copied = HashMap::new();
        for id in &declaration.stages[stage].nodes {
            let node = self.pipeline.node(*id);
            let Op::Layer { def, instance, weights } = &node.op else { continue };
            if self.stage_of[id.0] != Some((shared, stage)) {
                continue;
            }
            let mut sources = Vec::with_capacity(node.inputs.len());
            for input in &node.inputs {
                let source = match copied.get(input) {
                    _ if *input == entry => Some(value),
                    Some(source) => Some(*source),
                    None => self.source(*input, &declaration.name),
                };
                sources.extend(source);
            }
            let inferred = if as_written { None } else { self.infer(def, &sources) };
            let (ty, weights) = inferred.unwrap_or_else(|| (node.ty.clone(), weights.clone()));
            let op = GraphOp::Layer { def: def.clone(), instance: in_copy(instance, &declaration.name, copy), weights };
            let index = self.insert(*id, node, in_copy(&node.path, &declaration.name, place), op);
            self.graph.graph[index].ty = ty;
            self.connect(&sources, index);
            if copy.is_empty() {
                self.values[id.0].get_or_insert(index);
            }
            copied.insert(*id, index);
        }
        let copied = Rc::new(copied);
        self.applied.insert(key, copied.clone());
        copied
    }

    /// A value as a copy of a stage computes it: its own, what flowed in, or something from outside.
    pub fn value_in(
        &mut self,
        shared: usize,
        stage: usize,
        copied: &Copied,
        value: NodeIndex,
        wanted: NodeId,
    ) -> Option<NodeIndex> {
        if wanted == self.stage_input(shared, stage) {
            return Some(value);
        }
        match copied.get(&wanted) {
            Some(index) => Some(*index),
            None => self.source(wanted, &self.pipeline.shared[shared].name),
        }
    }

    fn stage_input(&self, shared: usize, stage: usize) -> NodeId {
        let declaration = &self.pipeline.shared[shared];
        match stage.checked_sub(1) {
            Some(before) => declaration.stages[before].output,
            None => declaration.from,
        }
    }

    /// Type and weights of a layer on these inputs; `None` if it cannot take them.
    pub fn infer(&self, def: &LayerDef, inputs: &[NodeIndex]) -> Option<(Type, Vec<WeightSpec>)> {
        let types: Vec<Type> = inputs.iter().map(|input| self.graph.graph[*input].ty.clone()).collect();
        let ty = def.infer(&types, &mut Undecided::default()).ok()?;
        let weights = def.weights(&types);
        Some((ty, weights))
    }

    fn insert(&mut self, id: NodeId, node: &Node, path: String, op: GraphOp) -> NodeIndex {
        let path = self.unique(path);
        let written = match &node.op {
            Op::Layer { instance, .. } => instance,
            _ => &node.path,
        };
        self.graph.graph.add_node(GraphNode {
            path,
            op,
            ty: node.ty.clone(),
            rows: node.rows.clone(),
            owner: node.owner,
            origin: Origin { path: written.clone(), transfer: self.pipeline.transfer_of(id), writer: Writer::Spec },
            frozen: false,
            fixed: false,
            cached: false,
        })
    }

    /// Adds a layer that no line of the spec wrote.
    pub fn insert_own(&mut self, path: String, def: LayerDef, inputs: &[NodeIndex], owner: Owner) -> NodeIndex {
        let path = self.unique(path);
        // Strategies join values of one shape by construction; should one not fit, its first input's type stands in.
        let (ty, weights) = self.infer(&def, inputs).unwrap_or_else(|| {
            let first = inputs.first().map(|input| self.graph.graph[*input].ty.clone());
            (first.unwrap_or_else(|| Type::real(crate::catalog::Axis::new("rows", Dim::int(0)), [])), Vec::new())
        });
        let mut rows: Vec<usize> = Vec::new();
        for input in inputs {
            if rows.is_empty() || def.capabilities().stacks_rows {
                rows.extend(&self.graph.graph[*input].rows);
            }
        }
        let op = GraphOp::Layer { def, instance: path.clone(), weights };
        let transfer = self.pipeline.transfer_covering(&path);
        let origin = Origin { path: path.clone(), transfer, writer: Writer::Sharing };
        let index = self.graph.graph.add_node(GraphNode {
            path,
            op,
            ty,
            rows,
            owner,
            origin,
            frozen: false,
            fixed: false,
            cached: false,
        });
        self.connect(inputs, index);
        index
    }

    fn connect(&mut self, sources: &[NodeIndex], target: NodeIndex) {
        for (position, source) in sources.iter().enumerate() {
            self.graph.graph.add_edge(*source, target, position);
        }
    }

    /// Paths name nodes in reports and seed their draws: no two may be the same.
    fn unique(&mut self, path: String) -> String {
        let mut candidate = path.clone();
        let mut count = 1;
        while !self.paths.insert(candidate.clone()) {
            count += 1;
            candidate = format!("{path}~{count}");
        }
        candidate
    }
}

/// The path of a copy: `trunk.expert_1.dense.1` of `trunk.dense.1`. What does not belong to the node itself (the
/// weights of a block instance) stays where it is.
fn in_copy(path: &str, shared: &str, copy: &str) -> String {
    match path.strip_prefix(shared).and_then(|rest| rest.strip_prefix('.')) {
        Some(rest) if !copy.is_empty() => format!("{shared}.{copy}.{rest}"),
        _ => path.to_string(),
    }
}

/// The inputs that a drawn step changes from epoch to epoch.
fn drawn_inputs(pipeline: &Pipeline) -> Vec<usize> {
    let drawn = |input: &pipeline::Input| input.steps.iter().any(|step| step.def.drawn());
    pipeline.inputs.iter().enumerate().filter(|(_, input)| drawn(input)).map(|(index, _)| index).collect()
}
