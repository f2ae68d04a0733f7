//! Rehearses each sharing strategy on types alone, so that what it cannot do is an error of the spec.

use std::collections::HashMap;

use crate::catalog::layers::{LayerDef, WeightSpec};
use crate::catalog::sharing::{Expander, ValueHandle};
use crate::catalog::{ShapeError, Type, Undecided};
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{Node, NodeId, Obligation, Op, Owner, Shared};

impl Checker<'_> {
    /// Reports strategies that cannot work, and notes what they need of the data.
    pub(in crate::check) fn check_sharing(&mut self) {
        let mut problems = Vec::new();
        let mut obligations = Vec::new();
        for (index, readers) in
            crate::pipeline::readers(&self.flowing.nodes, &self.declared.shared, &self.declared.tasks)
                .into_iter()
                .enumerate()
        {
            let shared = &self.declared.shared[index];
            for (_, output) in shared.outputs.iter().filter(|(_, output)| readers.read.contains(output)) {
                let names = readers.names.iter().map(|name| name.to_string()).collect();
                let mut rehearsal = Rehearsal::new(&self.flowing.nodes, &self.declared.shared, index, *output, names);
                let problem = rehearsal.run(self.sink.has_errors());
                let found = problem.is_some();
                problems.extend(problem);
                if found {
                    // The other outputs would say the same.
                    break;
                }
                obligations.extend(rehearsal.undecided.0.into_iter().map(|(left, right, why)| Obligation {
                    left,
                    right,
                    why,
                    span: shared.strategy_span,
                }));
            }
        }
        self.flowing.obligations.extend(obligations);
        for problem in problems {
            self.report(problem, &Env::default());
        }
    }
}

/// Expands a strategy over types: every value is its type.
struct Rehearsal<'a> {
    nodes: &'a [Node],
    all: &'a [Shared],
    index: usize,
    /// The value that the last stage is asked for.
    wanted: NodeId,
    readers: Vec<String>,
    values: Vec<Type>,
    /// The first refusal, with the layer's name and place.
    refused: Option<(String, ShapeError)>,
    undecided: Undecided,
}

impl<'a> Rehearsal<'a> {
    fn new(nodes: &'a [Node], all: &'a [Shared], index: usize, output: NodeId, readers: Vec<String>) -> Self {
        let wanted = nodes[output.0].inputs.first().copied().unwrap_or(all[index].from);
        let entry = if all[index].stages.is_empty() { wanted } else { all[index].from };
        let values = vec![nodes[entry.0].ty.clone()];
        Self { nodes, all, index, wanted, readers, values, refused: None, undecided: Undecided::default() }
    }

    fn shared(&self) -> &'a Shared {
        &self.all[self.index]
    }

    /// What is wrong. Tasks with errors do not count as readers, so that then too few readers are no complaint.
    fn run(&mut self, readers_are_missing: bool) -> Option<Diagnostic> {
        let shared = self.shared();
        let strategy = &shared.strategy;
        let name = strategy.name();
        let problem = |message: String| Diagnostic::new(&codes::SHARING_MISMATCH, shared.strategy_span, message);
        let (count, least) = (self.readers.len(), strategy.least_readers());
        if count < least {
            if readers_are_missing {
                return None;
            }
            let only: Vec<String> = self.readers.iter().map(|reader| format!("`{reader}`")).collect();
            return Some(
                problem(format!(
                    "`by {name}` shares between at least {least} readers, and `{}` has only {}",
                    shared.name,
                    only.join(", ")
                ))
                .here(format!("needs {least} readers"))
                .help("let another task read the node, or leave `by` out"),
            );
        }
        if let Err(misfit) = strategy.check(self) {
            return Some(problem(format!("`by {name}` {}", misfit.message)).here("cannot work here").help(misfit.help));
        }
        strategy.expand(self);
        let (layer, error) = self.refused.take()?;
        let mut diagnostic = problem(format!("`by {name}` cannot share this chain: {}", error.message))
            .here(format!("makes `{layer}` of it"))
            .also(shared.span, "shared here");
        if let Some(help) = error.help {
            diagnostic = diagnostic.help(help);
        }
        Some(diagnostic)
    }

    fn add(&mut self, ty: Type) -> ValueHandle {
        self.values.push(ty);
        ValueHandle(self.values.len() - 1)
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
        match def.infer(inputs, &mut self.undecided) {
            Ok(ty) => Some(ty),
            Err(error) => {
                self.refused.get_or_insert_with(|| (path.to_string(), error));
                None
            }
        }
    }
}

impl Expander for Rehearsal<'_> {
    fn input(&self) -> ValueHandle {
        ValueHandle(0)
    }

    fn stages(&self) -> usize {
        self.shared().stages.len()
    }

    fn stage_weights(&self, stage: usize) -> Vec<WeightSpec> {
        crate::pipeline::stage_weights(self.nodes, self.all, self.index, stage)
    }

    fn stage_type(&self, stage: usize) -> Type {
        self.nodes[self.output_of(stage).0].ty.clone()
    }

    fn value_type(&self, value: ValueHandle) -> Type {
        self.values[value.0].clone()
    }

    fn apply_at(&mut self, stage: usize, _copy: &str, _place: &str, value: ValueHandle) -> ValueHandle {
        let entry = match stage.checked_sub(1) {
            Some(before) => self.shared().stages[before].output,
            None => self.shared().from,
        };
        let ty = self.values[value.0].clone();
        let output =
            if ty == self.nodes[entry.0].ty { self.stage_type(stage) } else { self.infer_stage(stage, entry, &ty) };
        self.add(output)
    }

    fn layer(&mut self, layer: LayerDef, path: &str, inputs: &[ValueHandle]) -> ValueHandle {
        let inputs: Vec<Type> = inputs.iter().map(|input| self.values[input.0].clone()).collect();
        let path = format!("{}.{path}", self.shared().name);
        let ty = if layer.arity().contains(&inputs.len()) { self.infer(&layer, &path, &inputs) } else { None };
        // After a refusal the first input's type stands in; the refusal is reported.
        let ty = ty.unwrap_or_else(|| inputs.first().unwrap_or(&self.values[0]).clone());
        self.add(ty)
    }

    fn readers(&self) -> Vec<String> {
        self.readers.clone()
    }

    fn give(&mut self, _reader: usize, _value: ValueHandle) {}
}
