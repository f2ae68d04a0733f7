//! What a sharing strategy can do to a shared node's chain: the graph's side of [`Expander`].

use petgraph::stable_graph::NodeIndex;

use super::GraphOp;
use super::build::Builder;
use crate::catalog::Type;
use crate::catalog::layers::{LayerDef, WeightSpec};
use crate::catalog::sharing::{Expander, ValueHandle};
use crate::pipeline::{NodeId, Owner};

/// The expansion of one output of a shared node. The block form has several outputs (`neck.low`): the strategy runs
/// once for each, on the same copies of the stages.
pub(super) struct Expansion<'b, 'p> {
    builder: &'b mut Builder<'p>,
    shared: usize,
    /// The value that the last stage is asked for.
    wanted: NodeId,
    /// `out`, or the name of the line.
    output: &'p str,
    input: NodeIndex,
    readers: Vec<&'p str>,
    given: Vec<Option<NodeIndex>>,
    /// What the last stage gave last.
    latest: NodeIndex,
}

impl<'b, 'p> Expansion<'b, 'p> {
    /// `None` if nothing flows in, which a checked pipeline does not have.
    pub fn new(builder: &'b mut Builder<'p>, shared: usize, node: NodeId, readers: Vec<&'p str>) -> Option<Self> {
        let declaration = &builder.pipeline.shared[shared];
        let wanted = *builder.pipeline.node(node).inputs.first()?;
        let output = declaration.outputs.iter().find(|(_, id)| *id == node).map_or("out", |(name, _)| name);
        // Without stages there is nothing to run: what the node names is what flows through.
        let entry = if declaration.stages.is_empty() { wanted } else { declaration.from };
        let input = builder.source(entry, &declaration.name)?;
        let given = vec![None; readers.len()];
        Some(Self { builder, shared, wanted, output, input, readers, given, latest: input })
    }

    /// What each reader gets. One that the strategy forgot gets what the chain gave last.
    pub fn finish(self) -> Vec<NodeIndex> {
        let latest = self.latest;
        self.given.into_iter().map(|value| value.unwrap_or(latest)).collect()
    }

    fn name(&self) -> &'p str {
        &self.builder.pipeline.shared[self.shared].name
    }
}

impl Expander for Expansion<'_, '_> {
    fn input(&self) -> ValueHandle {
        ValueHandle(self.input.index())
    }

    fn stages(&self) -> usize {
        self.builder.pipeline.shared[self.shared].stages.len()
    }

    fn stage_weights(&self, stage: usize) -> Vec<WeightSpec> {
        self.builder.pipeline.stage_weights(self.shared, stage)
    }

    fn stage_type(&self, stage: usize) -> Type {
        let pipeline = self.builder.pipeline;
        let stages = &pipeline.shared[self.shared].stages;
        let output = if stage + 1 == stages.len() { self.wanted } else { stages[stage].output };
        pipeline.node(output).ty.clone()
    }

    fn value_type(&self, value: ValueHandle) -> Type {
        self.builder.graph.graph[NodeIndex::new(value.0)].ty.clone()
    }

    fn apply_at(&mut self, stage: usize, copy: &str, place: &str, value: ValueHandle) -> ValueHandle {
        let value = NodeIndex::new(value.0);
        let stages = &self.builder.pipeline.shared[self.shared].stages;
        let last = stage + 1 == stages.len();
        let wanted = if last { self.wanted } else { stages[stage].output };
        let copied = self.builder.apply(self.shared, stage, copy, place, value);
        let result = self.builder.value_in(self.shared, stage, &copied, value, wanted).unwrap_or(value);
        if last {
            self.latest = result;
        }
        ValueHandle(result.index())
    }

    fn layer(&mut self, layer: LayerDef, path: &str, inputs: &[ValueHandle]) -> ValueHandle {
        let inputs: Vec<NodeIndex> = inputs.iter().map(|input| NodeIndex::new(input.0)).collect();
        let path = format!("{}.{path}", self.name());
        // The outputs of a block form share what they compute alike, and part where they differ.
        let path = match self.builder.own_layers.get(&path) {
            Some(known) => {
                let same = matches!(&self.builder.graph.graph[*known].op, GraphOp::Layer { def, .. } if *def == layer)
                    && self.builder.graph.inputs_of(*known) == inputs;
                if same {
                    return ValueHandle(known.index());
                }
                path.replacen(self.name(), &format!("{}.{}", self.name(), self.output), 1)
            }
            None => path,
        };
        let index = self.builder.insert_own(path.clone(), layer, &inputs, Owner::Shared(self.shared));
        self.builder.own_layers.insert(path, index);
        ValueHandle(index.index())
    }

    fn readers(&self) -> Vec<String> {
        self.readers.iter().map(|reader| reader.to_string()).collect()
    }

    fn give(&mut self, reader: usize, value: ValueHandle) {
        if let Some(place) = self.given.get_mut(reader) {
            *place = Some(NodeIndex::new(value.0));
        }
    }
}
