//! Expressions over the columns of a data set, from what was written to what is typed: columns that are made of others, and `where`.

mod calls;
mod compare;
mod constant;
mod made;
mod names;

use std::collections::HashMap;

use crate::catalog::functions::ValueType;
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::expression::{Arithmetic, Expression, Node};
use crate::pipeline::Column;
use crate::source::Span;
use crate::syntax::tree::{BinaryOp, Expr, ExprKind, Unit};

/// The columns that an expression may read, and how it names them.
pub(in crate::check) struct Scope<'s> {
    /// The name of the data set or of the table that is joined to one.
    pub owner: &'s str,
    pub span: Span,
    pub columns: &'s [Column],
    pub names: &'s HashMap<String, usize>,
    /// Columns that are declared with a mistake; `None` stands for all that there may be.
    pub broken: &'s [Option<String>],
    /// True outside the data set, where `owner.` stands before a column.
    pub qualified: bool,
}

impl Scope<'_> {
    /// A column as it is written here.
    pub fn written(&self, column: &str) -> String {
        if self.qualified { format!("{}.{column}", self.owner) } else { column.to_string() }
    }
}

impl Checker<'_> {
    /// The typed expression; `None` if it has an error, which has been reported.
    pub(in crate::check) fn expression(&mut self, expr: &Expr, scope: &Scope<'_>, env: &Env) -> Option<Expression> {
        let span = expr.span;
        let literal = |node: Node, ty: ValueType| Some(Expression { node, ty, span });
        match &expr.kind {
            ExprKind::Paren(inner) => self.expression(inner, scope, env),
            ExprKind::Broken => None,
            ExprKind::Number(number) => {
                if number.unit != Unit::None {
                    let value = if number.unit == Unit::Percent { number.value / 100.0 } else { number.value };
                    let right = crate::catalog::show_number(value);
                    let diagnostic =
                        Diagnostic::new(&codes::WRONG_ARGUMENT, span, format!("`{}` is no plain number", number.text))
                            .here("a number with a unit")
                            .help(format!("write `{right}`"))
                            .fix(format!("write `{right}`"), span, right);
                    self.report(diagnostic, env);
                    return None;
                }
                literal(Node::Number(number.value), ValueType::Number)
            }
            ExprKind::String(text) => literal(Node::Text(text.clone()), ValueType::Text),
            ExprKind::Bool(value) => literal(Node::Truth(*value), ValueType::Truth),
            ExprKind::Path(path) => self.name_in_expression(path, scope, env),
            ExprKind::Negate(inner) => {
                let inner = self.expression(inner, scope, env)?;
                self.of_type(&inner, ValueType::Number, "`-`", scope, env)?;
                self.folded(Node::Negate(Box::new(inner)), ValueType::Number, span, env)
            }
            ExprKind::Not(inner) => {
                let inner = self.expression(inner, scope, env)?;
                self.of_type(&inner, ValueType::Truth, "`not`", scope, env)?;
                self.folded(Node::Not(Box::new(inner)), ValueType::Truth, span, env)
            }
            ExprKind::Binary { op, op_span, left, right } => {
                self.operation(*op, *op_span, [left, right], span, scope, env)
            }
            ExprKind::If { condition, then, otherwise } => {
                let condition = self.expression(condition, scope, env);
                let (then, otherwise) = (self.expression(then, scope, env), self.expression(otherwise, scope, env));
                let (condition, then, otherwise) = (condition?, then?, otherwise?);
                self.of_type(&condition, ValueType::Truth, "`if`", scope, env)?;
                let [then, otherwise] =
                    <[Expression; 2]>::try_from(self.alike(vec![then, otherwise], "`then` and `else`", env)?).ok()?;
                let ty = then.ty;
                self.folded(Node::If(Box::new([condition, then, otherwise])), ty, span, env)
            }
            ExprKind::Call(call) => self.function_call(call, span, scope, env),
            ExprKind::List(_) => self.no_expression(span, "a list stands behind `in`: `x in [\"a\", \"b\"]`", env),
            ExprKind::Chain(_) => self.no_expression(span, "steps and layers follow where the column is read", env),
            ExprKind::Index { .. }
            | ExprKind::Range { .. }
            | ExprKind::Axis { .. }
            | ExprKind::Between { .. }
            | ExprKind::Pattern(_)
            | ExprKind::Choice(_) => {
                let example = scope.columns.first().map_or("age", |column| column.name.as_str());
                let help = format!("name one column: `{}`", scope.written(example));
                self.no_expression(span, &help, env)
            }
        }
    }

    fn no_expression(&mut self, span: Span, help: &str, env: &Env) -> Option<Expression> {
        if self.broken_within(span) {
            return None;
        }
        let diagnostic =
            Diagnostic::new(&codes::WRONG_ARGUMENT, span, "this is nothing that can be computed for a row")
                .here("not one value per row")
                .help(help);
        self.report(diagnostic, env);
        None
    }

    fn operation(
        &mut self,
        op: BinaryOp,
        op_span: Span,
        sides: [&Expr; 2],
        span: Span,
        scope: &Scope<'_>,
        env: &Env,
    ) -> Option<Expression> {
        let arithmetic = match op {
            BinaryOp::Add => Arithmetic::Add,
            BinaryOp::Subtract => Arithmetic::Subtract,
            BinaryOp::Multiply => Arithmetic::Multiply,
            BinaryOp::Divide => Arithmetic::Divide,
            BinaryOp::Power => Arithmetic::Power,
            BinaryOp::And | BinaryOp::Or => {
                let (left, right) = (self.expression(sides[0], scope, env), self.expression(sides[1], scope, env));
                let (left, right) = (left?, right?);
                let word = format!("`{}`", op.text());
                let fits =
                    [&left, &right].map(|side| self.of_type(side, ValueType::Truth, &word, scope, env).is_some());
                if fits != [true, true] {
                    return None;
                }
                let sides = Box::new([left, right]);
                let node = if op == BinaryOp::And { Node::And(sides) } else { Node::Or(sides) };
                return self.folded(node, ValueType::Truth, span, env);
            }
            BinaryOp::Is => return self.is_missing(sides, span, scope, env),
            BinaryOp::In | BinaryOp::NotIn => return self.one_of(op == BinaryOp::NotIn, sides, span, scope, env),
            _ => return self.comparison(op, sides, span, scope, env),
        };
        let (left, right) = (self.expression(sides[0], scope, env), self.expression(sides[1], scope, env));
        let (left, right) = (left?, right?);
        if [&left, &right].iter().any(|side| side.ty != ValueType::Number && side.node != Node::Missing) {
            self.no_arithmetic(op, op_span, &left, &right, span, env);
            return None;
        }
        if arithmetic == Arithmetic::Divide && right.node == Node::Number(0.0) {
            let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, span, "this divides by zero".to_string())
                .here("has no value in any row")
                .help("divide by something else");
            self.report(diagnostic, env);
            return None;
        }
        self.folded(Node::Arithmetic(arithmetic, Box::new([left, right])), ValueType::Number, span, env)
    }

    fn no_arithmetic(
        &mut self,
        op: BinaryOp,
        op_span: Span,
        left: &Expression,
        right: &Expression,
        span: Span,
        env: &Env,
    ) {
        let (left_text, right_text) = (self.source_text(left.span), self.source_text(right.span));
        let written = op.text();
        let wrong = if left.ty == ValueType::Number { right } else { left };
        let mut diagnostic = Diagnostic::new(
            &codes::WRONG_KIND,
            wrong.span,
            format!("`{written}` takes numbers, and `{}` is {}", self.source_text(wrong.span), wrong.ty.words()),
        )
        .here(wrong.ty.words())
        .also(op_span, "here");
        let right_form = match (left.ty, right.ty, op) {
            (ValueType::Text, ValueType::Text, BinaryOp::Add) => Some(format!("concat({left_text}, {right_text})")),
            (ValueType::Time, ValueType::Time, BinaryOp::Subtract) => {
                Some(format!("days_between({right_text}, {left_text})"))
            }
            _ => None,
        };
        diagnostic = match (right_form, wrong.ty, &wrong.node) {
            (Some(form), ..) => diagnostic.help(format!("write `{form}`")).fix(format!("write `{form}`"), span, form),
            (None, ValueType::Text, Node::Text(text)) if text.trim().parse::<f64>().is_ok() => {
                let number = text.trim().to_string();
                diagnostic.help(format!("write `{number}`")).fix(format!("write `{number}`"), wrong.span, number)
            }
            (None, ValueType::Text, _) => diagnostic
                .help(format!("a text that spells a number is read by `number({})`", self.source_text(wrong.span))),
            (None, ValueType::Truth, _) => {
                diagnostic.help(format!("make a number of it: `(if {} then 1 else 0)`", self.source_text(wrong.span)))
            }
            (None, ValueType::Time, _) => {
                diagnostic.help("take its `year(…)`, or the days to another time: `days_between(…, …)`")
            }
            _ => diagnostic,
        };
        self.report(diagnostic, env);
    }

    /// Reports a value of another type than is needed by what `what` says.
    fn of_type(
        &mut self,
        value: &Expression,
        wanted: ValueType,
        what: &str,
        scope: &Scope<'_>,
        env: &Env,
    ) -> Option<()> {
        if value.ty == wanted || value.node == Node::Missing {
            return Some(());
        }
        let text = self.source_text(value.span);
        let needed = wanted.words();
        let mut diagnostic = Diagnostic::new(
            &codes::WRONG_KIND,
            value.span,
            format!("{what} takes {needed}, and `{text}` is {}", value.ty.words()),
        )
        .here(value.ty.words());
        if let Node::Column(column) = value.node {
            let declared = &scope.columns[column];
            diagnostic = diagnostic.also(declared.span, format!("`{}` is declared here", declared.name));
        }
        diagnostic = match (wanted, value.ty) {
            (ValueType::Truth, ValueType::Number) => {
                diagnostic.help(format!("compare it with something: `{text} > 0`"))
            }
            (ValueType::Truth, ValueType::Text) => {
                diagnostic.help(format!("compare it with something: `{text} == \"yes\"`"))
            }
            (ValueType::Text, ValueType::Number) if matches!(value.node, Node::Number(_)) => {
                diagnostic.help(format!("write `{text:?}`"))
            }
            _ => diagnostic,
        };
        self.report(diagnostic, env);
        None
    }

    /// Values of one type, `missing` among them taking that of the others.
    fn alike(&mut self, mut values: Vec<Expression>, what: &str, env: &Env) -> Option<Vec<Expression>> {
        // A time may be written as text beside one.
        if values.iter().any(|value| value.ty == ValueType::Time && value.node != Node::Missing) {
            for value in &mut values {
                self.as_time(value, None, env)?;
            }
        }
        let Some(first) = values.iter().find(|value| value.node != Node::Missing) else { return Some(values) };
        let (ty, place) = (first.ty, first.span);
        if let Some(other) = values.iter().find(|value| value.ty != ty && value.node != Node::Missing) {
            let (one_text, other_text) = (self.source_text(place), self.source_text(other.span));
            let message = format!(
                "{what} must be of one kind, and `{one_text}` is {} while `{other_text}` is {}",
                ty.words(),
                other.ty.words()
            );
            let diagnostic =
                Diagnostic::new(&codes::WRONG_KIND, other.span, message).here(other.ty.words()).also(place, ty.words());
            self.report(diagnostic, env);
            return None;
        }
        values.iter_mut().for_each(|value| value.ty = ty);
        Some(values)
    }
}
