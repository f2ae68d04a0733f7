//! Elaborates expressions of data flow into nodes: chains, sums, layers, blocks, `repeat`.

use std::collections::HashMap;

use super::bind::CallRef;
use super::checker::Progress;
use super::env::Env;
use super::pipeline::{Node, NodeId, Obligation, Op, Owner, Stage};
use super::program::DeclId;
use super::{Checker, codes, synonyms};
use crate::catalog::layers::{self, LayerDef};
use crate::catalog::{ArgValue, ParamKind, Type, Undecided, steps};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::tree::{BinaryOp, Expr, ExprKind, Ident, Keyword, Path};

/// `repeat(…)` may not unroll into more stages than this.
const MOST_REPEATS: i64 = 10_000;

/// Names the nodes of one body: `trunk.dense.2` is the second dense layer of `trunk`.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Of node paths.
    pub prefix: String,
    /// Of weights: differs from `prefix` inside an instance, whose weights are shared.
    pub weights: String,
    pub owner: Owner,
    counts: HashMap<String, usize>,
}

impl Place {
    pub fn new(prefix: impl Into<String>, owner: Owner) -> Self {
        let prefix = prefix.into();
        Self { weights: prefix.clone(), prefix, owner, counts: HashMap::new() }
    }

    /// A body inside this one whose counts start anew.
    pub fn inside(&self, part: &str) -> Self {
        Self {
            prefix: format!("{}.{part}", self.prefix),
            weights: format!("{}.{part}", self.weights),
            owner: self.owner,
            counts: HashMap::new(),
        }
    }

    /// The next name of a kind: `dense.2`.
    fn next(&mut self, kind: &str) -> String {
        let count = self.counts.entry(kind.to_string()).or_insert(0);
        *count += 1;
        format!("{kind}.{count}")
    }
}

/// What flows through a chain while its stages are elaborated; `None` after an error that has been
/// reported, so that later stages are still checked for what does not depend on it.
pub(super) type Flow = Option<NodeId>;

impl Checker<'_> {
    /// The value of an expression that reads names: a chain's first member, an operand, an argument of `concat`.
    pub(super) fn flow(&mut self, expr: &Expr, env: &Env, place: &mut Place) -> Flow {
        match &expr.kind {
            ExprKind::Paren(inner) => self.flow(inner, env, place),
            ExprKind::Chain(stages) => {
                let (first, rest) = stages.split_first()?;
                let mut value = self.flow(first, env, place);
                for stage in rest {
                    value = self.stage(stage, value, env, place);
                }
                value
            }
            ExprKind::Path(path) => self.read_path(path, env),
            ExprKind::Call(call) => self.joining_call(CallRef::of_call(call), env, place),
            ExprKind::Binary { op: BinaryOp::Add, .. } => {
                // A long sum is a left-leaning tree: collect its operands without recursion.
                let mut operands = Vec::new();
                let mut rest = expr;
                while let ExprKind::Binary { op: BinaryOp::Add, left, right, .. } = &rest.kind {
                    operands.push(right.as_ref());
                    rest = left;
                }
                operands.push(rest);
                operands.reverse();
                let values: Vec<Flow> = operands.iter().map(|operand| self.flow(operand, env, place)).collect();
                let values: Option<Vec<NodeId>> = values.into_iter().collect();
                let info = layers::find("add")?;
                let def = (info.from_args)(&Default::default())?;
                self.layer_node(def, values?, expr.span, &HashMap::new(), env, place)
            }
            ExprKind::Index { .. } => {
                let diagnostic = Diagnostic::new(
                    &codes::NOT_A_VALUE,
                    expr.span,
                    "columns are read by an `input`, and this is not one",
                )
                .here("columns of the data")
                .help(format!("declare an input and read that: `input name from {}`", self.source_text(expr.span)));
                self.report(diagnostic, env);
                None
            }
            ExprKind::Broken => None,
            _ => {
                let diagnostic = Diagnostic::new(&codes::NOT_A_VALUE, expr.span, "a value that flows is expected here")
                    .here("not an input, a node or a layer");
                self.report(diagnostic, env);
                None
            }
        }
    }

    // -------------------------------------------------------------------------------------- names

    /// What a name reads: a local value, an input, a node, another task's output.
    pub(super) fn read_path(&mut self, path: &Path, env: &Env) -> Flow {
        let first = &path.parts[0];
        if let (Some(local), None) = (env.locals.get(&first.name), path.parts.get(1)) {
            return *local;
        }
        if self.program.modules[env.module].lost.contains(&first.name) {
            return None;
        }
        let Some(id) = self.program.modules[env.module].values.get(&first.name).copied() else {
            let diagnostic = self.unknown_value(first, env);
            self.report(diagnostic, env);
            return None;
        };
        let decl = self.decl(id);
        self.mark_used(id);
        match (decl.keyword, path.parts.as_slice()) {
            (Keyword::Input | Keyword::Let, [_]) => self.read_node(id, path.span),
            (Keyword::Shared, parts) => {
                let index = self.read_shared(id, path.span)?;
                let name = match parts {
                    [] | [_] => "out",
                    [_, output] => output.name.as_str(),
                    [_, _, surplus, ..] => {
                        let diagnostic = self.no_member(surplus, &[], env);
                        self.report(diagnostic, env);
                        return None;
                    }
                };
                let outputs = self.shared[index].outputs.clone();
                match outputs.iter().find(|(other, _)| other == name) {
                    Some((_, node)) => Some(*node),
                    None if parts.len() == 1 => None,
                    None => {
                        let known: Vec<&str> = outputs.iter().map(|(name, _)| name.as_str()).collect();
                        let diagnostic = self.no_member(&parts[1], &known, env);
                        self.report(diagnostic, env);
                        None
                    }
                }
            }
            (Keyword::Task, parts) => self.read_task(id, parts, path.span, env),
            (Keyword::Data, _) => {
                let text = path.text();
                let diagnostic = Diagnostic::new(
                    &codes::NOT_A_VALUE,
                    path.span,
                    format!("`{text}` is data, which only an `input` reads"),
                )
                .here("data")
                .help(format!("declare an input and read that: `input name from {text}`"));
                self.report(diagnostic, env);
                None
            }
            (Keyword::Param, _) => {
                let diagnostic = Diagnostic::new(
                    &codes::NOT_A_VALUE,
                    path.span,
                    format!("`{}` is a param, a constant; it is no value that flows", path.text()),
                )
                .here("a constant")
                .also(decl.span, "declared here");
                self.report(diagnostic, env);
                None
            }
            (Keyword::Instance, _) => {
                let diagnostic = Diagnostic::new(
                    &codes::NOT_A_VALUE,
                    path.span,
                    format!("`{}` is an instance of a block, which needs a value to work on", path.text()),
                )
                .here("needs an input")
                .help(format!("write `value -> {}`", path.text()));
                self.report(diagnostic, env);
                None
            }
            (_, [_, member, ..]) => {
                let diagnostic = self.no_member(member, &[], env);
                self.report(diagnostic, env);
                None
            }
            _ => None,
        }
    }

    fn read_task(&mut self, id: DeclId, parts: &[Ident], span: Span, env: &Env) -> Flow {
        if let Some(Progress::Open) = self.tasks_of.get(&id) {
            self.cycle(id, span);
            return None;
        }
        let task = self.task_decl(id)?;
        let outputs = self.tasks[task].outputs.clone();
        match (parts, outputs.as_slice()) {
            ([_], [(_, only)]) => Some(*only),
            ([name], many) => {
                let names: Vec<String> = many.iter().map(|(output, _)| format!("`{}.{output}`", name.name)).collect();
                let diagnostic = Diagnostic::new(
                    &codes::NOT_A_VALUE,
                    span,
                    format!("task `{}` has several outputs, and one must be named", name.name),
                )
                .here("which output?")
                .help(format!("read one of {}", names.join(", ")));
                self.report(diagnostic, env);
                None
            }
            ([_, output, ..], many) => match many.iter().find(|(other, _)| *other == output.name) {
                Some((_, node)) => Some(*node),
                None => {
                    let known: Vec<&str> = many.iter().map(|(name, _)| name.as_str()).collect();
                    let diagnostic = self.no_member(output, &known, env);
                    self.report(diagnostic, env);
                    None
                }
            },
            ([], _) => None,
        }
    }

    fn no_member(&mut self, member: &Ident, known: &[&str], _env: &Env) -> Diagnostic {
        let mut diagnostic =
            Diagnostic::new(&codes::UNKNOWN_NAME, member.span, format!("there is no `{}` in it", member.name))
                .here("unknown")
                .did_you_mean(&member.name, known.iter().copied());
        if !known.is_empty() {
            diagnostic = diagnostic.note(format!("it has {}", super::program::list(known.iter().copied())));
        }
        diagnostic
    }

    fn unknown_value(&mut self, name: &Ident, env: &Env) -> Diagnostic {
        let mut diagnostic =
            Diagnostic::new(&codes::UNKNOWN_NAME, name.span, format!("nothing is called `{}`", name.name))
                .here("unknown name");
        if layers::find(&name.name).is_some() {
            return diagnostic
                .help(format!("`{}` is a layer; it stands after a value: `value -> {}`", name.name, name.name));
        }
        if self.may_suggest() {
            let mut known: Vec<String> = env.locals.keys().cloned().collect();
            known.extend(
                self.program.modules[env.module]
                    .values
                    .iter()
                    .filter(|(_, id)| {
                        let keyword = self.program.decls[id.0].decl.keyword;
                        matches!(keyword, Keyword::Input | Keyword::Let | Keyword::Shared | Keyword::Task)
                    })
                    .map(|(name, _)| name.clone()),
            );
            known.sort();
            diagnostic = diagnostic.did_you_mean(&name.name, known.iter().map(String::as_str));
            self.mark_meant(&diagnostic, env.module);
            if diagnostic.help.is_none() && !known.is_empty() && known.len() <= 12 {
                diagnostic =
                    diagnostic.note(format!("known here: {}", super::program::list(known.iter().map(String::as_str))));
            }
        }
        diagnostic
    }

    /// The node of an `input` or a `let`.
    fn read_node(&mut self, id: DeclId, at: Span) -> Flow {
        if let Some(Progress::Open) = self.nodes_of.get(&id) {
            self.cycle(id, at);
            return None;
        }
        self.node_decl(id)
    }

    /// Elaborates an `input` or a `let` once.
    pub(super) fn node_decl(&mut self, id: DeclId) -> Flow {
        match self.nodes_of.get(&id) {
            Some(Progress::Done(done)) => return *done,
            Some(Progress::Open) => return None,
            None => {}
        }
        self.nodes_of.insert(id, Progress::Open);
        self.open.push(id);
        let decl = self.decl(id);
        let env = Env::of_module(self.module_of(id));
        let node = match (decl.keyword, &decl.name, &decl.value) {
            (Keyword::Input, _, _) => self.input_decl(&decl, &env),
            (_, Some(name), Some(value)) => {
                let mut place = Place::new(name.name.clone(), Owner::Value);
                self.flow(value, &env, &mut place)
            }
            _ => None,
        };
        self.open.pop();
        self.nodes_of.insert(id, Progress::Done(node));
        node
    }

    // ------------------------------------------------------------------------------------- stages

    /// The stages of a chain after its source, each with the nodes it made.
    pub(super) fn stages(
        &mut self,
        exprs: &[Expr],
        mut value: Flow,
        env: &Env,
        place: &mut Place,
    ) -> (Flow, Vec<Stage>) {
        let mut stages = Vec::new();
        for expr in exprs {
            for (unit, repeats) in self.unroll(expr, env) {
                for _ in 0..repeats {
                    let start = self.nodes.len();
                    value = self.stage(unit, value, env, place);
                    let Some(output) = value else { continue };
                    let nodes: Vec<NodeId> = (start..self.nodes.len()).map(NodeId).collect();
                    let Some(first) = nodes.first() else { continue };
                    let path = stage_path(&self.node(*first).path, &place.prefix);
                    stages.push(Stage { path, nodes, output });
                }
            }
        }
        (value, stages)
    }

    /// Splits `repeat(n) { a -> b }` into its members, so that each turn of each is a stage of its own; only a
    /// body of one member can be turned this way, others stay whole.
    fn unroll<'e>(&mut self, expr: &'e Expr, env: &Env) -> Vec<(&'e Expr, i64)> {
        if let ExprKind::Call(call) = &expr.bare().kind
            && call.callee.text() == "repeat"
            && let Some(body) = &call.body
            && body.stages().len() == 1
            && let Some(times) = self.repeat_times(call, env)
        {
            return vec![(&body.stages()[0], times)];
        }
        vec![(expr, 1)]
    }

    fn repeat_times(&mut self, call: &crate::syntax::tree::Call, env: &Env) -> Option<i64> {
        let [arg] = call.args.as_slice() else {
            let diagnostic = Diagnostic::new(&codes::MISSING_ARGUMENT, call.span, "`repeat` needs how often")
                .here("expected one number")
                .help("write `repeat(3) { … }`");
            self.report(diagnostic, env);
            return None;
        };
        match self.constant(&arg.value, &ParamKind::Integer, env, "`repeat`")? {
            ArgValue::Integer(times) if (1..=MOST_REPEATS).contains(&times) => Some(times),
            _ => {
                let diagnostic = Diagnostic::new(
                    &codes::ARGUMENT_RANGE,
                    arg.value.span,
                    format!("`repeat` takes a number from 1 to {MOST_REPEATS}"),
                )
                .here("out of range");
                self.report(diagnostic, env);
                None
            }
        }
    }

    /// Applies one member of a chain to a value.
    pub(super) fn stage(&mut self, expr: &Expr, value: Flow, env: &Env, place: &mut Place) -> Flow {
        match &expr.kind {
            ExprKind::Paren(inner) => return self.stage(inner, value, env, place),
            ExprKind::Chain(stages) => {
                let mut value = value;
                for stage in stages {
                    value = self.stage(stage, value, env, place);
                }
                return value;
            }
            ExprKind::Broken => return None,
            ExprKind::Call(call) if call.callee.text() == "repeat" => {
                let times = self.repeat_times(call, env)?;
                let body = call.body.as_deref()?;
                let mut value = value;
                for _ in 0..times {
                    value = self.stage(body, value, env, place);
                    if value.is_none() {
                        break;
                    }
                }
                return value;
            }
            _ => {}
        }
        let Some(call) = CallRef::of(expr) else {
            if self.broken_within(expr.span) {
                return None;
            }
            let diagnostic = Diagnostic::new(&codes::NOT_A_LAYER, expr.span, "a layer or a block is expected here")
                .here("not a layer");
            self.report(diagnostic, env);
            return None;
        };
        let Some(name) = call.path.single() else {
            let diagnostic = Diagnostic::new(
                &codes::NOT_A_LAYER,
                call.path.span,
                format!("`{}` is no layer and no block", call.path.text()),
            )
            .here("not a layer");
            self.report(diagnostic, env);
            return None;
        };
        if let Some(id) = self.program.modules[env.module].callables.get(&name.name).copied() {
            return self.block_call(id, call, value, env, place);
        }
        if let Some(info) = layers::find(&name.name) {
            let path = format!("{}.{}", place.prefix, name.name);
            let joins = (info.from_args)(&Default::default()).is_some_and(|def| *def.arity().start() > 1);
            if joins {
                for arg in call.args.iter().filter(|arg| arg.name.is_none()) {
                    self.flow(&arg.value, env, place);
                }
                let diagnostic = Diagnostic::new(
                    &codes::NOT_A_LAYER,
                    expr.span,
                    format!("`{}` joins several values, and a chain has one", name.name),
                )
                .here("needs several values")
                .help(format!("start a chain with it: `{}(a, b) -> …`", name.name));
                self.report(diagnostic, env);
                return None;
            }
            let bound = self.bind(info, call, env, &path)?;
            return self.layer_node(bound.def, vec![value?], expr.span, &bound.spans, env, place);
        }
        if let Some(id) = self.program.modules[env.module].values.get(&name.name).copied() {
            if self.decl(id).keyword == Keyword::Instance {
                self.mark_used(id);
                return self.instance_call(id, call, value, env, place);
            }
            self.mark_used(id);
            let diagnostic = Diagnostic::new(
                &codes::NOT_A_LAYER,
                call.path.span,
                format!("`{}` is a value, and a layer is expected after `->`", name.name),
            )
            .here("not a layer")
            .help(format!("values are joined first: `concat(…, {}) -> …`", name.name));
            self.report(diagnostic, env);
            return None;
        }
        if self.program.modules[env.module].lost.contains(&name.name) {
            return None;
        }
        let diagnostic = self.unknown_layer(name, env);
        self.report(diagnostic, env);
        None
    }

    fn unknown_layer(&mut self, name: &Ident, env: &Env) -> Diagnostic {
        if steps::find(&name.name).is_some() {
            return Diagnostic::new(
                &codes::STEP_AFTER_LAYER,
                name.span,
                format!("`{}` is a step of preprocessing, and cannot stand here", name.name),
            )
            .here("a step, not a layer")
            .help("steps come first in the chain of an `input`: they are fitted on the training part, once")
            .note("layers have weights or gradients; steps have neither");
        }
        let mut diagnostic =
            Diagnostic::new(&codes::UNKNOWN_NAME, name.span, format!("there is no layer or block `{}`", name.name))
                .here("unknown layer");
        if self.may_suggest() {
            let mut known: Vec<String> = layers::ENTRIES.iter().map(|entry| entry.name.to_string()).collect();
            known.extend(self.program.modules[env.module].callables.keys().cloned());
            known.push("repeat".into());
            known.sort();
            diagnostic = diagnostic.did_you_mean(&name.name, known.iter().map(String::as_str));
            self.mark_meant(&diagnostic, env.module);
            if diagnostic.help.is_none() {
                let steps = steps::ENTRIES.iter().map(|entry| entry.name);
                diagnostic = diagnostic.surely_meant(synonyms::of(synonyms::LAYERS, &name.name));
                if diagnostic.help.is_none() {
                    diagnostic = diagnostic.did_you_mean(&name.name, steps);
                }
            }
        }
        diagnostic
    }

    /// A call that starts a chain: `concat(a, b)`, `union(a, b)`.
    fn joining_call(&mut self, call: CallRef<'_>, env: &Env, place: &mut Place) -> Flow {
        let name = call.name();
        let Some(info) = layers::find(name) else {
            let known = self.program.modules[env.module].callables.contains_key(name);
            // What its arguments read is read, whatever was meant, and may have mistakes of its own.
            for arg in call.args.iter().filter(|arg| arg.name.is_none() && !known) {
                self.flow(&arg.value, env, place);
            }
            if self.program.modules[env.module].lost.contains(name) {
                return None;
            }
            let diagnostic = if known || steps::find(name).is_some() {
                Diagnostic::new(&codes::NOT_A_VALUE, call.span, format!("`{name}(…)` needs a value to work on"))
                    .here("no value flows in")
                    .help(format!("write `value -> {name}(…)`"))
            } else if let Some(name) = call.path.single() {
                self.unknown_layer(name, env)
            } else {
                Diagnostic::new(&codes::NOT_A_VALUE, call.span, "a value is expected here").here("not a value")
            };
            self.report(diagnostic, env);
            return None;
        };
        let named: Vec<_> = call.args.iter().filter(|arg| arg.name.is_some()).cloned().collect();
        let positional: Vec<_> = call.args.iter().filter(|arg| arg.name.is_none()).collect();
        let bound = self.bind(
            info,
            CallRef { path: call.path, args: &named, span: call.span },
            env,
            &format!("{}.{name}", place.prefix),
        );
        let values: Vec<Flow> = match &bound {
            Some(bound) if *bound.def.arity().end() == 1 => {
                let diagnostic =
                    Diagnostic::new(&codes::NOT_A_VALUE, call.span, format!("`{name}` needs a value to work on"))
                        .here("no value flows in")
                        .help(format!("write `value -> {}`", self.source_text(call.span)));
                self.report(diagnostic, env);
                return None;
            }
            // Layers that only work in chains lack an argument here: that has been reported.
            None => {
                for arg in &positional {
                    self.flow(&arg.value, env, place);
                }
                return None;
            }
            Some(_) => positional.iter().map(|arg| self.flow(&arg.value, env, place)).collect(),
        };
        let bound = bound?;
        let arity = bound.def.arity();
        if !arity.contains(&values.len()) && self.broken_within(call.span) {
            return None;
        }
        if !arity.contains(&values.len()) {
            let diagnostic = Diagnostic::new(
                &codes::MISSING_ARGUMENT,
                call.span,
                format!("`{name}` joins at least {} values, and gets {}", arity.start(), values.len()),
            )
            .here("too few values")
            .help(format!("write `{name}(a, b)`"));
            self.report(diagnostic, env);
            return None;
        }
        let values: Option<Vec<NodeId>> = values.into_iter().collect();
        self.layer_node(bound.def, values?, call.span, &bound.spans, env, place)
    }

    // -------------------------------------------------------------------------------------- nodes

    /// Adds the node of a layer after inferring its type; a refusal is reported with all the places involved.
    pub(super) fn layer_node(
        &mut self,
        def: LayerDef,
        inputs: Vec<NodeId>,
        span: Span,
        arguments: &HashMap<&'static str, Span>,
        env: &Env,
        place: &mut Place,
    ) -> Flow {
        let types: Vec<Type> = inputs.iter().map(|input| self.node(*input).ty.clone()).collect();
        let mut undecided = Undecided::default();
        let ty = match def.infer(&types, &mut undecided) {
            Ok(ty) => ty,
            Err(error) => {
                let mut diagnostic = Diagnostic::new(&codes::SHAPE, span, error.message).here("does not fit");
                if let Some(span) = error.parameter.and_then(|name| arguments.get(name)) {
                    diagnostic = diagnostic.also(*span, "by this argument");
                }
                for index in error.inputs {
                    if let Some(input) = inputs.get(index) {
                        let node = self.node(*input);
                        diagnostic = diagnostic.also(node.span, format!("this is {}", node.ty));
                    }
                }
                if let Some(help) = error.help {
                    diagnostic = diagnostic.help(help);
                }
                self.report(diagnostic, env);
                return None;
            }
        };
        for (left, right, why) in undecided.0 {
            let span =
                env.call_site.as_ref().map_or(span, |site| if site.span.file == span.file { span } else { site.span });
            self.obligations.push(Obligation { left, right, why, span });
        }
        let weights = def.weights(&types);
        let part = place.next(def.name());
        let mut rows: Vec<usize> = Vec::new();
        for input in &inputs {
            if rows.is_empty() || def.capabilities().stacks_rows {
                rows.extend(self.node(*input).rows.iter().copied());
            }
        }
        let node = Node {
            path: format!("{}.{part}", place.prefix),
            op: Op::Layer { def, instance: format!("{}.{part}", place.weights), weights },
            inputs,
            ty,
            rows,
            owner: place.owner,
            span,
        };
        Some(self.add_node(node))
    }
}

impl Place {
    /// The place of the next turn of a block: `trunk.residual.1`.
    pub(super) fn turn(&mut self, block: &str) -> Place {
        let part = self.next(block);
        self.inside(&part)
    }
}

/// `trunk.residual.1` of `trunk.residual.1.conv2d.2`, given `trunk`.
fn stage_path(node: &str, prefix: &str) -> String {
    let rest = node.strip_prefix(prefix).unwrap_or(node).trim_start_matches('.');
    let parts: Vec<&str> = rest.split('.').take(2).collect();
    format!("{prefix}.{}", parts.join("."))
}
