//! Elaborates expressions of data flow into nodes: chains, sums, layers, blocks, `repeat`.

use std::collections::{HashMap, HashSet};

use crate::catalog::layers::{self};
use crate::catalog::{ArgValue, ParamKind, models, steps};
use crate::check::constants::bind::CallRef;
use crate::check::flow::previous::{PREVIOUS, WHOLE};
use crate::check::resolve::env::Env;
use crate::check::resolve::standard::BLOCKS;
use crate::check::resolve::synonyms;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::diag::suggest::closest;
use crate::pipeline::{NodeId, Owner, Stage};
use crate::syntax::tree::{BinaryOp, Expr, ExprKind, Ident, Keyword};

/// `repeat(…)` may not unroll into more stages than this.
const MOST_REPEATS: i64 = 10_000;

/// Names the nodes of one body: `trunk.dense.2` is the second dense layer of `trunk`.
#[derive(Clone, Debug)]
pub(in crate::check) struct Place {
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

    /// The same body, known by another name and with another owner; what it has counted so far goes on.
    pub fn known_as(self, prefix: impl Into<String>, owner: Owner) -> Self {
        Self { counts: self.counts, ..Self::new(prefix, owner) }
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

    /// What [`Place::next`] is about to say.
    pub(in crate::check) fn coming(&self, kind: &str, taken: &HashSet<String>) -> String {
        format!("{kind}.{}", self.number(kind, taken))
    }

    /// The next name of a kind, `dense.2`, that is not taken. Inside an instance the count alone says whose weights they are.
    pub(in crate::check) fn next(&mut self, kind: &str, taken: &HashSet<String>) -> String {
        let number = self.number(kind, taken);
        self.counts.insert(kind.to_string(), number);
        format!("{kind}.{number}")
    }

    fn number(&self, kind: &str, taken: &HashSet<String>) -> usize {
        let mut number = self.counts.get(kind).copied().unwrap_or(0) + 1;
        while self.prefix == self.weights && taken.contains(&format!("{}.{kind}.{number}", self.prefix)) {
            number += 1;
        }
        number
    }
}

/// What flows through a chain while its stages are elaborated; `None` after an error that has been
/// reported, so that later stages are still checked for what does not depend on it.
pub(in crate::check) type Flow = Option<NodeId>;

impl Checker<'_> {
    /// The value of an expression that reads names: a chain's first member, an operand, an argument of `concat`.
    pub(in crate::check) fn flow(&mut self, expr: &Expr, env: &Env, place: &mut Place) -> Flow {
        if !self.enter(expr.span, env) {
            return None;
        }
        let flow = self.flow_inside(expr, env, place);
        self.leave();
        flow
    }

    fn flow_inside(&mut self, expr: &Expr, env: &Env, place: &mut Place) -> Flow {
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
            ExprKind::Path(path) => {
                let flow = self.read_path(path, env);
                if let Some(node) = flow {
                    self.flowing.read.entry(path.span).or_insert(node);
                }
                flow
            }
            ExprKind::Call(call) if [PREVIOUS, WHOLE].contains(&call.callee.text().as_str()) => {
                self.previous(call, env, place)
            }
            ExprKind::Call(call) => self.joining_call(CallRef::of_call(call), env, place),
            ExprKind::Binary { op: op @ (BinaryOp::Add | BinaryOp::Multiply), .. } => {
                // A long sum is a left-leaning tree: collect its operands without recursion.
                let mut operands = Vec::new();
                let mut rest = expr;
                while let ExprKind::Binary { op: same, left, right, .. } = &rest.kind
                    && same == op
                {
                    operands.push(right.as_ref());
                    rest = left;
                }
                operands.push(rest);
                operands.reverse();
                let values: Vec<Flow> = operands.iter().map(|operand| self.flow(operand, env, place)).collect();
                let values: Option<Vec<NodeId>> = values.into_iter().collect();
                let info = layers::find(if *op == BinaryOp::Add { "add" } else { "multiply" })?;
                let def = (info.from_args)(&Default::default())?;
                self.layer_node(def, values?, expr.span, &HashMap::new(), env, place)
            }
            ExprKind::Index { base, items }
                if base.as_name().is_some_and(|name| layers::find(&name.name).is_some()) =>
            {
                let right = format!("{}({})", self.source_text(base.span), self.sources_of(items));
                let diagnostic =
                    Diagnostic::new(&codes::NOT_A_VALUE, expr.span, "arguments stand in parentheses, not in brackets")
                        .here("no columns of any data")
                        .help(format!("write `{right}`"))
                        .fix(format!("write `{right}`"), expr.span, right);
                self.report(diagnostic, env);
                None
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
                let diagnostic = self.instead_of_a_value(diagnostic, expr);
                self.report(diagnostic, env);
                None
            }
        }
    }

    // ------------------------------------------------------------------------------------- stages

    /// The stages of a chain after its source, each with the nodes it made.
    pub(in crate::check) fn stages(
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
                    let start = self.flowing.nodes.len();
                    value = self.stage(unit, value, env, place);
                    let Some(output) = value else { continue };
                    let nodes: Vec<NodeId> = (start..self.flowing.nodes.len()).map(NodeId).collect();
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
            let diagnostic = match call.parenthesised {
                true => diagnostic,
                false => diagnostic.proposal("repeat it twice", call.callee.span, "repeat(2)"),
            };
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
    pub(in crate::check) fn stage(&mut self, expr: &Expr, value: Flow, env: &Env, place: &mut Place) -> Flow {
        if !self.count_stage(expr.span, env) || !self.enter(expr.span, env) {
            return None;
        }
        let flow = self.stage_inside(expr, value, env, place);
        self.leave();
        flow
    }

    fn stage_inside(&mut self, expr: &Expr, value: Flow, env: &Env, place: &mut Place) -> Flow {
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
            ExprKind::Call(call) if call.callee.text() == "each" => return self.each(call, value, env, place),
            _ => {}
        }
        let Some(call) = CallRef::of(expr) else {
            if self.broken_within(expr.span) {
                return None;
            }
            let diagnostic = Diagnostic::new(&codes::NOT_A_LAYER, expr.span, "a layer or a block is expected here")
                .here("not a layer");
            let diagnostic = self.instead_of_a_layer(diagnostic, expr, env.module);
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
        if let Some(id) = self.names.program.modules[env.module].callables.get(&name.name).copied() {
            return self.block_call(id, call, value, env, place);
        }
        if let Some(info) = layers::find(&name.name) {
            let path = format!("{}.{}", place.prefix, place.coming(&name.name, &self.flowing.paths));
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
            if self.written_otherwise(&bound.def, expr.span, env) {
                return None;
            }
            return self.layer_node(bound.def, vec![value?], expr.span, &bound.spans, env, place);
        }
        if let Some(info) = models::find(&name.name) {
            return self.pretrained(info, call, value, env, place);
        }
        if let Some(id) = self.names.program.modules[env.module].values.get(&name.name).copied() {
            if self.decl(id).keyword == Keyword::Instance {
                self.use_at(id, name.span);
                return self.instance_call(id, call, value, env, place);
            }
            self.use_at(id, name.span);
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
        if self.names.program.modules[env.module].lost.contains(&name.name) {
            return None;
        }
        // Behind a mistake nobody knows whether steps could stand here.
        if value.is_none() && steps::find(&name.name).is_some() {
            return None;
        }
        let diagnostic = self.unknown_layer(name, env);
        self.report(diagnostic, env);
        None
    }

    pub(in crate::check) fn unknown_layer(&mut self, name: &Ident, env: &Env) -> Diagnostic {
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
        if BLOCKS.names().any(|block| block == name.name) {
            return self.in_library(diagnostic, &BLOCKS, &name.name, env.module);
        }
        let layers = || layers::ENTRIES.iter().map(|entry| entry.name);
        let steps = || steps::ENTRIES.iter().map(|entry| entry.name);
        diagnostic = diagnostic.surely_meant(
            synonyms::of("layer", &name.name, layers()).or_else(|| synonyms::of("step", &name.name, steps())),
        );
        if diagnostic.help.is_none() && self.may_suggest() {
            let known = self.chain_names(env.module);
            let mut all: Vec<&str> = known.iter().map(String::as_str).collect();
            BLOCKS.names().chain(steps()).for_each(|name| all.push(name));
            let near = closest(&name.name, all);
            diagnostic = diagnostic.surely_meant(near);
            if let Some(block) = near.filter(|near| !known.iter().any(|name| name == near))
                && steps::find(block).is_none()
            {
                diagnostic = diagnostic.note(format!("it is brought in by `use std.blocks.{{{block}}}`"));
            }
            self.mark_meant(&diagnostic, env.module);
        }
        diagnostic
    }

    /// All that may stand in a chain after its steps, by name, sorted.
    fn chain_names(&self, module: usize) -> Vec<String> {
        let mut known: Vec<String> = layers::ENTRIES.iter().map(|entry| entry.name.to_string()).collect();
        known.extend(models::ENTRIES.iter().map(|entry| entry.name.to_string()));
        let scope = &self.names.program.modules[module];
        let blocks =
            scope.callables.iter().filter(|(_, id)| self.names.program.decls[id.0].decl.keyword == Keyword::Block);
        known.extend(blocks.map(|(name, _)| name.clone()));
        known.extend(["each", "previous", "repeat", "whole"].map(String::from));
        known.sort();
        known
    }

    /// Whether a name that nobody knows was meant to be a step, where a step may stand: of all that may stand there, one is nearest.
    pub(in crate::check) fn meant_step(&self, name: &str, module: usize) -> bool {
        let known = self.chain_names(module);
        let scope = &self.names.program.modules[module];
        let elsewhere = scope.callables.contains_key(name) || scope.values.contains_key(name);
        let block = BLOCKS.names().any(|block| block == name);
        if name.is_empty() || elsewhere || block || scope.lost.contains(name) || known.iter().any(|one| one == name) {
            return false;
        }
        let steps = || steps::ENTRIES.iter().map(|entry| entry.name);
        if synonyms::of("layer", name, known.iter().map(String::as_str)).is_some() {
            return false;
        }
        // Of equals a step: it is where steps may stand.
        let mut all: Vec<&str> = Vec::new();
        steps().for_each(|name| all.push(name));
        known.iter().for_each(|name| all.push(name));
        BLOCKS.names().for_each(|name| all.push(name));
        synonyms::of("step", name, steps()).is_some()
            || closest(name, all).is_some_and(|near| steps::find(near).is_some() && layers::find(near).is_none())
    }
}

impl Place {
    /// The place of the next turn of a block: `trunk.residual.1`.
    pub(in crate::check) fn turn(&mut self, block: &str) -> Place {
        // Nodes alone take names, and a turn is none.
        let number = self.counts.entry(block.to_string()).or_default();
        *number += 1;
        let part = format!("{block}.{number}");
        self.inside(&part)
    }
}

/// `trunk.residual.1` of `trunk.residual.1.conv2d.2`, given `trunk`.
fn stage_path(node: &str, prefix: &str) -> String {
    let rest = node.strip_prefix(prefix).unwrap_or(node).trim_start_matches('.');
    let parts: Vec<&str> = rest.split('.').take(2).collect();
    format!("{prefix}.{}", parts.join("."))
}

#[cfg(test)]
mod tests {
    use crate::check::{self, Options};
    use crate::diag::{Diagnostic, Sink};
    use crate::source::{DiskLoader, Sources};

    /// What is wrong with a chain of a picture's input.
    fn said(chain: &str) -> Vec<Diagnostic> {
        let text = format!(
            "use std.tasks.{{regression}}\n\
             data d: csv(\"d.csv\") {{ columns {{ photo: image, y: number }} }}\n\
             input photo from d.photo -> {chain}\n\
             let seen = photo -> conv2d(8) -> relu -> global_avg_pool\n\
             task y: regression from seen {{ label: d.y }}\n"
        );
        let mut sources = Sources::default();
        let file = sources.add("a.mtl", None, text);
        let mut sink = Sink::default();
        check::check(file, &mut sources, &DiskLoader::default(), &Options::default(), &mut sink);
        sink.finish().into_iter().filter(Diagnostic::is_error).collect()
    }

    #[test]
    fn a_misspelt_step_is_one_mistake() {
        for (written, meant) in
            [("resise(32, 32)", Some("resize")), ("qqqqqq(32, 32)", None), ("dense_(3)", Some("dense"))]
        {
            let problems = said(&format!("{written} -> flip(horizontal) -> normalize"));
            let [only] = problems.as_slice() else { panic!("{written}: {problems:#?}") };
            assert_eq!(only.code.name, "unknown-name");
            assert_eq!(only.help, meant.map(|meant| format!("did you mean `{meant}`?")), "{written}");
        }
        // What is known still tells of a step that stands too late.
        let late = said("resize(32, 32) -> normalize -> conv2d(8) -> standardize");
        assert_eq!(late.iter().map(|one| one.code.name).collect::<Vec<_>>(), ["step-after-layer"]);
    }
}
