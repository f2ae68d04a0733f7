//! What a sharing strategy makes of a chain: the one place where strategies are expanded.
//!
//! An [`Expansion`] is the script of it: which stages run on which values with which copies of the weights, and which layers of the
//! strategy's own join them. It is worked out on types alone. The check reports what it refuses, and the graph plays it.

use std::collections::HashMap;

use super::{Node, NodeId, Op, Owner, Shared};
use crate::catalog::layers::{LayerDef, WeightSpec};
use crate::catalog::sharing::{Expander, Misfit, ValueHandle};
use crate::catalog::{ShapeError, Type, Undecided};

/// One output of a shared node as its readers get it.
#[derive(Clone, Debug, Default)]
pub struct Expansion {
    /// What is made, in order. What flows in has number 0, and what the n-th of these makes number n + 1.
    pub made: Vec<Made>,
    /// The number of the value that each reader gets.
    pub given: Vec<usize>,
}

/// A value that an expansion makes.
#[derive(Clone, Debug)]
pub enum Made {
    /// A stage, run on a value with the weights of the named copy; the nodes are named after `place`.
    Stage { stage: usize, copy: String, place: String, of: usize },
    /// A layer of the strategy's own; `path` is relative to the shared node.
    Layer { layer: LayerDef, path: String, of: Vec<usize> },
}

/// Why a strategy cannot be expanded.
#[derive(Clone, Debug)]
pub enum Refused {
    /// It cannot work on this chain.
    Misfit(Misfit),
    /// A layer that it makes cannot take what flows into it; `layer` is its path.
    Layer { layer: String, error: ShapeError },
}

impl Expansion {
    /// Expands the strategy of a shared node for one of its outputs. `readers` are those of any of its outputs, in order; what must
    /// hold of sizes that only the data knows is added to `undecided`.
    pub fn new(
        nodes: &[Node],
        all: &[Shared],
        index: usize,
        output: NodeId,
        readers: &[&str],
        undecided: &mut Undecided,
    ) -> Result<Expansion, Refused> {
        let strategy = &all[index].strategy;
        let mut chain = Chain::new(nodes, all, index, output, readers, undecided);
        strategy.check(&chain).map_err(Refused::Misfit)?;
        strategy.expand(&mut chain);
        chain.finish()
    }
}

/// What flows into the chain for an output. Without stages there is nothing to run: what the node names is what flows through.
pub fn entry(nodes: &[Node], shared: &Shared, output: NodeId) -> NodeId {
    if shared.stages.is_empty() { wanted(nodes, shared, output) } else { shared.from }
}

/// The value that the last stage is asked for.
pub fn wanted(nodes: &[Node], shared: &Shared, output: NodeId) -> NodeId {
    nodes[output.0].inputs.first().copied().unwrap_or(shared.from)
}

/// A chain over types: every value is its type, and what is made is written down.
struct Chain<'a> {
    nodes: &'a [Node],
    all: &'a [Shared],
    index: usize,
    wanted: NodeId,
    readers: &'a [&'a str],
    values: Vec<Type>,
    made: Vec<Made>,
    given: Vec<Option<usize>>,
    /// What the last stage gave last: what a reader gets that the strategy forgets.
    latest: usize,
    /// The first refusal, with the layer's path.
    refused: Option<(String, ShapeError)>,
    undecided: &'a mut Undecided,
}

impl<'a> Chain<'a> {
    fn new(
        nodes: &'a [Node],
        all: &'a [Shared],
        index: usize,
        output: NodeId,
        readers: &'a [&'a str],
        undecided: &'a mut Undecided,
    ) -> Self {
        let entry = entry(nodes, &all[index], output);
        Self {
            nodes,
            all,
            index,
            wanted: wanted(nodes, &all[index], output),
            readers,
            values: vec![nodes[entry.0].ty.clone()],
            made: Vec::new(),
            given: vec![None; readers.len()],
            latest: 0,
            refused: None,
            undecided,
        }
    }

    fn finish(self) -> Result<Expansion, Refused> {
        if let Some((layer, error)) = self.refused {
            return Err(Refused::Layer { layer, error });
        }
        let given = self.given.into_iter().map(|value| value.unwrap_or(self.latest)).collect();
        Ok(Expansion { made: self.made, given })
    }

    fn shared(&self) -> &'a Shared {
        &self.all[self.index]
    }

    fn add(&mut self, made: Made, ty: Type) -> ValueHandle {
        self.made.push(made);
        self.values.push(ty);
        ValueHandle(self.made.len())
    }

    fn output_of(&self, stage: usize) -> NodeId {
        let stages = &self.shared().stages;
        if stage + 1 == stages.len() { self.wanted } else { stages[stage].output }
    }

    /// The type of a stage's output if something of another type flows in than is written.
    fn infer_stage(&mut self, stage: usize, entry: NodeId, value: &Type) -> Type {
        let nodes = self.nodes;
        let mut types: HashMap<NodeId, Type> = HashMap::from([(entry, value.clone())]);
        for id in &self.shared().stages[stage].nodes {
            let node = &nodes[id.0];
            let Op::Layer { def, .. } = &node.op else { continue };
            if node.owner != Owner::Shared(self.index) {
                continue;
            }
            let inputs: Vec<Type> =
                node.inputs.iter().map(|input| types.get(input).unwrap_or(&nodes[input.0].ty).clone()).collect();
            let ty = self.infer(def, &node.path, &inputs).unwrap_or_else(|| node.ty.clone());
            types.insert(*id, ty);
        }
        let output = self.output_of(stage);
        types.remove(&output).unwrap_or_else(|| nodes[output.0].ty.clone())
    }

    fn infer(&mut self, def: &LayerDef, path: &str, inputs: &[Type]) -> Option<Type> {
        match def.infer(inputs, self.undecided) {
            Ok(ty) => Some(ty),
            Err(error) => {
                self.refused.get_or_insert_with(|| (path.to_string(), error));
                None
            }
        }
    }
}

impl Expander for Chain<'_> {
    fn input(&self) -> ValueHandle {
        ValueHandle(0)
    }

    fn stages(&self) -> usize {
        self.shared().stages.len()
    }

    fn stage_weights(&self, stage: usize) -> Vec<WeightSpec> {
        super::stage_weights(self.nodes, self.all, self.index, stage)
    }

    fn stage_type(&self, stage: usize) -> Type {
        self.nodes[self.output_of(stage).0].ty.clone()
    }

    fn value_type(&self, value: ValueHandle) -> Type {
        self.values[value.0].clone()
    }

    fn apply_at(&mut self, stage: usize, copy: &str, place: &str, value: ValueHandle) -> ValueHandle {
        let entry = match stage.checked_sub(1) {
            Some(before) => self.shared().stages[before].output,
            None => self.shared().from,
        };
        let ty = self.values[value.0].clone();
        let output =
            if ty == self.nodes[entry.0].ty { self.stage_type(stage) } else { self.infer_stage(stage, entry, &ty) };
        let made = Made::Stage { stage, copy: copy.to_string(), place: place.to_string(), of: value.0 };
        let result = self.add(made, output);
        if stage + 1 == self.stages() {
            self.latest = result.0;
        }
        result
    }

    fn layer(&mut self, layer: LayerDef, path: &str, inputs: &[ValueHandle]) -> ValueHandle {
        let types: Vec<Type> = inputs.iter().map(|input| self.values[input.0].clone()).collect();
        let whole = format!("{}.{path}", self.shared().name);
        let ty = if layer.arity().contains(&types.len()) { self.infer(&layer, &whole, &types) } else { None };
        // After a refusal the first input's type stands in; the refusal is reported.
        let ty = ty.unwrap_or_else(|| types.first().unwrap_or(&self.values[0]).clone());
        let of = inputs.iter().map(|input| input.0).collect();
        self.add(Made::Layer { layer, path: path.to_string(), of }, ty)
    }

    fn readers(&self) -> Vec<String> {
        self.readers.iter().map(|reader| reader.to_string()).collect()
    }

    fn give(&mut self, reader: usize, value: ValueHandle) {
        if let Some(place) = self.given.get_mut(reader) {
            *place = Some(value.0);
        }
    }
}
