//! What `over` says of a param: `over log(1e-5, 1e-1)`, `over linear(0, 1)`, `over [16, 32, 64]`.

use crate::catalog::{ArgValue, ParamKind};
use crate::check::constants::bind::CallRef;
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::Space;
use crate::syntax::tree::{Expr, ExprKind};

impl Checker<'_> {
    pub(in crate::check) fn space(&mut self, expr: &Expr, kind: &ParamKind, name: &str, env: &Env) -> Option<Space> {
        let what = format!("the search space of `{name}`");
        if let ExprKind::List(members) = &expr.bare().kind {
            let values: Vec<_> = members.iter().map(|member| self.constant(member, kind, env, &what)).collect();
            let values = values.into_iter().collect::<Option<Vec<_>>>()?;
            if values.len() < 2 {
                let diagnostic =
                    Diagnostic::new(&codes::WRONG_ARGUMENT, expr.span, format!("{what} has one value only"))
                        .here("nothing to choose")
                        .help("list at least two values, or leave out `over`");
                self.report(diagnostic, env);
                return None;
            }
            return Some(Space::Choices(values));
        }
        let call = CallRef::of(expr);
        let log = match call.map(|call| call.name()) {
            Some("log") => true,
            Some("linear") => false,
            _ => {
                if !matches!(expr.bare().kind, ExprKind::Broken) {
                    let written = call.map_or("", |call| call.name());
                    let diagnostic = Diagnostic::new(
                        &codes::WRONG_ARGUMENT,
                        expr.span,
                        "after `over` stands a list, `linear(from, to)` or `log(from, to)`",
                    )
                    .here("none of these")
                    .help("write `over log(1e-5, 1e-1)`, `over linear(0, 1)` or `over [16, 32, 64]`");
                    let close = crate::diag::suggest::closest(written, ["linear", "log"]);
                    self.report(
                        match close {
                            Some(close) => diagnostic.help(format!("did you mean `{close}`?")),
                            None => diagnostic,
                        },
                        env,
                    );
                }
                return None;
            }
        };
        let scale = if log { "log" } else { "linear" };
        if matches!(kind, ParamKind::Bool | ParamKind::Text) {
            let diagnostic = Diagnostic::new(
                &codes::WRONG_ARGUMENT,
                expr.span,
                format!("`{scale}` is a range of numbers, and `{name}` is none"),
            )
            .here("no range")
            .help("list the values to try: `over [true, false]`");
            self.report(diagnostic, env);
            return None;
        }
        let args = call.map_or(&[][..], |call| call.args);
        let [low, high] = args else {
            let diagnostic = Diagnostic::new(&codes::MISSING_ARGUMENT, expr.span, format!("`{scale}` takes two ends"))
                .here("from where to where?")
                .help(format!("write `over {scale}(from, to)`"));
            self.report(diagnostic, env);
            return None;
        };
        if let Some(named) = [low, high].iter().find_map(|arg| arg.name.as_ref()) {
            let diagnostic = Diagnostic::new(
                &codes::UNKNOWN_KEY,
                named.span,
                format!("`{scale}` has no parameter `{}`", named.name),
            )
            .here("unknown parameter")
            .help(format!("write the ends alone: `{scale}(from, to)`"));
            self.report(diagnostic, env);
            return None;
        }
        let (low_value, high_value) =
            (self.constant(&low.value, kind, env, &what), self.constant(&high.value, kind, env, &what));
        let (low_value, high_value) = (number(&low_value?)?, number(&high_value?)?);
        let problem = if low_value >= high_value {
            Some("a range goes from the smaller to the larger number".to_string())
        } else if log && low_value <= 0.0 {
            Some("equal steps of a `log` range multiply, so both ends must be above 0".to_string())
        } else {
            None
        };
        if let Some(problem) = problem {
            let mut diagnostic =
                Diagnostic::new(&codes::ARGUMENT_RANGE, low.span.to(high.span), problem).here("out of range");
            if log && low_value <= 0.0 {
                diagnostic = diagnostic.help("start above 0, such as `log(1e-5, 1e-1)`, or use `linear`");
            }
            self.report(diagnostic, env);
            return None;
        }
        Some(Space::Range { low: low_value, high: high_value, log, kind: kind.clone() })
    }
}

fn number(value: &ArgValue) -> Option<f64> {
    match value {
        ArgValue::Number(value) | ArgValue::Share(value) | ArgValue::Factor(value) => Some(*value),
        ArgValue::Integer(value) => Some(*value as f64),
        ArgValue::Dim(dim) => dim.value().map(|value| value as f64),
        _ => None,
    }
}
