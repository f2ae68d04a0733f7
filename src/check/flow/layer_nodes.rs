//! Adds the nodes of layers: those that join values, and the inference of each one's type.

use std::collections::HashMap;

use crate::catalog::layers::{self, LayerDef, WeightSpec};
use crate::catalog::{Type, Undecided, models, steps};
use crate::check::constants::bind::CallRef;
use crate::check::flow::chains::{Flow, Place};
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{Node, NodeId, Obligation, Op};
use crate::source::Span;
use crate::syntax::tree::{Arg, ExprKind};

impl Checker<'_> {
    /// A call that starts a chain: `concat(a, b)`, `union(a, b)`.
    pub(in crate::check) fn joining_call(&mut self, call: CallRef<'_>, env: &Env, place: &mut Place) -> Flow {
        let name = call.name();
        let Some(info) = layers::find(name) else {
            let is_model = models::find(name).is_some();
            let known = is_model || self.names.program.modules[env.module].callables.contains_key(name);
            // What its arguments read is read, whatever was meant, and may have mistakes of its own.
            for arg in call.args.iter().filter(|arg| arg.name.is_none() && !known) {
                self.flow(&arg.value, env, place);
            }
            if self.names.program.modules[env.module].lost.contains(name) {
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
        let mut positional: Vec<Arg> = call.args.iter().filter(|arg| arg.name.is_none()).cloned().collect();
        if let [only] = positional.as_slice()
            && let ExprKind::List(members) = &only.value.bare().kind
            && !members.is_empty()
        {
            let inside = self.sources_of(members);
            let diagnostic = Diagnostic::new(
                &codes::WRONG_ARGUMENT,
                only.span,
                format!("`{name}` takes the values themselves, not a list of them"),
            )
            .here("without the brackets")
            .help(format!("write `{name}({inside})`"))
            .fix(format!("write `{inside}`"), only.span, inside);
            self.report(diagnostic, env);
            // What the list reads is read, and what comes of it is known.
            positional =
                members.iter().map(|value| Arg { name: None, value: value.clone(), span: value.span }).collect();
        }
        let bound = self.bind(
            info,
            CallRef { path: call.path, args: &named, span: call.span },
            env,
            &format!("{}.{}", place.prefix, place.coming(name, &self.flowing.paths)),
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
        if self.written_otherwise(&bound.def, call.span, env) {
            return None;
        }
        let arity = bound.def.arity();
        if !arity.contains(&values.len()) && self.broken_within(call.span) {
            return None;
        }
        if !arity.contains(&values.len()) {
            let diagnostic = Diagnostic::new(
                &codes::MISSING_ARGUMENT,
                call.span,
                format!("`{name}` joins {} values, and gets {}", arity_words(&arity), values.len()),
            )
            .here(if values.len() < *arity.start() { "too few values" } else { "too many values" })
            .help(format!("write `{name}(a, b)`"));
            self.report(diagnostic, env);
            return None;
        }
        let values: Option<Vec<NodeId>> = values.into_iter().collect();
        self.layer_node(bound.def, values?, call.span, &bound.spans, env, place)
    }

    /// Adds the node of a layer after inferring its type; a refusal is reported with all the places involved.
    pub(in crate::check) fn layer_node(
        &mut self,
        def: LayerDef,
        inputs: Vec<NodeId>,
        span: Span,
        arguments: &HashMap<&'static str, Span>,
        env: &Env,
        place: &mut Place,
    ) -> Flow {
        let types: Vec<Type> = inputs.iter().map(|input| self.node(*input).ty.clone()).collect();
        let lent = if def.capabilities().borrows_weights { Some(self.lent(&def, &inputs, span, env)?) } else { None };
        let def = lent.as_ref().and_then(|(_, weights)| def.with_lent(weights)).unwrap_or(def);
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
            self.flowing.obligations.push(Obligation { left, right, why, span });
        }
        let weights = def.weights(&types);
        if let (Some((_, lent)), [wanted]) = (&lent, weights.as_slice())
            && lent[0].shape != wanted.shape
        {
            let diagnostic = Diagnostic::new(
                &codes::SHAPE,
                span,
                format!(
                    "`{}` has {} units, and the table that it uses has {} rows",
                    def.name(),
                    wanted.shape[0],
                    lent[0].shape[0]
                ),
            )
            .here("does not fit")
            .also(self.node(inputs[1]).span, "the table")
            .help("leave `units` out: there are as many as the table has");
            self.report(diagnostic, env);
            return None;
        }
        if let Some(extent) = weights.iter().flat_map(|weight| &weight.shape).find(|size| size.varies()) {
            let diagnostic = Diagnostic::new(
                &codes::SHAPE,
                span,
                format!("`{}` would have {extent} weights, and that differs from row to row", def.name()),
            )
            .here("does not fit")
            .help("make a vector of each sequence first: `-> mean_pool`");
            self.report(diagnostic, env);
            return None;
        }
        let part = place.next(def.name(), &self.flowing.paths);
        let mut rows: Vec<usize> = Vec::new();
        for input in &inputs {
            if rows.is_empty() || def.capabilities().stacks_rows {
                rows.extend(self.node(*input).rows.iter().copied());
            }
        }
        let node = Node {
            path: format!("{}.{part}", place.prefix),
            op: Op::Layer {
                def,
                instance: lent.map_or_else(|| format!("{}.{part}", place.weights), |(instance, _)| instance),
                weights,
            },
            inputs,
            ty,
            rows,
            owner: place.owner,
            span,
        };
        Some(self.add_node(node))
    }
}

impl Checker<'_> {
    /// Whose weights a layer computes with that has none of its own, and which they are: those of the `embed` that gave its second value.
    fn lent(&mut self, def: &LayerDef, inputs: &[NodeId], span: Span, env: &Env) -> Option<(String, Vec<WeightSpec>)> {
        let lender = self.node(*inputs.get(1)?);
        let name = def.name();
        let (message, here) = match &lender.op {
            Op::Layer { def: LayerDef::Embed(_), instance, weights } if weights.len() == 1 => {
                return Some((instance.clone(), weights.clone()));
            }
            Op::Layer { def: LayerDef::Embed(_), .. } => {
                (format!("`{name}` uses one table, and this `embed` has several"), "reads several columns")
            }
            _ => (
                format!("`{name}` uses the vectors of an `embed`, and its second value comes from something else"),
                "this is no `embed`",
            ),
        };
        let diagnostic =
            Diagnostic::new(&codes::SHAPE, span, message).here("has no table").also(lender.span, here).help(format!(
                "name what the `embed` gives, `past = previous(target) -> embed(64)`, and write `{name}(…, past)`"
            ));
        self.report(diagnostic, env);
        None
    }
}

/// "at least 2", or "2" where more are too many.
fn arity_words(arity: &std::ops::RangeInclusive<usize>) -> String {
    if arity.start() == arity.end() { arity.start().to_string() } else { format!("at least {}", arity.start()) }
}
