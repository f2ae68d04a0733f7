//! Who reads a shared node, and what its stages own: what a sharing strategy is expanded for.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Node, NodeId, Op, Owner, Shared, Task};
use crate::catalog::layers::WeightSpec;
use crate::source::Span;

/// The weights of the layers of a stage, whoever shares them.
pub(crate) fn stage_weights(nodes: &[Node], all: &[Shared], shared: usize, stage: usize) -> Vec<WeightSpec> {
    let mut found = Vec::new();
    for id in &all[shared].stages[stage].nodes {
        // A stage lists what was elaborated while it was read; what belongs to others is theirs.
        if nodes[id.0].owner == Owner::Shared(shared)
            && let Op::Layer { weights, .. } = &nodes[id.0].op
        {
            found.extend(weights.iter().cloned());
        }
    }
    found
}

/// Who reads a shared node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedReaders<'p> {
    /// The tasks, other shared nodes and named values that read any of its outputs, in order of declaration.
    pub names: Vec<&'p str>,
    /// Those of its outputs (each an [`Op::Shared`] node) that are read.
    pub read: HashSet<NodeId>,
}

/// Who reads each shared node, by its index.
pub fn readers<'p>(nodes: &'p [Node], shared: &'p [Shared], tasks: &'p [Task]) -> Vec<SharedReaders<'p>> {
    let of = |id: NodeId| match nodes.get(id.0)?.op {
        Op::Shared(index) => Some(index),
        _ => None,
    };
    let mut places: HashMap<&str, Span> = HashMap::new();
    let mut names: Vec<HashSet<&str>> = vec![HashSet::new(); shared.len()];
    let mut found = vec![SharedReaders::default(); shared.len()];
    let mut read = |id: NodeId, reader: &'p str| {
        if let Some(index) = of(id) {
            found[index].read.insert(id);
            names[index].insert(reader);
        }
    };
    // A task that has been left out (to train another alone) has its nodes still, and reads no more.
    let present: HashSet<&str> = tasks.iter().map(|task| task.name.as_str()).collect();
    for node in nodes.iter().filter(|node| !matches!(node.op, Op::Shared(_))) {
        let reader = root(&node.path);
        if matches!(node.owner, Owner::Task(_)) && !present.contains(reader) {
            continue;
        }
        for input in node.inputs.iter().filter(|input| of(**input).is_some()) {
            places.entry(reader).or_insert(node.span);
            read(*input, reader);
        }
    }
    for shared in shared {
        places.insert(&shared.name, shared.span);
        read(shared.from, &shared.name);
    }
    for task in tasks {
        places.insert(&task.name, task.span);
        for (_, output) in &task.outputs {
            read(*output, &task.name);
        }
    }
    for (readers, names) in found.iter_mut().zip(names) {
        readers.names = names.into_iter().collect();
        readers.names.sort_by_key(|reader| (places.get(reader).copied().unwrap_or_default(), *reader));
    }
    found
}

/// The declaration that a node was written in: `trunk` of `trunk.dense.1`.
pub fn root(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

/// The inputs that a task's outputs depend on (indices into [`super::Pipeline::inputs`]).
pub fn inputs_behind(nodes: &[Node], task: &Task) -> BTreeSet<usize> {
    inputs_of(nodes, &task.outputs)
}

/// The same of the outputs of a task that is not made yet.
pub fn inputs_of(nodes: &[Node], outputs: &[(String, NodeId)]) -> BTreeSet<usize> {
    let mut seen = HashSet::new();
    let mut open: Vec<NodeId> = outputs.iter().map(|(_, node)| *node).collect();
    let mut found = BTreeSet::new();
    while let Some(id) = open.pop() {
        let Some(node) = nodes.get(id.0).filter(|_| seen.insert(id)) else { continue };
        if let Op::Input(input) = node.op {
            found.insert(input);
        }
        open.extend(node.inputs.iter().copied());
    }
    found
}
