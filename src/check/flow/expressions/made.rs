//! Columns that are made of others: `bmi: number = weight / (height / 100) ^ 2`.

use std::collections::{BTreeSet, HashMap};

use super::Scope;
use crate::catalog::classes::Classes;
use crate::catalog::functions::{self, ValueType};
use crate::catalog::kinds::KindDef;
use crate::check::constants::yes_class::yes_class;
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::diag::suggest::closest;
use crate::expression::{Expression, Node};
use crate::pipeline::{Column, Origin};
use crate::source::Span;
use crate::syntax::tree::{BinaryOp, Expr, ExprKind, Field};

/// The classes of what is true or false.
const NO_AND_YES: [&str; 2] = ["no", "yes"];

impl Checker<'_> {
    /// Types what columns are made of, each by its place among them.
    pub(in crate::check) fn make_columns(
        &mut self,
        owner: (&str, Span),
        columns: &mut [Column],
        made: &[(usize, &Expr)],
        broken: &[Option<String>],
        env: &Env,
    ) {
        if made.is_empty() {
            return;
        }
        let names: HashMap<String, usize> =
            columns.iter().enumerate().map(|(index, column)| (column.name.clone(), index)).collect();
        let mut found = Vec::new();
        for (index, expr) in made {
            let scope = Scope { owner: owner.0, span: owner.1, columns, names: &names, broken, qualified: false };
            let expression = self.expression(expr, &scope, env);
            let fitting = expression.and_then(|expression| self.as_column(expression, &columns[*index], env));
            let written = self.source_text(expr.span);
            let lines: Vec<&str> = written.lines().map(str::trim).collect();
            self.setting(format!("{}.{}", owner.0, columns[*index].name), lines.join(" "), false);
            found.extend(fitting.map(|fitting| (*index, fitting)));
        }
        for (index, (expression, kind)) in found {
            let column = &mut columns[index];
            column.origin = Origin::Made(Box::new(expression));
            column.kind = kind.unwrap_or_else(|| column.kind.clone());
        }
        self.circles(columns);
    }

    /// The expression as the values of a column, and the column's kind if that follows from it.
    fn as_column(
        &mut self,
        mut value: Expression,
        column: &Column,
        env: &Env,
    ) -> Option<(Expression, Option<KindDef>)> {
        if value.node == Node::Missing {
            value.ty = column.kind.in_expressions();
        }
        if let KindDef::Time(_) = column.kind {
            self.as_time(&mut value, Some(column), env)?;
        }
        if !column.kind.can_be_made_of(value.ty) {
            let text = self.source_text(value.span);
            let message = format!("`{}` is a `{}`, and this is {}", column.name, column.kind.name(), value.ty.words());
            let mut diagnostic = Diagnostic::new(&codes::WRONG_KIND, value.span, message)
                .here(value.ty.words())
                .also(column.span, "declared here");
            diagnostic = match (column.kind.name(), value.ty) {
                ("number", ValueType::Truth) => {
                    let form = format!("if {text} then 1 else 0");
                    diagnostic.help(format!("write `{form}`, or declare a `category`")).fix(
                        format!("write `{form}`"),
                        value.span,
                        form,
                    )
                }
                ("number", ValueType::Text) => diagnostic.help(format!("write `number({text})`")),
                (_, ty) => diagnostic.help(format!("declare it `{}`", kind_of(ty))),
            };
            self.report(diagnostic, env);
            return None;
        }
        let KindDef::Category(category) = &column.kind else { return Some((value, None)) };
        if value.ty != ValueType::Truth {
            self.outcomes_are_classes(&value, column, env)?;
            return Some((value, None));
        }
        let mut kind = None;
        let (no, yes) = match category.classes.as_slice() {
            [] => {
                let classes = NO_AND_YES.map(String::from).to_vec();
                kind =
                    Some(KindDef::Category(crate::catalog::kinds::category::Category { classes, ..category.clone() }));
                NO_AND_YES.map(String::from).into()
            }
            classes => match yes_class(classes) {
                Some(yes) => (classes.iter().find(|class| *class != yes)?.clone(), yes.to_string()),
                None => {
                    let text = self.source_text(value.span);
                    let message =
                        format!("this is true or false, and none of the classes of `{}` means yes", column.name);
                    let mut diagnostic = Diagnostic::new(&codes::WRONG_KIND, value.span, message)
                        .here("true or false")
                        .also(column.span, "declared here");
                    if let [one, two] = classes {
                        diagnostic =
                            diagnostic.help(format!("say which is which: `if {text} then {two:?} else {one:?}`"));
                    }
                    self.report(diagnostic, env);
                    return None;
                }
            },
        };
        let span = value.span;
        let text = |class: String| Expression { node: Node::Text(class), ty: ValueType::Text, span };
        let node = Node::If(Box::new([value, text(yes), text(no)]));
        Some((Expression { node, ty: ValueType::Text, span }, kind))
    }

    /// Each text that is written as an outcome must be one of the classes that the column declares.
    fn outcomes_are_classes(&mut self, value: &Expression, column: &Column, env: &Env) -> Option<()> {
        let Some(classes) = column.kind.declared_classes() else { return Some(()) };
        let known = Classes::new(classes);
        let mut open = vec![value];
        let mut good = true;
        while let Some(next) = open.pop() {
            match &next.node {
                Node::If(parts) => open.extend([&parts[2], &parts[1]]),
                Node::Call(function, arguments) if function.gives().is_none() => open.extend(arguments.iter().rev()),
                Node::Text(text) if !known.contains(text) => {
                    good = false;
                    let message = format!("`{}` has no class {text:?}", column.name);
                    let mut diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, next.span, message)
                        .here("unknown class")
                        .also(column.span, "the classes are declared here")
                        .note(format!(
                            "it has {}",
                            crate::check::resolve::program::list(classes.iter().map(String::as_str))
                        ));
                    if let Some(close) = closest(text, classes.iter().map(String::as_str)) {
                        let quoted = format!("{close:?}");
                        diagnostic = diagnostic.help(format!("did you mean `{quoted}`?")).fix(
                            format!("write `{quoted}`"),
                            next.span,
                            quoted,
                        );
                    }
                    self.report(diagnostic, env);
                }
                _ => {}
            }
        }
        good.then_some(())
    }

    /// Reports columns that are made of themselves.
    fn circles(&mut self, columns: &mut [Column]) {
        let reads: Vec<Vec<usize>> = columns.iter().map(Column::made_of).collect();
        let mut told: BTreeSet<usize> = BTreeSet::new();
        for start in 0..columns.len() {
            if told.contains(&start) {
                continue;
            }
            let Some(circle) = circle_from(start, &reads) else { continue };
            if circle.iter().any(|column| told.contains(column)) {
                continue;
            }
            let first = &columns[start];
            let mut diagnostic = match circle.as_slice() {
                [_] => {
                    let name = &first.name;
                    Diagnostic::new(&codes::CYCLE, first.span, format!("column `{name}` is made of itself"))
                        .here("reads itself")
                        .help(format!("read the file's column under another name, `{name}_of_file: … as {name:?}`, and make `{name}` of that"))
                }
                _ => {
                    let names: Vec<String> =
                        circle.iter().chain([&start]).map(|column| format!("`{}`", columns[*column].name)).collect();
                    let message = format!("columns are made of one another in a circle: {}", names.join(" of "));
                    Diagnostic::new(&codes::CYCLE, first.span, message)
                        .here("made of the next")
                        .help("one of them must come from the file")
                }
            };
            for column in circle.iter().skip(1) {
                diagnostic = diagnostic.also(columns[*column].span, format!("`{}`", columns[*column].name));
            }
            self.sink.push(diagnostic);
            told.extend(circle);
        }
        for column in told {
            columns[column].origin = Origin::File;
        }
    }

    /// An expression where the kind of a column is expected: `bmi: weight / height ^ 2`. What to write.
    pub(in crate::check) fn made_without_kind(&self, field: &Field) -> Option<Diagnostic> {
        let value = field.value.as_ref()?;
        let kind = kind_by_form(value.bare())?;
        let (name, text) = (&field.name.name, self.source_text(value.span));
        let right = format!("{kind} = {text}");
        Some(
            Diagnostic::new(
                &codes::MISSING_PART,
                value.span,
                format!("`{name}` is made of something, and has no kind"),
            )
            .here("a kind stands here")
            .help(format!("write `{name}: {right}`"))
            .fix(format!("write `{name}: {right}`"), value.span, right),
        )
    }
}

/// The kind that a column of such values most likely is.
fn kind_of(ty: ValueType) -> &'static str {
    match ty {
        ValueType::Number => "number",
        ValueType::Time => "time",
        ValueType::Truth | ValueType::Text | ValueType::Set => "category",
    }
}

/// The kind of a column that is made like this, if this is no kind but something that is computed.
fn kind_by_form(expr: &Expr) -> Option<&'static str> {
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::Negate(_) => Some("number"),
        ExprKind::Bool(_) | ExprKind::Not(_) => Some("category"),
        ExprKind::Binary { op, .. } => Some(match op {
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Power => "number",
            _ => "category",
        }),
        ExprKind::If { then, .. } => Some(match &then.bare().kind {
            ExprKind::String(_) => "category",
            _ => kind_by_form(then.bare()).unwrap_or("number"),
        }),
        ExprKind::Call(call) => {
            let name = call.callee.text();
            let function = functions::find(&name).filter(|_| crate::catalog::kinds::find(&name).is_none())?;
            Some(function.gives().map_or("number", kind_of))
        }
        _ => None,
    }
}

/// The columns from one back to itself, if it is made of itself.
fn circle_from(start: usize, reads: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut from: HashMap<usize, usize> = HashMap::new();
    let mut open = vec![start];
    while let Some(next) = open.pop() {
        for read in &reads[next] {
            if *read == start {
                let mut circle = vec![next];
                while circle.last().is_some_and(|last| *last != start) {
                    circle.push(from[circle.last()?]);
                }
                circle.reverse();
                return Some(circle);
            }
            if !from.contains_key(read) {
                from.insert(*read, next);
                open.push(*read);
            }
        }
    }
    None
}
