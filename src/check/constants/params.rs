//! Elaborates `param` declarations, and names the types that parameters have.

use crate::catalog::{ArgValue, ParamKind};
use crate::check::resolve::env::Env;
use crate::check::resolve::program::DeclId;
use crate::check::resolve::progress::Progress;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::Param;
use crate::source::Span;
use crate::syntax::tree::{Decl, Expr, ExprKind, Ident, Keyword, Parameter};

/// The type of a parameter that is a value which flows, and no constant.
pub(in crate::check) const VALUE: &str = "value";

/// Whether a parameter of a block or a template is one.
pub(in crate::check) fn takes_value(parameter: &Parameter) -> bool {
    parameter.kind.as_ref().and_then(|kind| kind.as_name()).is_some_and(|name| name.name == VALUE)
}

impl Checker<'_> {
    /// The value of a `param` visible in a module.
    pub fn param(&mut self, module: usize, name: &Ident) -> Option<Option<ArgValue>> {
        let id = *self.names.program.modules[module].values.get(&name.name)?;
        if self.decl(id).keyword != Keyword::Param {
            return None;
        }
        self.use_at(id, name.span);
        self.param_decl(id);
        match self.constants.params_of.get(&id) {
            Some(Progress::Done(value)) => Some(value.clone()),
            _ => Some(None),
        }
    }

    pub fn param_names(&self, module: usize) -> Vec<String> {
        self.names.program.modules[module]
            .values
            .iter()
            .filter(|(_, id)| self.names.program.decls[id.0].decl.keyword == Keyword::Param)
            .map(|(name, _)| name.clone())
            .collect()
    }

    pub(in crate::check) fn param_decl(&mut self, id: DeclId) {
        if let Some(progress) = self.constants.params_of.get(&id) {
            if matches!(progress, Progress::Open) {
                let at = self.decl(id).span;
                self.cycle(id, at);
                self.constants.params_of.insert(id, Progress::Done(None));
            }
            return;
        }
        self.constants.params_of.insert(id, Progress::Open);
        self.names.open.push(id);
        let decl = self.decl(id);
        let env = Env::of_module(self.module_of(id));
        let mut value = None;
        if self.enter(decl.span, &env) {
            value = self.param_value(&decl, &env);
            self.param_space(id, &decl, &env);
            self.leave();
        }
        self.names.open.pop();
        if let (Some(value), Some(name)) = (&value, &decl.name) {
            let overridden = self.is_overridden(&name.name);
            let over = self.constants.params_over.remove(&id);
            self.setting(name.name.clone(), value.show(), false);
            self.constants.params.push(Param {
                name: name.name.clone(),
                value: value.show(),
                overridden,
                over,
                span: decl.span,
            });
        }
        self.constants.params_of.insert(id, Progress::Done(value));
    }

    /// What `over` says of a param.
    fn param_space(&mut self, id: DeclId, decl: &Decl, env: &Env) {
        let (Some(over), Some(name)) = (&decl.over, &decl.name) else { return };
        // A type that is none has been reported with the value.
        let Some(kind) = decl.kind.as_ref().and_then(word_kind) else { return };
        if let Some(space) = self.space(over, &kind, &name.name, env) {
            self.setting(format!("{}.over", name.name), space.show(), false);
            self.constants.params_over.insert(id, space);
        }
    }

    fn param_value(&mut self, decl: &Decl, env: &Env) -> Option<ArgValue> {
        let name = decl.name.as_ref()?;
        if decl.kind.is_none() && self.broken_within(decl.span) {
            return None;
        }
        let kind = self.param_kind(decl.kind.as_ref(), name.span, &name.name, env)?;
        if let Some(given) = self.override_of(&name.name) {
            let expr = given?;
            return self.constant(&expr, &kind, env, &format!("`{}`", name.name));
        }
        let Some(value) = &decl.value else {
            if self.broken_within(decl.span) {
                return None;
            }
            let diagnostic =
                Diagnostic::new(&codes::MISSING_PART, decl.span, format!("param `{}` has no default", name.name))
                    .here("no value")
                    .help(format!("write `param {}: {} = …`", name.name, kind_word(&kind)));
            self.report(diagnostic, env);
            return None;
        };
        self.constant(value, &kind, env, &format!("param `{}`", name.name))
    }

    /// The type of a parameter: `int`, `number`, `bool`, `text`, `share`, `factor`.
    pub fn param_kind(
        &mut self,
        kind: Option<&crate::syntax::tree::Expr>,
        at: Span,
        name: &str,
        env: &Env,
    ) -> Option<ParamKind> {
        const KINDS: [&str; 6] = ["int", "number", "bool", "text", "share", "factor"];
        let Some(kind) = kind else {
            let diagnostic = Diagnostic::new(&codes::MISSING_PART, at, format!("`{name}` has no type"))
                .here("no type")
                .help(format!("write `{name}: int`; the types are {}", crate::check::resolve::program::list(KINDS)));
            self.report(diagnostic, env);
            return None;
        };
        if let Some(kind) = word_kind(kind) {
            return Some(kind);
        }
        if matches!(kind.kind, ExprKind::Broken) {
            return None;
        }
        let mut diagnostic =
            Diagnostic::new(&codes::UNKNOWN_NAME, kind.span, "this is no type of a parameter".to_string())
                .here("unknown type")
                .note(format!("the types are {}", crate::check::resolve::program::list(KINDS)));
        if kind.as_name().is_some_and(|name| name.name == VALUE) {
            diagnostic =
                diagnostic.note("`value` is for what flows into a block or a template: `block decoder(memory: value)`");
        } else if let Some(other) = kind.as_name() {
            let ours = match other.name.to_lowercase().as_str() {
                "float" | "double" | "real" | "float32" | "f32" | "num" => Some("number"),
                "integer" | "size" | "usize" | "i64" | "uint" => Some("int"),
                "string" | "str" | "path" => Some("text"),
                "boolean" | "flag" | "switch" => Some("bool"),
                "percent" | "percentage" | "fraction" => Some("share"),
                _ => None,
            };
            diagnostic = diagnostic.surely_meant(ours);
            if diagnostic.help.is_none() {
                diagnostic = diagnostic.did_you_mean(&other.name, KINDS);
            }
        } else {
            diagnostic = self.unquoted(diagnostic, kind);
        }
        self.report(diagnostic, env);
        None
    }
}

/// The type that a word names.
fn word_kind(kind: &Expr) -> Option<ParamKind> {
    match kind.as_name()?.name.as_str() {
        "int" => Some(ParamKind::Dim),
        "number" => Some(ParamKind::Number),
        "bool" => Some(ParamKind::Bool),
        "text" => Some(ParamKind::Text),
        "share" => Some(ParamKind::Share),
        "factor" => Some(ParamKind::Factor),
        _ => None,
    }
}

fn kind_word(kind: &ParamKind) -> &'static str {
    match kind {
        ParamKind::Dim | ParamKind::Integer => "int",
        ParamKind::Bool => "bool",
        ParamKind::Text => "text",
        ParamKind::Share => "share",
        ParamKind::Factor => "factor",
        _ => "number",
    }
}
