//! What to write instead of a value that stands where a name or a call should: `loss: "mse"`, `stop: 15`, `dense[64]`.

use crate::catalog::{EntryInfo, layers, show_number, steps};
use crate::check::resolve::synonyms;
use crate::check::{Checker, codes};
use crate::diag::{Diagnostic, suggest};
use crate::syntax::is_name;
use crate::syntax::tree::{Expr, ExprKind, Unit};

impl Checker<'_> {
    /// A value that is no call of a catalog entry.
    pub(in crate::check) fn not_an_entry<T>(
        &mut self,
        entries: &'static [EntryInfo<T>],
        what: &str,
        expr: &Expr,
    ) -> Diagnostic {
        let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        let mut diagnostic = Diagnostic::new(
            &codes::WRONG_ARGUMENT,
            expr.span,
            format!("the name of {article} {what} is expected here"),
        )
        .here(format!("expected {article} {what}"));
        let known = || entries.iter().map(|entry| entry.name);
        let right = match &expr.bare().kind {
            ExprKind::String(text) => {
                let (word, rest) = called(text);
                let ours = known().find(|name| *name == word).or_else(|| synonyms::of(what, word, known()));
                match ours.or_else(|| suggest::closest(word, known())) {
                    Some(ours) => Some(format!("{ours}{rest}")),
                    None if what == "data format" => Some(format_of(text)),
                    None => None,
                }
            }
            ExprKind::Number(number) if number.unit == Unit::None => match what {
                "stopping rule" if number.integer => Some(format!("early(patience: {})", number.text)),
                "optimizer" => Some(format!("adamw(lr: {})", number.text)),
                "rule of averaging" => Some(format!("ema(decay: {})", show_number(number.value))),
                "rule of sampling" => Some(format!("temperature({})", number.text)),
                _ => None,
            },
            ExprKind::Bool(false) => synonyms::of(what, "none", known()).map(String::from),
            ExprKind::Bool(true) if what == "stopping rule" => Some("early(patience: 10)".into()),
            ExprKind::List(members) => match members.as_slice() {
                [only] if what != "column kind" => Some(self.source_text(only.span)),
                members if what == "column kind" => Some(format!("category({})", self.quoted_classes(members))),
                _ => None,
            },
            ExprKind::Index { base, items } => self.in_parentheses(base, items),
            _ => None,
        };
        diagnostic = match (right, &expr.bare().kind) {
            (Some(right), ExprKind::String(text)) if right == *text => {
                self.instead(diagnostic, expr, &right, "write it without quotes: ")
            }
            (Some(right), _) => self.instead(diagnostic, expr, &right, "write "),
            (None, _) => diagnostic.note(format!("known: {}", known().collect::<Vec<_>>().join(", "))),
        };
        diagnostic
    }

    /// Adds what to write, and the fix.
    fn instead(&self, diagnostic: Diagnostic, expr: &Expr, right: &str, words: &str) -> Diagnostic {
        diagnostic.help(format!("{words}`{right}`")).fix(format!("write `{right}`"), expr.span, right)
    }

    /// A name or a path that stands in quotes, without them.
    pub(in crate::check) fn unquoted(&self, diagnostic: Diagnostic, expr: &Expr) -> Diagnostic {
        match &expr.bare().kind {
            ExprKind::String(text) if text.split('.').all(is_name) && !text.is_empty() => {
                self.instead(diagnostic, expr, text, "write it without quotes: ")
            }
            _ => diagnostic,
        }
    }

    /// What to write for an expression that is no layer: a name in quotes, a call in the wrong brackets.
    pub(in crate::check) fn instead_of_a_layer(
        &self,
        diagnostic: Diagnostic,
        expr: &Expr,
        module: usize,
    ) -> Diagnostic {
        match &expr.bare().kind {
            ExprKind::String(text) => {
                let (word, rest) = called(text);
                let known = layers::find(word).is_some()
                    || steps::find(word).is_some()
                    || self.names.program.modules[module].callables.contains_key(word)
                    || self.names.program.modules[module].values.contains_key(word);
                let ours = synonyms::of("layer", word, layers::ENTRIES.iter().map(|entry| entry.name));
                match ours {
                    _ if known => self.instead(diagnostic, expr, text, "write it without quotes: "),
                    Some(ours) => self.instead(diagnostic, expr, &format!("{ours}{rest}"), "write "),
                    None => diagnostic,
                }
            }
            ExprKind::Index { base, items } => match self.in_parentheses(base, items) {
                Some(right) => self.instead(diagnostic, expr, &right, "write "),
                None => diagnostic,
            },
            _ => diagnostic,
        }
    }

    /// What to write for an expression that is no task template.
    pub(in crate::check) fn instead_of_a_template(&self, diagnostic: Diagnostic, expr: &Expr) -> Diagnostic {
        match &expr.bare().kind {
            ExprKind::String(text) if is_name(called(text).0) => {
                self.instead(diagnostic, expr, text, "write it without quotes: ")
            }
            ExprKind::Index { base, items } => match self.in_parentheses(base, items) {
                Some(right) => self.instead(diagnostic, expr, &right, "write "),
                None => diagnostic,
            },
            _ => diagnostic,
        }
    }

    /// What to write for an expression that is no value that flows.
    pub(in crate::check) fn instead_of_a_value(&self, diagnostic: Diagnostic, expr: &Expr) -> Diagnostic {
        match &expr.bare().kind {
            ExprKind::List(members) if members.len() > 1 => {
                let right = format!("concat({})", self.sources_of(members));
                self.instead(diagnostic, expr, &right, "values are joined by name: ")
            }
            ExprKind::List(members) if members.len() == 1 => {
                self.instead(diagnostic, expr, &self.source_text(members[0].span), "write ")
            }
            _ => self.unquoted(diagnostic, expr),
        }
    }

    /// `dense(64)` for `dense[64]`, if that is a call of something that is known.
    fn in_parentheses(&self, base: &Expr, items: &[Expr]) -> Option<String> {
        let name = &base.as_name()?.name;
        match name.as_str() {
            "category" | "labels" => Some(format!("{name}({})", self.quoted_classes(items))),
            _ => Some(format!("{name}({})", self.sources_of(items))),
        }
    }

    pub(in crate::check) fn sources_of(&self, exprs: &[Expr]) -> String {
        exprs.iter().map(|expr| self.source_text(expr.span)).collect::<Vec<_>>().join(", ")
    }

    /// Classes as they are written: in quotes, each.
    pub(in crate::check) fn quoted_classes(&self, exprs: &[Expr]) -> String {
        let quoted = |expr: &Expr| match &expr.bare().kind {
            ExprKind::String(_) => self.source_text(expr.span),
            _ => format!("{:?}", self.source_text(expr.span)),
        };
        exprs.iter().map(quoted).collect::<Vec<_>>().join(", ")
    }
}

/// The name at the start of a call, and the rest: `adamw` and `(lr: 1e-3)`.
fn called(text: &str) -> (&str, &str) {
    text.trim().split_at(text.trim().find('(').unwrap_or(text.trim().len()))
}

/// The format of a file by its name: `csv("a.csv")`.
fn format_of(path: &str) -> String {
    format!("{}({path:?})", crate::catalog::formats::by_ending(path).unwrap_or("csv"))
}
