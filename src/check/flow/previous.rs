//! What a head has written so far: `previous(target)`.

use crate::catalog::{Axis, Kind};
use crate::check::flow::chains::{Flow, Place};
use crate::check::resolve::env::Env;
use crate::check::resolve::program::list;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{Node, Op};
use crate::syntax::tree::Call;

/// How a head reads what it has written.
pub(in crate::check) const PREVIOUS: &str = "previous";

impl Checker<'_> {
    /// The tokens of a target, each one place later: while training those of the label, when predicting those that have been written.
    pub(in crate::check) fn previous(&mut self, call: &Call, env: &Env, place: &mut Place) -> Flow {
        let Some(targets) = &env.targets else {
            let diagnostic = Diagnostic::new(
                &codes::NOT_A_VALUE,
                call.span,
                "only a task's head can read what it has written so far",
            )
            .here("not in a head")
            .help("write `head: concat(previous(target) -> embed(16), in) -> …`");
            self.report(diagnostic, env);
            return None;
        };
        let targets = targets.clone();
        let names = || targets.of.iter().map(|(name, _)| name.as_str());
        let [arg] = call.args.as_slice() else {
            let diagnostic =
                Diagnostic::new(&codes::MISSING_ARGUMENT, call.span, "`previous` takes the name of one target")
                    .here("of which target?")
                    .help(format!("write `previous({})`", targets.of.first().map_or("target", |(name, _)| name)));
            self.report(diagnostic, env);
            return None;
        };
        let name = arg.value.as_name().map_or("", |name| name.name.as_str());
        let Some(target) = targets.of.iter().position(|(other, _)| other == name) else {
            let diagnostic = Diagnostic::new(
                &codes::UNKNOWN_NAME,
                arg.value.span,
                format!("the task has no target `{}`", self.source_text(arg.value.span)),
            )
            .here("not a target")
            .note(format!("it has {}", list(names())))
            .did_you_mean(name, names());
            self.report(diagnostic, env);
            return None;
        };
        let ty = targets.of[target].1.clone()?;
        let in_time = matches!(ty.kind, Kind::Tokens { .. }) && ty.names().eq([Axis::TIME]);
        if !in_time {
            let message =
                format!("what is written comes token by token, and the target `{name}` is {}", ty.kind.words());
            let diagnostic = Diagnostic::new(&codes::WRONG_KIND, call.span, message)
                .here("has no tokens")
                .help("make tokens of a label that is text: `target: characters(end: true)`");
            self.report(diagnostic, env);
            return None;
        }
        let part = place.next(PREVIOUS);
        let path = format!("{}.{part}", place.prefix);
        let (rows, owner) = (targets.rows.clone(), place.owner);
        let op = Op::Previous { target };
        Some(self.add_node(Node { path, op, inputs: Vec::new(), ty, rows, owner, span: call.span }))
    }
}
