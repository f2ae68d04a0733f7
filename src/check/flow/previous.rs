//! What a head reads of its own answer: as far as it is written, `previous(target)`, or all of it, `whole(target)`.

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

/// How a head reads an answer that it compares with what flows in.
pub(in crate::check) const WHOLE: &str = "whole";

impl Checker<'_> {
    /// The tokens of a target, each one place later: while training those of the label, when predicting those that have been written. Of `whole` as they
    /// stand.
    pub(in crate::check) fn previous(&mut self, call: &Call, env: &Env, place: &mut Place) -> Flow {
        let whole = call.callee.text() == WHOLE;
        let name_of_this = if whole { WHOLE } else { PREVIOUS };
        let Some(targets) = &env.targets else {
            let (message, help) = if whole {
                (
                    "only a task's head can read an answer",
                    "write `head: concat(in -> dense(64), whole(target) -> embed_bag(64))`",
                )
            } else {
                (
                    "only a task's head can read what it has written so far",
                    "write `head: concat(previous(target) -> embed(16), in) -> …`",
                )
            };
            let diagnostic = Diagnostic::new(&codes::NOT_A_VALUE, call.span, message).here("not in a head").help(help);
            self.report(diagnostic, env);
            return None;
        };
        let targets = targets.clone();
        let names = || targets.of.iter().map(|(name, _)| name.as_str());
        let [arg] = call.args.as_slice() else {
            let diagnostic = Diagnostic::new(
                &codes::MISSING_ARGUMENT,
                call.span,
                format!("`{name_of_this}` takes the name of one target"),
            )
            .here("of which target?")
            .help(format!("write `{name_of_this}({})`", targets.of.first().map_or("target", |(name, _)| name)));
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
                format!("a head reads the tokens of an answer, and the target `{name}` is {}", ty.kind.words());
            let diagnostic = Diagnostic::new(&codes::WRONG_KIND, call.span, message)
                .here("has no tokens")
                .help("make tokens of a label that is text: `target: characters(end: true)`");
            self.report(diagnostic, env);
            return None;
        }
        let part = place.next(name_of_this, &self.flowing.paths);
        let path = format!("{}.{part}", place.prefix);
        let (rows, owner) = (targets.rows.clone(), place.owner);
        let op = if whole { Op::Whole { target } } else { Op::Previous { target } };
        Some(self.add_node(Node { path, op, inputs: Vec::new(), ty, rows, owner, span: call.span }))
    }
}
