//! Elaborates a task's sample space, the weight of its rows and how often its classes are drawn.

use super::per_class::OneEach;
use crate::catalog::functions::ValueType;
use crate::catalog::kinds::Reading;
use crate::catalog::{ArgValue, ParamKind, Type};
use crate::check::declare::template::{Fields, Written};
use crate::check::flow::expressions::Scope;
use crate::check::resolve::env::Env;
use crate::check::resolve::program::list;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::expression::{Expression, Node};
use crate::pipeline::{ColumnRef, Resample};
use crate::syntax::tree::{Expr, ExprKind, Field};

impl Checker<'_> {
    /// `weight: data.column`: a number per row.
    pub(super) fn row_weight(&mut self, field: &Field, task: &str, data: usize, env: &Env) -> Option<ColumnRef> {
        let value = self.field_value(field, env)?;
        self.setting(format!("{task}.weight"), self.source_text(value.span), false);
        let column = self.row_column(value, "`weight`", data, env)?;
        let of = self.declared.data[column.data].columns[column.column].clone();
        if of.kind.name() == "number" && of.shape.is_empty() {
            return Some(column);
        }
        let diagnostic = Diagnostic::new(
            &codes::WRONG_KIND,
            value.span,
            format!("the weight of a row is one number, and `{}` is {}", of.name, described(&of.kind, &of.shape)),
        )
        .here("not a number")
        .also(of.span, "declared here");
        self.report(diagnostic, env);
        None
    }

    /// A column of the rows that the task learns from.
    fn row_column(&mut self, expr: &Expr, what: &str, data: usize, env: &Env) -> Option<ColumnRef> {
        let column = match self.columns_read(expr, Reading::Label, env) {
            Some(read) => match read?.1.as_slice() {
                [only] => Some(*only),
                _ => None,
            },
            None => None,
        };
        let Some(column) = column else {
            if !matches!(expr.bare().kind, ExprKind::Broken) {
                let owner = &self.declared.data[data];
                let close =
                    expr.as_name().and_then(|name| owner.columns.iter().find(|column| column.name == name.name));
                let full = close.map(|column| format!("{}.{}", owner.name, column.name));
                let mut diagnostic =
                    Diagnostic::new(&codes::WRONG_ARGUMENT, expr.span, format!("{what} names one column of the data"))
                        .here("not a column");
                diagnostic = match full {
                    Some(full) => {
                        diagnostic.help(format!("write `{full}`")).fix(format!("write `{full}`"), expr.span, full)
                    }
                    None => self.unquoted(diagnostic.help(format!("write `{}.COLUMN`", owner.name)), expr),
                };
                self.report(diagnostic, env);
            }
            return None;
        };
        if column.data != data {
            let (own, other) = (self.declared.data[data].name.clone(), self.declared.data[column.data].name.clone());
            let diagnostic = Diagnostic::new(
                &codes::SHAPE,
                expr.span,
                format!("{what} must be a column of `{own}`, where the label is, and this is one of `{other}`"),
            )
            .here(format!("rows of `{other}`"));
            self.report(diagnostic, env);
            return None;
        }
        Some(column)
    }

    /// `where: data.clicked == "yes" and data.age >= 18`, or a list of which all must hold.
    pub(super) fn sample_space(
        &mut self,
        field: &Field,
        task: &str,
        data: usize,
        env: &Env,
    ) -> Option<Vec<Expression>> {
        let value = self.field_value(field, env)?;
        self.setting(format!("{task}.where"), self.source_text(value.span), false);
        let conditions = match &value.bare().kind {
            ExprKind::List(members) => members.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let conditions: Vec<_> = conditions.iter().map(|expr| self.condition(expr, data, env)).collect();
        conditions.into_iter().collect()
    }

    fn condition(&mut self, expr: &Expr, data: usize, env: &Env) -> Option<Expression> {
        // Taken out while it is read, since everything else may be changed then.
        let columns = std::mem::take(&mut self.declared.data[data].columns);
        let names = std::mem::take(&mut self.declared.columns_by_name[data]);
        let broken: Vec<Option<String>> =
            self.declared.broken_columns.iter().filter(|(of, _)| *of == data).map(|(_, name)| name.clone()).collect();
        let (owner, span) = (self.declared.data[data].name.clone(), self.declared.data[data].span);
        let scope = Scope { owner: &owner, span, columns: &columns, names: &names, broken: &broken, qualified: true };
        let condition = self.expression(expr, &scope, env);
        self.declared.data[data].columns = columns;
        self.declared.columns_by_name[data] = names;
        let condition = condition?;
        let message = match (&condition.node, condition.ty) {
            (Node::Truth(truth), _) => {
                format!("this `where` is {truth} for every row")
            }
            (_, ValueType::Truth) => return Some(condition),
            (_, ty) => format!("`where` is true or false of a row, and this is {}", ty.words()),
        };
        let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, expr.span, message)
            .here("not a comparison")
            .help(format!("write `{owner}.COLUMN == VALUE`; several are joined by `and`, `or` and `not`"));
        self.report(diagnostic, env);
        None
    }

    /// `resample: balanced`, or a share for each class.
    pub(super) fn resample(&mut self, fields: &Fields<'_>, label: &Type, name: &str) -> Option<Resample> {
        let Some(Written { field, env }) = fields.get("resample") else {
            self.setting(format!("{name}.resample"), "none", true);
            return Some(Resample::None);
        };
        let value = self.field_value(field, env)?;
        let Some(classes) = label.classes_of_rows() else {
            let diagnostic = Diagnostic::new(
                &codes::WRONG_LABEL,
                field.span,
                format!("resampling needs a label with classes, and this label is {}", label.words()),
            )
            .here("no classes to draw by");
            self.report(diagnostic, env);
            return None;
        };
        self.setting(format!("{name}.resample"), self.source_text(value.span), false);
        match value.as_name().map(|name| name.name.as_str()) {
            Some("balanced") => return Some(Resample::Balanced),
            Some("none") => return Some(Resample::None),
            _ => {}
        }
        if !matches!(value.bare().kind, ExprKind::List(_)) {
            let diagnostic = Diagnostic::new(
                &codes::WRONG_ARGUMENT,
                value.span,
                "`resample` is `balanced`, `none` or a list of one share per class",
            )
            .here("none of these")
            .did_you_mean(&self.source_text(value.span), ["balanced", "none"]);
            self.report(diagnostic, env);
            return None;
        }
        let kind = ParamKind::List(Box::new(ParamKind::Share));
        let ArgValue::List(members) = self.constant(value, &kind, env, "`resample`")? else { return None };
        let shares: Vec<f64> = members
            .iter()
            .filter_map(|member| match member {
                ArgValue::Share(share) => Some(*share),
                _ => None,
            })
            .collect();
        let total: f64 = shares.iter().sum();
        if (total - 1.0).abs() > 1e-6 {
            let shown = crate::catalog::show_number((total * 1e8).round() / 1e6);
            let diagnostic = Diagnostic::new(
                &codes::SHARES_SUM,
                value.span,
                format!("the shares of the classes add up to {shown}%, and must add up to 100%"),
            )
            .here(format!("together {shown}%"));
            self.report(diagnostic, env);
            return None;
        }
        let names = self.classes_of_label(fields);
        self.one_per_class(shares.len(), classes, OneEach { one: "share", names }, value.span, env)
            .then_some(Resample::Given(shares))
    }
}

/// "a `category`", "an array of numbers".
fn described(kind: &crate::catalog::kinds::KindDef, shape: &[usize]) -> String {
    if shape.is_empty() { format!("of kind {}", list([kind.name()])) } else { "an array".to_string() }
}
