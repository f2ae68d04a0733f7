//! What a name in an expression means: a column, a param, or `missing`.

use super::Scope;
use crate::catalog::ArgValue;
use crate::catalog::functions::ValueType;
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::expression::{Expression, Node};
use crate::syntax::tree::Path;

impl Checker<'_> {
    pub(super) fn name_in_expression(&mut self, path: &Path, scope: &Scope<'_>, env: &Env) -> Option<Expression> {
        let text = path.text();
        let span = path.span;
        let behind_owner = || text.strip_prefix(scope.owner)?.strip_prefix('.');
        let name = if scope.qualified { behind_owner() } else { Some(text.as_str()) };
        if let Some(column) = name.and_then(|name| scope.names.get(name)) {
            return self.column_in_expression(*column, path, scope, env);
        }
        if text == "missing" {
            return Some(Expression { node: Node::Missing, ty: ValueType::Number, span });
        }
        let broken = |name: &str| scope.broken.iter().any(|broken| broken.as_ref().is_none_or(|broken| broken == name));
        if name.is_some_and(broken) {
            return None;
        }
        if path.single().is_some()
            && let Some(value) = self.lookup_constant(path, env)
        {
            let (node, ty) = match value? {
                ArgValue::Number(value) => (Node::Number(value), ValueType::Number),
                ArgValue::Integer(value) => (Node::Number(value as f64), ValueType::Number),
                ArgValue::Dim(dim) if dim.value().is_some() => {
                    (Node::Number(dim.value().unwrap_or_default() as f64), ValueType::Number)
                }
                ArgValue::Text(text) => (Node::Text(text), ValueType::Text),
                ArgValue::Bool(value) => (Node::Truth(value), ValueType::Truth),
                other => {
                    let message = format!("`{text}` is `{}`, and a plain number or a text is needed", other.show());
                    let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, span, message).here("neither of these");
                    self.report(diagnostic, env);
                    return None;
                }
            };
            return Some(Expression { node, ty, span });
        }
        let diagnostic = self.unknown_in_expression(path, name, scope, env);
        self.report(diagnostic, env);
        None
    }

    fn unknown_in_expression(&mut self, path: &Path, name: Option<&str>, scope: &Scope<'_>, env: &Env) -> Diagnostic {
        let (text, span) = (path.text(), path.span);
        let fixed = |diagnostic: Diagnostic, right: String| {
            diagnostic.help(format!("write `{right}`")).fix(format!("write `{right}`"), span, right)
        };
        // Named alone where its data is named too, or the other way round.
        if scope.qualified && scope.names.contains_key(&text) {
            let message = format!("a column is named with its data here, and `{text}` stands alone");
            return fixed(
                Diagnostic::new(&codes::WRONG_ARGUMENT, span, message).here("of which data?"),
                scope.written(&text),
            );
        }
        if !scope.qualified
            && let Some(column) = text.strip_prefix(scope.owner).and_then(|rest| rest.strip_prefix('.'))
            && scope.names.contains_key(column)
        {
            let message = format!("inside `{}` its columns are named alone", scope.owner);
            let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, span, message).here("its own data");
            return fixed(diagnostic, column.to_string());
        }
        if let [data, _, ..] = path.parts.as_slice()
            && data.name != scope.owner
            && self.data_named(env.module, data).is_some()
        {
            let message = format!(
                "this must be a column of `{}`, whose rows are asked, and is one of `{}`",
                scope.owner, data.name
            );
            return Diagnostic::new(&codes::SHAPE, span, message).here(format!("rows of `{}`", data.name)).help(
                format!(
                    "to read both, join them by a key: `join {}: … on KEY {{ … }}` in `data {}`",
                    data.name, scope.owner
                ),
            );
        }
        // A class without its quotes.
        let of_class = scope
            .columns
            .iter()
            .find(|column| column.kind.declared_classes().is_some_and(|classes| classes.contains(&text)));
        let message = match name {
            Some(name) => format!("`{}` has no column `{name}`", scope.owner),
            None => format!("there is no `{text}` here"),
        };
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, span, message)
            .here("unknown")
            .also(scope.span, format!("the columns of `{}` are declared here", scope.owner));
        if let Some(column) = of_class {
            let right = format!("{text:?}");
            return diagnostic
                .help(format!("a class stands in quotes: `{} == {right}`", scope.written(&column.name)))
                .fix(format!("write `{right}`"), span, right);
        }
        if !self.may_suggest() {
            return diagnostic;
        }
        let mut known: Vec<String> = scope.columns.iter().map(|column| scope.written(&column.name)).collect();
        known.extend(self.param_names(env.module));
        let diagnostic = diagnostic.did_you_mean(&text, known.iter().map(String::as_str));
        self.mark_meant(&diagnostic, env.module);
        match (&diagnostic.help, scope.qualified) {
            (None, false) => diagnostic.help(format!("declare it: `{text}: number` in `columns {{ … }}`")),
            (None, true) => diagnostic.help(format!("columns are named with their data: `{}.COLUMN`", scope.owner)),
            _ => diagnostic,
        }
    }

    fn column_in_expression(&mut self, index: usize, path: &Path, scope: &Scope<'_>, env: &Env) -> Option<Expression> {
        let column = &scope.columns[index];
        if !column.shape.is_empty() {
            let message = format!("`{}` is an array, and one value is needed", column.name);
            let diagnostic = Diagnostic::new(&codes::WRONG_KIND, path.span, message)
                .here("an array")
                .also(column.span, "declared here");
            self.report(diagnostic, env);
            return None;
        }
        Some(Expression { node: Node::Column(index), ty: column.kind.in_expressions(), span: path.span })
    }
}
