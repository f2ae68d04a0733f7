//! Elaborates a task's sample space, the weight of its rows and how often its classes are drawn.

use super::super::env::Env;
use super::super::pipeline::{ColumnRef, Comparison, Condition, Operand, Resample};
use super::super::program::list;
use super::super::template::{Fields, Written};
use super::super::{Checker, codes};
use super::per_class::OneEach;
use crate::catalog::classes::Classes;
use crate::catalog::kinds::{KindDef, Reading};
use crate::catalog::{ArgValue, Kind, ParamKind, Type};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::tree::{BinaryOp, Expr, ExprKind, Field};

impl Checker<'_> {
    /// `weight: data.column`: a number per row.
    pub(super) fn row_weight(&mut self, field: &Field, task: &str, data: usize, env: &Env) -> Option<ColumnRef> {
        let value = self.field_value(field, env)?;
        self.setting(format!("{task}.weight"), self.source_text(value.span), false);
        let column = self.row_column(value, "`weight`", data, env)?;
        let of = self.data[column.data].columns[column.column].clone();
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
                let owner = &self.data[data];
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
            let (own, other) = (self.data[data].name.clone(), self.data[column.data].name.clone());
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

    /// `where: data.clicked == "yes"`, or a list of which all must hold.
    pub(super) fn sample_space(&mut self, field: &Field, task: &str, data: usize, env: &Env) -> Option<Vec<Condition>> {
        let value = self.field_value(field, env)?;
        self.setting(format!("{task}.where"), self.source_text(value.span), false);
        let conditions = match &value.bare().kind {
            ExprKind::List(members) => members.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let conditions: Vec<_> = conditions.iter().map(|expr| self.condition(expr, data, env)).collect();
        conditions.into_iter().collect()
    }

    fn condition(&mut self, expr: &Expr, data: usize, env: &Env) -> Option<Condition> {
        let example =
            format!("write `{}.COLUMN == VALUE`, or a list of these, which must all hold", self.data[data].name);
        let comparison = match &expr.bare().kind {
            ExprKind::Binary { op, left, right, .. } => comparison(*op).map(|op| (op, left, right)),
            ExprKind::Broken => return None,
            _ => None,
        };
        let Some((comparison, left, right)) = comparison else {
            let diagnostic =
                Diagnostic::new(&codes::WRONG_ARGUMENT, expr.span, "`where` compares a column with a value")
                    .here("not a comparison")
                    .help(example);
            self.report(diagnostic, env);
            return None;
        };
        let column = self.row_column(left, "the left side of a `where`", data, env)?;
        let of = self.data[column.data].columns[column.column].clone();
        let ordered = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let orders = matches!(of.kind.name(), "number" | "time");
        let comparable = matches!(of.kind.name(), "number" | "time" | "category" | "id" | "text");
        if !of.shape.is_empty() || !comparable || (ordered && !orders) {
            let what = described(&of.kind, &of.shape);
            let message = if ordered && comparable && of.shape.is_empty() {
                format!("`{}` is {what}, which has no order", of.name)
            } else {
                format!("`{}` is {what}, which cannot be compared with one value", of.name)
            };
            let mut diagnostic = Diagnostic::new(&codes::WRONG_KIND, expr.span, message)
                .here("cannot be compared like this")
                .also(of.span, "declared here");
            if ordered && comparable {
                diagnostic = diagnostic.help("compare it with `==` or `!=`");
            }
            self.report(diagnostic, env);
            return None;
        }
        let operand = match of.kind.name() {
            "number" => {
                Operand::Number(self.plain_number(right, env, &format!("what `{}` is compared with", of.name))?)
            }
            _ => Operand::Text(self.compared_text(right, &of.name, of.span, of.kind.declared_classes(), env)?),
        };
        if let (KindDef::Time(time), Operand::Text(text)) = (&of.kind, &operand)
            && time.moment(text).is_none()
        {
            let diagnostic = Diagnostic::new(
                &codes::WRONG_ARGUMENT,
                right.span,
                format!("{text:?} is no time to compare `{}` with", of.name),
            )
            .here("not a time")
            .also(of.span, "declared here")
            .help("write it as `\"2026-11-23\"` or `\"2026-11-23T20:17:00Z\"`");
            self.report(diagnostic, env);
            return None;
        }
        Some(Condition { column, comparison, operand, span: expr.span })
    }

    /// The text that a category, an id, a text or a time is compared with.
    fn compared_text(
        &mut self,
        expr: &Expr,
        column: &str,
        declared: Span,
        classes: Option<&[String]>,
        env: &Env,
    ) -> Option<String> {
        // A class that looks like a number is written as text, as it is in `category("0", "1")`.
        if let ExprKind::Number(number) = &expr.bare().kind {
            let quoted = format!("{:?}", number.text);
            let diagnostic = Diagnostic::new(
                &codes::WRONG_ARGUMENT,
                expr.span,
                format!("`{column}` holds no numbers, and is compared with a quoted text"),
            )
            .here("a number")
            .also(declared, "declared here")
            .help(format!("write `{quoted}`"))
            .fix(format!("write `{quoted}`"), expr.span, quoted);
            self.report(diagnostic, env);
            return None;
        }
        let ArgValue::Text(text) =
            self.constant(expr, &ParamKind::Text, env, &format!("what `{column}` is compared with"))?
        else {
            return None;
        };
        if let Some(classes) = classes
            && !Classes::new(classes).contains(&text)
        {
            let shown: Vec<String> = classes.iter().take(12).map(|class| format!("{class:?}")).collect();
            let mut diagnostic =
                Diagnostic::new(&codes::WRONG_ARGUMENT, expr.span, format!("`{column}` has no class {text:?}"))
                    .here("unknown class")
                    .also(declared, "the classes are declared here")
                    .note(format!("it has {}", shown.join(", ")));
            if let Some(close) = crate::diag::suggest::closest(&text, classes.iter().map(String::as_str)) {
                let quoted = format!("{close:?}");
                diagnostic = diagnostic.help(format!("did you mean `{quoted}`?")).fix(
                    format!("write `{quoted}`"),
                    expr.span,
                    quoted,
                );
            }
            self.report(diagnostic, env);
            return None;
        }
        Some(text)
    }

    /// `resample: balanced`, or a share for each class.
    pub(super) fn resample(&mut self, fields: &Fields<'_>, label: &Type, name: &str) -> Option<Resample> {
        let Some(Written { field, env }) = fields.get("resample") else {
            self.setting(format!("{name}.resample"), "none", true);
            return Some(Resample::None);
        };
        let value = self.field_value(field, env)?;
        let Kind::Category { classes } = &label.kind else {
            let diagnostic = Diagnostic::new(
                &codes::WRONG_LABEL,
                field.span,
                format!("resampling needs a label with classes, and this label is {}", label.kind.words()),
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

fn comparison(op: BinaryOp) -> Option<Comparison> {
    Some(match op {
        BinaryOp::Equal => Comparison::Equal,
        BinaryOp::NotEqual => Comparison::NotEqual,
        BinaryOp::Less => Comparison::Less,
        BinaryOp::LessEqual => Comparison::AtMost,
        BinaryOp::Greater => Comparison::Greater,
        BinaryOp::GreaterEqual => Comparison::AtLeast,
        _ => return None,
    })
}

/// "a `category`", "an array of numbers".
fn described(kind: &crate::catalog::kinds::KindDef, shape: &[usize]) -> String {
    if shape.is_empty() { format!("of kind {}", list([kind.name()])) } else { "an array".to_string() }
}
