//! Comparisons: `==`, `<` and their like, `in`, and `is missing`.

use super::Scope;
use crate::catalog::classes::Classes;
use crate::catalog::dates;
use crate::catalog::functions::ValueType;
use crate::catalog::kinds::KindDef;
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::diag::suggest::closest;
use crate::expression::{Comparison, Expression, Node};
use crate::source::Span;
use crate::syntax::tree::{BinaryOp, Expr, ExprKind};

impl Checker<'_> {
    pub(super) fn comparison(
        &mut self,
        op: BinaryOp,
        sides: [&Expr; 2],
        span: Span,
        scope: &Scope<'_>,
        env: &Env,
    ) -> Option<Expression> {
        let mut comparison = match op {
            BinaryOp::Equal => Comparison::Equal,
            BinaryOp::NotEqual => Comparison::NotEqual,
            BinaryOp::Less => Comparison::Less,
            BinaryOp::LessEqual => Comparison::AtMost,
            BinaryOp::Greater => Comparison::Greater,
            _ => Comparison::AtLeast,
        };
        if let Some(first) =
            sides.iter().find(|side| matches!(side.kind, ExprKind::Binary { op, .. } if is_comparison(op)))
        {
            let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, span, "comparisons do not chain")
                .here("compares twice")
                .also(first.span, "true or false already")
                .help("write both and join them: `low < x and x < high`");
            self.report(diagnostic, env);
            return None;
        }
        let (left, right) = (self.expression(sides[0], scope, env), self.expression(sides[1], scope, env));
        let (mut left, mut right) = (left?, right?);
        // A written value stands on the right.
        if left.is_constant() && !right.is_constant() {
            std::mem::swap(&mut left, &mut right);
            comparison = comparison.turned();
        }
        self.comparable(&mut left, &mut right, Some((comparison, span)), scope, env)?;
        self.folded(Node::Compare(comparison, Box::new([left, right])), ValueType::Truth, span, env)
    }

    /// Sees to it that two values can be compared; `how` says by what, if not by being equal.
    fn comparable(
        &mut self,
        left: &mut Expression,
        right: &mut Expression,
        how: Option<(Comparison, Span)>,
        scope: &Scope<'_>,
        env: &Env,
    ) -> Option<()> {
        let (left_text, right_text) = (self.source_text(left.span), self.source_text(right.span));
        for (side, other) in [(&*right, &left_text), (&*left, &right_text)] {
            if side.node == Node::Missing {
                let right_form = match how {
                    Some((Comparison::NotEqual, _)) => format!("{other} is not missing"),
                    _ => format!("{other} is missing"),
                };
                let mut diagnostic = Diagnostic::new(
                    &codes::WRONG_ARGUMENT,
                    side.span,
                    "a missing value equals nothing, itself included",
                )
                .here("compared with something")
                .help(format!("write `{right_form}`"));
                if let Some((Comparison::Equal | Comparison::NotEqual, span)) = how {
                    diagnostic = diagnostic.fix(format!("write `{right_form}`"), span, right_form);
                }
                self.report(diagnostic, env);
                return None;
            }
        }
        if left.ty == ValueType::Time || right.ty == ValueType::Time {
            let column = match (&left.node, &right.node) {
                (Node::Column(column), _) | (_, Node::Column(column)) => Some(*column),
                _ => None,
            };
            let kind = column.map(|column| scope.columns[column].clone());
            self.as_time(right, kind.as_ref(), env)?;
            self.as_time(left, kind.as_ref(), env)?;
        }
        let declared = match left.node {
            Node::Column(column) => Some(&scope.columns[column]),
            _ => None,
        };
        let ordered = how.filter(|(how, _)| !matches!(how, Comparison::Equal | Comparison::NotEqual));
        if left.ty != right.ty {
            let diagnostic = self.of_two_types(left, right, declared.map(|column| (column.name.as_str(), column.span)));
            self.report(diagnostic, env);
            return None;
        }
        match left.ty {
            ValueType::Number | ValueType::Time => {}
            ValueType::Text if ordered.is_none() => self.known_class(left, right, scope, env)?,
            ValueType::Text => {
                let message = match declared {
                    Some(column) => {
                        format!("`{}` is of kind `{}`, which has no order", column.name, column.kind.name())
                    }
                    None => format!("`{left_text}` is a text, and texts have no order"),
                };
                let place = ordered.map_or(left.span, |(_, span)| span);
                let mut diagnostic =
                    Diagnostic::new(&codes::WRONG_KIND, place, message).here("cannot be compared like this");
                if let Some(column) = declared {
                    diagnostic = diagnostic.also(column.span, "declared here");
                }
                self.report(diagnostic.help("compare it with `==` or `!=`"), env);
                return None;
            }
            ValueType::Truth => {
                let message = format!("`{left_text}` is true or false already, and need not be compared");
                let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, left.span, message)
                    .here("true or false")
                    .help(format!("write `{left_text}`, or `not ({left_text})`"));
                self.report(diagnostic, env);
                return None;
            }
            ValueType::Set => {
                let message = format!("`{left_text}` is a set of classes, which cannot be compared with one value");
                let mut diagnostic = Diagnostic::new(&codes::WRONG_KIND, left.span, message).here("several classes");
                if let Some(column) = declared {
                    diagnostic = diagnostic.also(column.span, "declared here");
                }
                self.report(diagnostic, env);
                return None;
            }
        }
        Some(())
    }

    fn of_two_types(&self, left: &Expression, right: &Expression, declared: Option<(&str, Span)>) -> Diagnostic {
        let (left_text, right_text) = (self.source_text(left.span), self.source_text(right.span));
        // A class that looks like a number is written as text, as it is in `category("0", "1")`.
        if let (ValueType::Text, Node::Number(_), Some((name, span))) = (left.ty, &right.node, declared) {
            let quoted = format!("{right_text:?}");
            let message = format!("`{name}` holds no numbers, and is compared with a quoted text");
            return Diagnostic::new(&codes::WRONG_ARGUMENT, right.span, message)
                .here("a number")
                .also(span, "declared here")
                .help(format!("write `{quoted}`"))
                .fix(format!("write `{quoted}`"), right.span, quoted);
        }
        let message = format!("`{left_text}` is {}, and `{right_text}` is {}", left.ty.words(), right.ty.words());
        let mut diagnostic = Diagnostic::new(&codes::WRONG_KIND, right.span, message).here("cannot be compared");
        if let Some((_, span)) = declared {
            diagnostic = diagnostic.also(span, "declared here");
        }
        match (left.ty, &right.node) {
            (ValueType::Number, Node::Text(text)) if text.trim().parse::<f64>().is_ok() => {
                let number = text.trim().to_string();
                diagnostic.help(format!("write `{number}`")).fix(format!("write `{number}`"), right.span, number)
            }
            _ => diagnostic,
        }
    }

    /// A text that is written where a time is needed, as the time that it means; another value stays as it is.
    pub(super) fn as_time(&mut self, value: &mut Expression, column: Option<&super::Column>, env: &Env) -> Option<()> {
        let Node::Text(text) = &value.node else { return Some(()) };
        let moment = match column.map(|column| &column.kind) {
            Some(KindDef::Time(time)) => time.moment(text),
            _ => dates::read(text),
        };
        if let Some(moment) = moment {
            value.node = Node::Number(moment);
            value.ty = ValueType::Time;
            return Some(());
        }
        let message = match column {
            Some(column) => format!("{text:?} is no time to compare `{}` with", column.name),
            None => format!("{text:?} is no time"),
        };
        let mut diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, value.span, message).here("not a time");
        if let Some(column) = column {
            diagnostic = diagnostic.also(column.span, "declared here");
        }
        self.report(diagnostic.help("write it as `\"2026-11-23\"` or `\"2026-11-23T20:17:00Z\"`"), env);
        None
    }

    /// A class that is written must be one of those that the column declares.
    fn known_class(&mut self, left: &Expression, right: &Expression, scope: &Scope<'_>, env: &Env) -> Option<()> {
        let (Node::Column(column), Node::Text(text)) = (&left.node, &right.node) else { return Some(()) };
        let column = &scope.columns[*column];
        let Some(classes) = column.kind.declared_classes() else { return Some(()) };
        if Classes::new(classes).contains(text) {
            return Some(());
        }
        let shown: Vec<String> = classes.iter().take(12).map(|class| format!("{class:?}")).collect();
        let message = format!("`{}` has no class {text:?}", column.name);
        let mut diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, right.span, message)
            .here("unknown class")
            .also(column.span, "the classes are declared here")
            .note(format!("it has {}", shown.join(", ")));
        if let Some(close) = closest(text, classes.iter().map(String::as_str)) {
            let quoted = format!("{close:?}");
            diagnostic = diagnostic.help(format!("did you mean `{quoted}`?")).fix(
                format!("write `{quoted}`"),
                right.span,
                quoted,
            );
        }
        self.report(diagnostic, env);
        None
    }

    /// `sex in ["f", "m"]`, `age not in [1, 2]`.
    pub(super) fn one_of(
        &mut self,
        turned: bool,
        sides: [&Expr; 2],
        span: Span,
        scope: &Scope<'_>,
        env: &Env,
    ) -> Option<Expression> {
        let left = self.expression(sides[0], scope, env);
        let ExprKind::List(members) = &sides[1].bare().kind else {
            if !matches!(sides[1].kind, ExprKind::Broken) {
                let right = self.source_text(sides[1].span);
                let mut diagnostic =
                    Diagnostic::new(&codes::WRONG_ARGUMENT, sides[1].span, "behind `in` stands a list")
                        .here("not a list");
                diagnostic = match &sides[1].bare().kind {
                    ExprKind::String(_) if !turned => {
                        let text = self.source_text(sides[0].span);
                        diagnostic.help(format!(
                            "write `{text} == {right}`, or `contains({right}, {text})` for a part of a text"
                        ))
                    }
                    _ => diagnostic.help(format!("write `[{right}]`")),
                };
                self.report(diagnostic, env);
            }
            return None;
        };
        let members: Vec<Option<Expression>> =
            members.iter().map(|member| self.expression(member, scope, env)).collect();
        let (mut left, members) = (left?, members.into_iter().collect::<Option<Vec<_>>>()?);
        let mut fitting = Vec::with_capacity(members.len());
        for mut member in members {
            self.comparable(&mut left, &mut member, None, scope, env)?;
            fitting.push(member);
        }
        let found = self.folded(Node::In(Box::new(left), fitting), ValueType::Truth, span, env)?;
        if turned { self.folded(Node::Not(Box::new(found)), ValueType::Truth, span, env) } else { Some(found) }
    }

    /// `age is missing`, `age is not missing`.
    pub(super) fn is_missing(
        &mut self,
        sides: [&Expr; 2],
        span: Span,
        scope: &Scope<'_>,
        env: &Env,
    ) -> Option<Expression> {
        let (asked, turned) = match &sides[1].kind {
            ExprKind::Not(inner) => (inner.as_ref(), true),
            _ => (sides[1], false),
        };
        if asked.as_name().is_none_or(|name| name.name != "missing") {
            if !matches!(asked.bare().kind, ExprKind::Broken) {
                let (left, right) = (self.source_text(sides[0].span), self.source_text(asked.span));
                let form = format!("{left} {} {right}", if turned { "!=" } else { "==" });
                let mut diagnostic = Diagnostic::new(
                    &codes::WRONG_ARGUMENT,
                    asked.span,
                    "behind `is` stands `missing` or `not missing`",
                )
                .here("something else");
                diagnostic = match crate::check::resolve::synonyms::is_nothing(&right) {
                    true => diagnostic.help("write `missing`").fix("write `missing`", asked.span, "missing"),
                    false => diagnostic.help(format!("write `{form}`")).fix(format!("write `{form}`"), span, form),
                };
                self.report(diagnostic, env);
            }
            return None;
        }
        let value = self.expression(sides[0], scope, env)?;
        let asked = self.folded(Node::IsMissing(Box::new(value)), ValueType::Truth, span, env)?;
        if turned { self.folded(Node::Not(Box::new(asked)), ValueType::Truth, span, env) } else { Some(asked) }
    }
}

fn is_comparison(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual
    )
}
