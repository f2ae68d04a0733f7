//! Values that a block or a template is given beside what flows in: parameters of the type `value`.

use std::collections::HashMap;

use crate::check::constants::params::{VALUE, takes_value};
use crate::check::flow::chains::{Flow, Place};
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::tree::{Arg, Parameter};

impl Checker<'_> {
    /// What each of these parameters stands for, by its name; `None` for one with an error, which has been reported. `env` is where the
    /// arguments are written.
    pub(in crate::check) fn bind_values(
        &mut self,
        owner: &str,
        parameters: &[Parameter],
        args: &[Arg],
        at: Span,
        env: &Env,
        place: &Place,
    ) -> HashMap<String, Flow> {
        let mut values = HashMap::new();
        for (number, parameter) in parameters.iter().enumerate().filter(|(_, parameter)| takes_value(parameter)) {
            let name = &parameter.name.name;
            if let Some(default) = &parameter.default {
                let diagnostic = Diagnostic::new(
                    &codes::WRONG_ARGUMENT,
                    default.span,
                    format!("`{name}` is a value, which has no default"),
                )
                .here("must be given at each use")
                .help(format!("write `{name}: {VALUE}`"));
                self.report(diagnostic, env);
            }
            let named = args.iter().find(|arg| arg.name.as_ref().is_some_and(|given| given.name == *name));
            let arg = named.or_else(|| args.iter().filter(|arg| arg.name.is_none()).nth(number));
            let flow: Flow = match arg {
                Some(arg) => self.flow(&arg.value, env, &mut place.inside(name)),
                None => {
                    let diagnostic = Diagnostic::new(&codes::MISSING_ARGUMENT, at, format!("`{owner}` needs `{name}`"))
                        .here(format!("`{name}` is missing"))
                        .also(parameter.span, "declared here")
                        .help(format!("give it a value that flows: `{owner}({name}: in)`, or the name of an input, a `let` or a `shared`"));
                    self.report(diagnostic, env);
                    None
                }
            };
            values.insert(name.clone(), flow);
        }
        values
    }
}
