//! Plays what a sharing strategy makes of a chain ([`Expansion`]) into the graph.

use petgraph::stable_graph::NodeIndex;

use super::GraphOp;
use super::build::Builder;
use crate::catalog::Undecided;
use crate::catalog::layers::LayerDef;
use crate::pipeline::expansion::{self, Expansion, Made};
use crate::pipeline::{NodeId, Owner};

/// One output of a shared node. The block form has several (`neck.low`): the strategy is expanded once for each, on the same copies of
/// the stages.
struct Output<'b, 'p> {
    builder: &'b mut Builder<'p>,
    shared: usize,
    /// The value that the last stage is asked for.
    wanted: NodeId,
    /// `out`, or the name of the line.
    name: &'p str,
}

/// What each reader gets of an output; none if nothing flows in, which a checked pipeline does not have.
pub(super) fn expand<'p>(
    builder: &mut Builder<'p>,
    shared: usize,
    node: NodeId,
    readers: &[&'p str],
) -> Vec<NodeIndex> {
    let pipeline = builder.pipeline;
    let declaration = &pipeline.shared[shared];
    let entry = expansion::entry(&pipeline.nodes, declaration, node);
    let Some(input) = builder.source(entry, &declaration.name) else { return Vec::new() };
    // The check has refused what cannot be expanded, and noted what is left to the data.
    let undecided = &mut Undecided::default();
    let Ok(script) = Expansion::new(&pipeline.nodes, &pipeline.shared, shared, node, readers, undecided) else {
        return vec![input; readers.len()];
    };
    let wanted = expansion::wanted(&pipeline.nodes, declaration, node);
    let name = declaration.outputs.iter().find(|(_, id)| *id == node).map_or("out", |(name, _)| name);
    let mut output = Output { builder, shared, wanted, name };
    let mut values = vec![input];
    for made in script.made {
        values.push(match made {
            Made::Stage { stage, copy, place, of } => output.stage(stage, &copy, &place, values[of]),
            Made::Layer { layer, path, of } => {
                output.layer(layer, &path, &of.into_iter().map(|of| values[of]).collect::<Vec<_>>())
            }
        });
    }
    script.given.into_iter().map(|value| values[value]).collect()
}

impl Output<'_, '_> {
    fn stage(&mut self, stage: usize, copy: &str, place: &str, value: NodeIndex) -> NodeIndex {
        let stages = &self.builder.pipeline.shared[self.shared].stages;
        let wanted = if stage + 1 == stages.len() { self.wanted } else { stages[stage].output };
        let copied = self.builder.apply(self.shared, stage, copy, place, value);
        self.builder.value_in(self.shared, stage, &copied, value, wanted).unwrap_or(value)
    }

    fn layer(&mut self, layer: LayerDef, path: &str, inputs: &[NodeIndex]) -> NodeIndex {
        let shared = &self.builder.pipeline.shared[self.shared].name;
        let mut path = format!("{shared}.{path}");
        // The outputs of a block form share what they compute alike, and part where they differ.
        if let Some(known) = self.builder.own_layers.get(&path) {
            let graph = &self.builder.graph;
            let same = matches!(&graph.graph[*known].op, GraphOp::Layer { def, .. } if *def == layer)
                && graph.inputs_of(*known) == inputs;
            if same {
                return *known;
            }
            path = path.replacen(shared, &format!("{shared}.{}", self.name), 1);
        }
        let index = self.builder.insert_own(path.clone(), layer, inputs, Owner::Shared(self.shared));
        self.builder.own_layers.insert(path, index);
        index
    }
}
