//! Elaborates `shared` declarations: the chain form and the block form.

use crate::catalog::sharing;
use crate::check::Checker;
use crate::check::flow::chains::{Flow, Place};
use crate::check::resolve::env::Env;
use crate::check::resolve::program::DeclId;
use crate::check::resolve::progress::Progress;
use crate::pipeline::{Node, NodeId, Op, Owner, Shared, Stage};
use crate::source::Span;
use crate::syntax::tree::Decl;

impl Checker<'_> {
    pub(in crate::check) fn read_shared(&mut self, id: DeclId, at: Span) -> Option<usize> {
        if let Some(Progress::Open) = self.declared.shared_of.get(&id) {
            self.cycle(id, at);
            return None;
        }
        self.shared_decl(id)
    }

    pub(in crate::check) fn shared_decl(&mut self, id: DeclId) -> Option<usize> {
        match self.declared.shared_of.get(&id) {
            Some(Progress::Done(done)) => return *done,
            Some(Progress::Open) => return None,
            None => {}
        }
        self.declared.shared_of.insert(id, Progress::Open);
        self.names.open.push(id);
        let decl = self.decl(id);
        let env = Env::of_module(self.module_of(id));
        let index = self.shared_node(&decl, &env);
        self.names.open.pop();
        self.declared.shared_of.insert(id, Progress::Done(index));
        index
    }

    fn shared_node(&mut self, decl: &Decl, env: &Env) -> Option<usize> {
        let name = decl.name.as_ref()?;
        let given = self.override_of(&format!("{}.by", name.name));
        let strategy = match &decl.by {
            _ if given.is_some() => given
                .flatten()
                .and_then(|expr| {
                    let setting = format!("{}.by", name.name);
                    self.bind_in(sharing::ENTRIES, "sharing strategy", &expr, env, &setting)
                })
                .map(|bound| bound.def),
            Some(call) => {
                let call = crate::check::constants::bind::CallRef::of_call(call);
                self.bind_call_in(sharing::ENTRIES, "sharing strategy", call, env, &format!("{}.by", name.name))
                    .map(|bound| bound.def)
            }
            None => {
                self.setting(format!("{}.by", name.name), "hard", true);
                sharing::find("hard").and_then(|entry| (entry.from_args)(&Default::default()))
            }
        };
        let (source, chain) = decl.from.as_ref()?.stages().split_first()?;
        // The index is known only after everything it reads has been elaborated.
        let mut reading = Place::new(name.name.clone(), Owner::Value);
        let input = self.flow(source, env, &mut reading);
        let index = self.declared.shared.len();
        let taken = |name: &str| self.declared.shared.iter().any(|shared| shared.name == name);
        let known_by = self.known_by(&name.name, env.module, &taken);
        let mut place = reading.known_as(known_by.clone(), Owner::Shared(index));
        self.declared.shared.push(Shared {
            name: known_by.clone(),
            doc: decl.docs.iter().map(|doc| doc.text.as_str()).collect::<Vec<_>>().join("\n"),
            strategy: strategy
                .clone()
                .or_else(|| sharing::find("hard").and_then(|entry| (entry.from_args)(&Default::default())))?,
            from: input.unwrap_or(NodeId(0)),
            stages: Vec::new(),
            outputs: Vec::new(),
            span: name.span,
            strategy_span: decl.by.as_ref().map_or(name.span, |call| call.span),
        });
        let (mut value, mut stages) = self.stages(chain, input, env, &mut place);
        let mut named: Vec<(String, Flow)> = Vec::new();
        if let Some(block) = &decl.block {
            let mut inner = env.clone();
            inner.locals.insert("in".into(), value);
            let start = self.flowing.nodes.len();
            (value, named) = self.body(block, &mut inner, &mut place, &format!("shared `{}`", name.name));
            if let Some(output) = value {
                let nodes = (start..self.flowing.nodes.len()).map(NodeId).collect();
                stages.push(Stage { path: format!("{known_by}.body"), nodes, output });
            }
        }
        let mut outputs = Vec::new();
        for (output, flow) in [("out".to_string(), value)].into_iter().chain(named) {
            let Some(source) = flow else { continue };
            let of = self.node(source).clone();
            let path = if output == "out" { known_by.clone() } else { format!("{known_by}.{output}") };
            let node = Node {
                path,
                op: Op::Shared(index),
                inputs: vec![source],
                ty: of.ty,
                rows: of.rows,
                owner: Owner::Shared(index),
                span: name.span,
            };
            outputs.push((output, self.add_node(node)));
        }
        self.declared.shared[index].stages = stages;
        self.declared.shared[index].outputs = outputs;
        // An error inside has been reported; who reads the node stays silent.
        (value.is_some() && strategy.is_some()).then_some(index)
    }
}
