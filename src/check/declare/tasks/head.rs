//! Elaborates a task's head: one chain, or several named ones.

use std::rc::Rc;

use crate::catalog::{Dim, layers};
use crate::check::declare::template::Written;
use crate::check::flow::blocks::order_of;
use crate::check::flow::chains::{Flow, Place};
use crate::check::flow::previous::{PREVIOUS, WHOLE};
use crate::check::resolve::env::{Env, HeadTargets};
use crate::check::resolve::program;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::NodeId;
use crate::source::Span;
use crate::syntax::tree::{Block, EntryKind, Expr, ExprKind, Ident};

impl Checker<'_> {
    /// `head: chain`, or `head { hidden = chain, heat: chain, size: chain }`.
    pub(super) fn head(
        &mut self,
        written: Written<'_>,
        input: Flow,
        targets: Option<&HeadTargets>,
        vocabulary: Option<Dim>,
        place: &Place,
    ) -> Option<Vec<(String, NodeId)>> {
        let Written { field, env } = written;
        let mut env = env.clone();
        env.locals.insert("in".into(), input);
        env.targets = targets.cloned().map(Rc::new);
        if let Some(label) = &mut env.label {
            label.vocabulary = vocabulary;
        }
        if let Some(block) = &field.block {
            return self.named_heads(block, &mut env, input, place);
        }
        let value = self.field_value(field, &env)?;
        let mut inside = place.inside("head");
        let flow = self.head_chain(value, input, &env, &mut inside);
        Some(vec![("out".to_string(), flow?)])
    }

    fn named_heads(
        &mut self,
        block: &Block,
        env: &mut Env,
        input: Flow,
        place: &Place,
    ) -> Option<Vec<(String, NodeId)>> {
        let mut names: Vec<(&str, Span)> = Vec::new();
        let mut lines: Vec<(&Ident, &Expr)> = Vec::new();
        let mut outputs: Vec<(&Ident, &Expr)> = Vec::new();
        let mut good = true;
        for entry in &block.entries {
            let (name, value) = match &entry.kind {
                EntryKind::Assign { name, value } => (name, Some(value)),
                EntryKind::Field(field) => (&field.name, self.field_value(field, env)),
                EntryKind::Join(join) => {
                    self.join_elsewhere(join.span, env);
                    continue;
                }
            };
            if let Some((_, first)) = names.iter().find(|(other, _)| *other == name.name) {
                self.report(program::duplicate_field(&name.name, name.span, *first), env);
                good = false;
                continue;
            }
            names.push((&name.name, name.span));
            match (value, &entry.kind) {
                (Some(value), EntryKind::Assign { .. }) => lines.push((name, value)),
                (Some(value), _) => outputs.push((name, value)),
                (None, _) => good = false,
            }
        }
        self.named_lines(&lines, input, env, place);
        let mut found: Vec<(String, NodeId)> = Vec::new();
        for (name, value) in outputs {
            let mut inside = place.inside("head").inside(&name.name);
            match self.head_chain(value, input, env, &mut inside) {
                Some(node) => found.push((name.name.clone(), node)),
                None => good = false,
            }
        }
        if good && found.is_empty() {
            let diagnostic = Diagnostic::new(&codes::MISSING_PART, block.span, "the head has no output")
                .here(if lines.is_empty() { "empty" } else { "only named values, which are no outputs" })
                .help("write `head: dense(label.width)`, or name the outputs with `:`, `head { size: dense(label.width) }`");
            self.report(diagnostic, env);
            good = false;
        }
        good.then_some(found)
    }

    /// The named values of a head, in an order in which each comes after what it reads.
    fn named_lines(&mut self, lines: &[(&Ident, &Expr)], input: Flow, env: &mut Env, place: &Place) {
        let names = lines.iter().enumerate().map(|(index, (name, _))| (name.name.as_str(), index)).collect();
        let order = order_of(lines, &names);
        if let Some(index) = order.circular {
            let name = lines[index].0;
            let diagnostic =
                Diagnostic::new(&codes::CYCLE, name.span, format!("`{}` reads itself, directly or not", name.name))
                    .here("part of a circle");
            self.report(diagnostic, env);
        }
        for (name, _) in lines {
            env.locals.insert(name.name.clone(), None);
        }
        for index in order.sorted {
            let (name, value) = lines[index];
            let mut inside = place.inside("head").inside(&name.name);
            let flow = self.head_chain(value, input, env, &mut inside);
            env.locals.insert(name.name.clone(), flow);
        }
    }

    /// A chain of a head: from a value if it names one (`in`, another line, `concat(…)`), else from what flows in.
    fn head_chain(&mut self, value: &Expr, input: Flow, env: &Env, place: &mut Place) -> Flow {
        let (first, rest) = value.stages().split_first()?;
        let (mut flow, stages) =
            if self.is_value(first, env) { (self.flow(first, env, place), rest) } else { (input, value.stages()) };
        for stage in stages {
            flow = self.stage(stage, flow, env, place);
        }
        flow
    }

    /// Whether a chain's first member is something that flows, and no layer.
    fn is_value(&self, expr: &Expr, env: &Env) -> bool {
        match &expr.kind {
            ExprKind::Paren(inner) => inner.stages().first().is_some_and(|first| self.is_value(first, env)),
            ExprKind::Binary { .. } => true,
            ExprKind::Path(path) => path.single().is_some_and(|name| env.locals.contains_key(&name.name)),
            ExprKind::Call(call) if [PREVIOUS, WHOLE].contains(&call.callee.text().as_str()) => true,
            ExprKind::Call(call) => call.callee.single().is_some_and(|name| {
                let joins = |info: &crate::catalog::EntryInfo<layers::LayerDef>| {
                    (info.from_args)(&Default::default()).is_some_and(|def| *def.arity().start() > 1)
                };
                layers::find(&name.name).is_some_and(joins)
            }),
            _ => false,
        }
    }
}
