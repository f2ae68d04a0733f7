//! Classes that are whole numbers, from one to another: `category(1 .. 139)`.

use crate::catalog::{ArgValue, ParamSpec};
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::syntax::tree::{Arg, Expr, ExprKind, Unit};

/// A range stands for at most so many classes.
const MOST_CLASSES: i64 = 100_000;

impl Checker<'_> {
    /// The classes that a range stands for, both ends included; `None` if it cannot, which is reported.
    pub(in crate::check) fn classes_between(
        &mut self,
        spec: &ParamSpec,
        arg: &Arg,
        ends: [&Expr; 2],
        env: &Env,
    ) -> Option<ArgValue> {
        let span = arg.value.span;
        let wrong = |message: String| Diagnostic::new(&codes::WRONG_ARGUMENT, span, message);
        if spec.name != "classes" || arg.name.is_some() {
            let diagnostic = wrong(format!("`{}` takes no range", spec.name))
                .here("not a value")
                .help("a range stands for the classes of a column: `category(1 .. 139)`");
            self.report(diagnostic, env);
            return None;
        }
        let written = ends.map(|end| self.source_text(end.span));
        let [Some(from), Some(to)] = ends.map(whole) else {
            let diagnostic = wrong("a range of classes goes from one whole number to another".into());
            let unquoted = ends.map(|end| match &end.kind {
                ExprKind::String(text) => text.parse::<i64>().ok(),
                _ => whole(end),
            });
            let place = ends.iter().find(|end| whole(end).is_none()).map_or(span, |end| end.span);
            let diagnostic = match unquoted {
                [Some(from), Some(to)] => {
                    let right = format!("{from} .. {to}");
                    diagnostic.help(format!("write `{right}`")).fix(format!("write `{right}`"), span, right)
                }
                _ => diagnostic.help("write classes of other kinds one by one: `\"0.5\", \"1.5\"`"),
            };
            let diagnostic = diagnostic.here("from one to another").also(place, "no whole number");
            self.report(diagnostic, env);
            return None;
        };
        if from > to {
            let right = format!("{} .. {}", written[1], written[0]);
            let diagnostic = wrong(format!("nothing lies between {from} and {to}: {from} is the larger"))
                .here("backwards")
                .help(format!("write `{right}`"))
                .fix(format!("write `{right}`"), span, right);
            self.report(diagnostic, env);
            return None;
        }
        let many = to.saturating_sub(from).saturating_add(1);
        if many > MOST_CLASSES {
            let diagnostic = wrong(format!("a range stands for at most {MOST_CLASSES} classes, and this for {many}"))
                .here("too many classes")
                .help("so many values are no classes: read the column as `number`, or leave the classes to the data: `category`");
            self.report(diagnostic, env);
            return None;
        }
        // `01 .. 12` are the months as they are written.
        let width = if written[0].starts_with('0') { written[0].len() } else { 0 };
        Some(ArgValue::List((from..=to).map(|class| ArgValue::Text(format!("{class:0width$}"))).collect()))
    }

    /// `a .. e` in the place of classes.
    pub(in crate::check) fn words_between(&mut self, arg: &Arg, env: &Env) -> Option<ArgValue> {
        let message = "a range of classes goes from one whole number to another";
        let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, arg.value.span, message)
            .here("from one word to another")
            .help("write classes that are words one by one, in quotes: `\"low\", \"high\"`");
        self.report(diagnostic, env);
        None
    }
}

/// The whole number that an end is.
fn whole(end: &Expr) -> Option<i64> {
    match &end.kind {
        ExprKind::Number(number) if number.integer && number.unit == Unit::None => number.text.parse().ok(),
        ExprKind::Negate(inner) => whole(inner).map(|number| -number),
        _ => None,
    }
}
