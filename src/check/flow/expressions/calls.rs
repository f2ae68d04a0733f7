//! Calls of functions.

use super::Scope;
use crate::catalog::functions::{self, ANY, Function, ValueType};
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::expression::{Expression, Node};
use crate::source::Span;
use crate::syntax::tree::Call;

/// What other languages call our functions, sorted.
const ELSEWHERE: [(&str, &str); 24] = [
    ("ceiling", "ceil"),
    ("char_length", "length"),
    ("clip", "clamp"),
    ("date_diff", "days_between"),
    ("datediff", "days_between"),
    ("dayofweek", "weekday"),
    ("endswith", "ends_with"),
    ("fillna", "coalesce"),
    ("float", "number"),
    ("greatest", "max"),
    ("ifnull", "coalesce"),
    ("includes", "contains"),
    ("least", "min"),
    ("len", "length"),
    ("ln", "log"),
    ("lowercase", "lower"),
    ("maximum", "max"),
    ("minimum", "min"),
    ("mod", "remainder"),
    ("nvl", "coalesce"),
    ("paste", "concat"),
    ("startswith", "starts_with"),
    ("strip", "trim"),
    ("uppercase", "upper"),
];

/// Functions of other languages that are operators here, and how these are written.
const OPERATORS: [(&str, &str); 12] = [
    ("if", "if CONDITION then VALUE else VALUE"),
    ("if_else", "if CONDITION then VALUE else VALUE"),
    ("ifelse", "if CONDITION then VALUE else VALUE"),
    ("is_na", "x is missing"),
    ("is_null", "x is missing"),
    ("isin", "x in [\"a\", \"b\"]"),
    ("isna", "x is missing"),
    ("isnull", "x is missing"),
    ("not", "not (x)"),
    ("notnull", "x is not missing"),
    ("pow", "x ^ 2"),
    ("power", "x ^ 2"),
];

impl Checker<'_> {
    pub(super) fn function_call(
        &mut self,
        call: &Call,
        span: Span,
        scope: &Scope<'_>,
        env: &Env,
    ) -> Option<Expression> {
        let name = call.callee.text();
        let Some(function) = functions::find(&name) else {
            let diagnostic = self.unknown_function(&name, call.callee.span);
            self.report(diagnostic, env);
            return None;
        };
        if let Some(named) = call.args.iter().find_map(|arg| arg.name.as_ref()) {
            let message = format!("the arguments of `{name}` have no names");
            let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, named.span, message)
                .here("a name")
                .help(format!("write `{}`", function.call()));
            self.report(diagnostic, env);
            return None;
        }
        let arguments: Vec<Option<Expression>> =
            call.args.iter().map(|arg| self.expression(&arg.value, scope, env)).collect();
        let arguments: Vec<Expression> = arguments.into_iter().collect::<Option<_>>()?;
        let (takes, least, most) = function.takes();
        if arguments.len() < least || arguments.len() > most {
            let diagnostic = wrong_count(function, arguments.len(), least, most, span);
            self.report(diagnostic, env);
            return None;
        }
        let what = format!("`{name}`");
        let arguments = match takes {
            None => self.alike(arguments, &format!("what {what} takes"), env)?,
            Some(ty) => {
                let mut fitting = Vec::with_capacity(arguments.len());
                let mut fits = true;
                for mut argument in arguments {
                    if ty == ValueType::Time {
                        self.as_time(&mut argument, None, env)?;
                    }
                    fits &= self.of_type(&argument, ty, &what, scope, env).is_some();
                    argument.ty = ty;
                    fitting.push(argument);
                }
                fits.then_some(fitting)?
            }
        };
        let ty = function.gives().unwrap_or(arguments[0].ty);
        self.folded(Node::Call(function, arguments), ty, span, env)
    }

    fn unknown_function(&mut self, name: &str, span: Span) -> Diagnostic {
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, span, format!("there is no function `{name}`"))
            .here("unknown function");
        let lower = name.to_lowercase();
        if let Some((_, form)) = OPERATORS.iter().find(|(other, _)| *other == lower) {
            return diagnostic.help(format!("write `{form}`"));
        }
        if let Some((_, ours)) = ELSEWHERE.iter().find(|(other, _)| *other == lower) {
            return diagnostic.help(format!("write `{ours}`")).fix(format!("write `{ours}`"), span, *ours);
        }
        let mut names: Vec<&str> = functions::all().map(|function| function.name).collect();
        names.sort_unstable();
        let diagnostic = diagnostic.did_you_mean(name, names.iter().copied());
        match diagnostic.help {
            None => diagnostic.help(format!("the functions are {}", crate::check::resolve::program::list(names))),
            Some(_) => diagnostic,
        }
    }
}

fn wrong_count(function: &Function, count: usize, least: usize, most: usize, span: Span) -> Diagnostic {
    let wanted = match (least, most) {
        (1, 1) => "one argument".to_string(),
        (least, most) if least == most => format!("{least} arguments"),
        (least, ANY) => format!("{least} arguments or more"),
        (least, most) => format!("{least} to {most} arguments"),
    };
    let message =
        format!("`{}` takes {wanted}, and {count} {} given", function.name, if count == 1 { "is" } else { "are" });
    Diagnostic::new(&codes::WRONG_ARGUMENT, span, message)
        .here("too many or too few")
        .help(format!("write `{}`", function.call()))
}

#[cfg(test)]
mod tests {
    use super::{ELSEWHERE, OPERATORS};
    use crate::catalog::functions;

    #[test]
    fn other_names_are_sorted_and_lead_somewhere() {
        assert!(ELSEWHERE.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(OPERATORS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(
            ELSEWHERE.iter().all(|(other, ours)| functions::find(ours).is_some() && functions::find(other).is_none())
        );
    }
}
