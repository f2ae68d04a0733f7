//! Blocks and templates that nothing uses are read all the same.

use crate::catalog::{ArgValue, Dim, ParamKind};
use crate::check::Checker;
use crate::check::constants::params::takes_value;
use crate::check::flow::chains::Place;
use crate::check::resolve::env::{Constant, Env};
use crate::check::resolve::program::{DeclId, is_callable};
use crate::pipeline::Owner;
use crate::source::Span;
use crate::syntax::tree::Keyword;

impl Checker<'_> {
    /// Reads the bodies of blocks and templates that nothing uses, so that their names and arguments are checked all
    /// the same: with symbols for their parameters and nothing flowing in.
    pub(in crate::check) fn check_unused_callables(&mut self, root: &[DeclId]) {
        for id in root {
            let decl = self.decl(*id);
            if !is_callable(&decl) || self.names.program.decls[id.0].used {
                continue;
            }
            let Some(name) = decl.name.clone() else { continue };
            // What was lost before the block may make it a task, and no template.
            let head = decl.block.as_ref().map_or(decl.span, |block| Span { end: block.span.start, ..decl.span });
            if self.broken_within(head) {
                continue;
            }
            let module = self.module_of(*id);
            let mut env = Env::of_module(module);
            for parameter in decl.params.as_deref().unwrap_or(&[]) {
                if takes_value(parameter) {
                    env.locals.insert(parameter.name.name.clone(), None);
                    continue;
                }
                let own = Env::of_module(module);
                let Some(kind) = self.param_kind(parameter.kind.as_ref(), parameter.span, &parameter.name.name, &own)
                else {
                    continue;
                };
                let default =
                    parameter.default.as_ref().and_then(|default| self.constant(default, &kind, &own, "the default"));
                let value = default.unwrap_or_else(|| symbolic(&kind, &name.name, &parameter.name.name));
                env.constants.insert(parameter.name.name.clone(), Constant { value, span: parameter.span });
            }
            let mut place = Place::new(name.name.clone(), Owner::Value);
            match (&decl.block, decl.keyword) {
                (Some(block), Keyword::Block) => {
                    env.locals.insert("in".into(), None);
                    self.flowing.open_blocks.push(*id);
                    self.body(block, &mut env, &mut place, &format!("block `{}`", name.name));
                    self.flowing.open_blocks.pop();
                }
                (Some(block), _) => self.check_template(block, &name.name, env),
                _ => {}
            }
        }
    }
}

/// A stand-in for an argument that nobody has given.
fn symbolic(kind: &ParamKind, owner: &str, name: &str) -> ArgValue {
    match kind {
        ParamKind::Dim => ArgValue::Dim(Dim::symbol(format!("{owner}.{name}"))),
        ParamKind::Bool => ArgValue::Bool(false),
        ParamKind::Text => ArgValue::Text(String::new()),
        ParamKind::Share => ArgValue::Share(0.5),
        ParamKind::Factor => ArgValue::Factor(0.5),
        _ => ArgValue::Number(0.5),
    }
}
