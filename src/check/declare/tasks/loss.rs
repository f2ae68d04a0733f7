//! Elaborates a task's loss: a sum of weighted terms over outputs and targets.

use super::targets::Made;
use crate::catalog::losses::LossDef;
use crate::catalog::{ArgValue, Axis, ParamKind, Undecided, losses};
use crate::check::constants::bind::CallRef;
use crate::check::declare::template::{Fields, Written};
use crate::check::resolve::env::Env;
use crate::check::resolve::program::list;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{LossTerm, NodeId, Obligation, StepUse};
use crate::source::Span;
use crate::syntax::tree::{Arg, BinaryOp, Expr, ExprKind};

/// By which a loss names what it compares an output with.
const TARGET: &str = "target";

pub(super) struct LossContext<'a> {
    pub name: &'a str,
    pub outputs: Option<&'a [(String, NodeId)]>,
    pub targets: Option<&'a [Made]>,
    pub fields: &'a Fields<'a>,
}

impl Checker<'_> {
    /// Something that is the name of none of a head's outputs.
    pub(super) fn unknown_output(&self, named: &Expr, outputs: &[(String, NodeId)]) -> Diagnostic {
        let names = || outputs.iter().map(|(name, _)| name.as_str());
        let message = format!("the head has no output `{}`", self.source_text(named.span));
        Diagnostic::new(&codes::UNKNOWN_NAME, named.span, message)
            .here("not an output")
            .note(format!("it has {}", list(names())))
            .did_you_mean(named.as_name().map_or("", |name| name.name.as_str()), names())
    }

    /// Collects the terms of a loss: `a(x) + 0.1 * b(y)`. False after an error.
    pub(super) fn loss_terms(
        &mut self,
        expr: &Expr,
        weight: f64,
        env: &Env,
        task: &LossContext<'_>,
        terms: &mut Vec<LossTerm>,
    ) -> bool {
        match &expr.bare().kind {
            ExprKind::Binary { op: BinaryOp::Add, left, right, .. } => {
                let left = self.loss_terms(left, weight, env, task, terms);
                let right = self.loss_terms(right, weight, env, task, terms);
                left && right
            }
            ExprKind::Binary { op: BinaryOp::Multiply, left, right, .. } => {
                let (factor, term) = if is_arithmetic(left) { (left, right) } else { (right, left) };
                let what = "the weight of a loss term";
                match self.constant(factor, &ParamKind::Number, env, what) {
                    Some(ArgValue::Number(value)) if value >= 0.0 => {
                        self.loss_terms(term, weight * value, env, task, terms)
                    }
                    Some(_) => {
                        let diagnostic = Diagnostic::new(
                            &codes::ARGUMENT_RANGE,
                            factor.span,
                            "the weight of a loss term must be at least 0",
                        )
                        .here("must be at least 0");
                        self.report(diagnostic, env);
                        false
                    }
                    None => false,
                }
            }
            ExprKind::Path(path) if path.text() == "inherited" => match task.fields.inherited("loss") {
                Some(Written { field, env }) => match &field.value {
                    Some(value) => {
                        let nothing = Fields { own: None, template: None };
                        self.loss_terms(value, weight, env, &LossContext { fields: &nothing, ..*task }, terms)
                    }
                    None => false,
                },
                None => {
                    self.nothing_inherited(expr.span, "loss", env);
                    false
                }
            },
            _ => self.loss_term(expr, weight, env, task, terms),
        }
    }

    fn loss_term(
        &mut self,
        expr: &Expr,
        weight: f64,
        env: &Env,
        task: &LossContext<'_>,
        terms: &mut Vec<LossTerm>,
    ) -> bool {
        let Some(call) = CallRef::of(expr) else {
            if !matches!(expr.bare().kind, ExprKind::Broken) {
                let mut diagnostic = self.not_an_entry(losses::ENTRIES, "loss", expr);
                if diagnostic.help.is_none() {
                    diagnostic = diagnostic.help("write a sum of losses: `cross_entropy + 0.1 * mae`");
                }
                self.report(diagnostic, env);
            }
            return false;
        };
        // Positional operands are names of outputs; parameters are named, and so is a target of another name.
        let is_target = |arg: &&Arg| arg.name.as_ref().is_some_and(|name| name.name == TARGET);
        let named: Vec<_> = call.args.iter().filter(|arg| arg.name.is_some() && !is_target(arg)).cloned().collect();
        let written = call.args.iter().find(is_target);
        let setting = format!("{}.loss.{}", task.name, call.name());
        let typed = CallRef { path: call.path, args: &named, span: call.span };
        let Some(bound) = self.bind_call_in(losses::ENTRIES, "loss", typed, env, &setting) else { return false };
        let Some(outputs) = task.outputs else { return false };
        let mut operands = Vec::new();
        for arg in call.args.iter().filter(|arg| arg.name.is_none()) {
            let name = arg.value.as_name().map_or("", |name| name.name.as_str());
            match outputs.iter().position(|(other, _)| other == name) {
                Some(index) => operands.push(index),
                None => {
                    let diagnostic = self.unknown_output(&arg.value, outputs);
                    self.report(diagnostic, env);
                    return false;
                }
            }
        }
        if operands.is_empty() {
            if outputs.len() > 1 {
                let diagnostic = Diagnostic::new(
                    &codes::MISSING_ARGUMENT,
                    expr.span,
                    "the head has several outputs, and the loss must name one",
                )
                .here("of which output?")
                .help(format!("write `{}({})`", call.name(), outputs[0].0));
                self.report(diagnostic, env);
                return false;
            }
            operands.push(0);
        }
        let of = &outputs[operands[0]].0;
        let Some(target) = self.target_of(written, of, call, env, task) else { return false };
        let Some(target_type) = task.targets.and_then(|targets| targets[target].ty.as_ref()) else { return false };
        for operand in &operands {
            let output = self.node(outputs[*operand].1).clone();
            let mut undecided = Undecided::default();
            if let Err(error) = bound.def.check(&output.ty.of_one_member(), target_type, &mut undecided) {
                let mut diagnostic = Diagnostic::new(&codes::LOSS_MISMATCH, expr.span, error.message)
                    .here("cannot compare these")
                    .also(output.span, format!("the output is {}", output.ty));
                let sequence = "make a vector of each sequence before the head: `-> mean_pool` or `-> global_max_pool`";
                let along_time = target_type.is_variable() || target_type.axis(Axis::TIME).is_some();
                let whole = output.ty.is_variable() && !along_time;
                let steps = task.targets.map_or(&[][..], |targets| &targets[target].steps[..]);
                let help = match made_for(steps, &bound.def) {
                    Some(loss) => Some(format!(
                        "what the step `{loss}` makes of the label is learnt by the loss of that name: `loss: {loss}`"
                    )),
                    None if whole => Some(sequence.into()),
                    None => error.help,
                };
                if let Some(help) = help {
                    diagnostic = diagnostic.help(help);
                }
                self.report(diagnostic, env);
                return false;
            }
            let span = env.call_site.as_ref().map_or(expr.span, |site| site.span);
            for (left, right, why) in undecided.0 {
                self.flowing.obligations.push(Obligation { left, right, why, span });
            }
        }
        let unit = bound.def.unit(target_type);
        terms.push(LossTerm { weight, def: bound.def, operands, target, unit, span: expr.span });
        true
    }

    /// What an output is compared with: the target that is written, the only one, or the one of its name.
    fn target_of(
        &mut self,
        written: Option<&Arg>,
        output: &str,
        call: CallRef<'_>,
        env: &Env,
        task: &LossContext<'_>,
    ) -> Option<usize> {
        let targets = task.targets?;
        let place = |name: &str| targets.iter().position(|target| target.name == name);
        let names = || targets.iter().map(|target| target.name.as_str());
        let Some(arg) = written else {
            let found = if targets.len() == 1 { Some(0) } else { place(output) };
            if found.is_none() {
                let operand = if output == "out" { String::new() } else { format!("{output}, ") };
                let diagnostic = Diagnostic::new(
                    &codes::MISSING_ARGUMENT,
                    call.span,
                    format!("the task has several targets, and none has the name of the output `{output}`"),
                )
                .here("compared with which target?")
                .note(format!("its targets are {}", list(names())))
                .help(format!("write `{}({operand}target: {})`", call.name(), targets[0].name));
                self.report(diagnostic, env);
            }
            return found;
        };
        let name = arg.value.as_name().map_or("", |name| name.name.as_str());
        let found = place(name);
        if found.is_none() {
            let diagnostic = Diagnostic::new(
                &codes::UNKNOWN_NAME,
                arg.value.span,
                format!("the task has no target `{}`", self.source_text(arg.value.span)),
            )
            .here("not a target")
            .note(format!("it has {}", list(names())))
            .did_you_mean(name, names());
            self.report(diagnostic, env);
        }
        found
    }

    pub(super) fn nothing_inherited(&mut self, span: Span, field: &str, env: &Env) {
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_NAME, span, format!("there is no `{field}` to inherit"))
            .here("nothing inherited")
            .help("`inherited` stands for what the task's template says");
        self.report(diagnostic, env);
    }
}

/// The loss that what a target's steps make is for, if that is another one: of `centers` the loss `centers`.
fn made_for(steps: &[StepUse], loss: &LossDef) -> Option<&'static str> {
    let made = steps.last()?.def.name();
    losses::find(made).is_some_and(|_| made != loss.name()).then_some(made)
}

/// Whether an expression is a constant rather than a call of a loss.
fn is_arithmetic(expr: &Expr) -> bool {
    match &expr.bare().kind {
        ExprKind::Number(_) | ExprKind::Negate(_) => true,
        ExprKind::Path(path) => losses::find(&path.text()).is_none(),
        ExprKind::Binary { left, right, .. } => is_arithmetic(left) && is_arithmetic(right),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{self, Options};
    use crate::diag::{Diagnostic, Sink};
    use crate::source::{DiskLoader, Sources};

    fn problems(of: &str, column: &str, rest: &str) -> Vec<Diagnostic> {
        let text = format!("use std.tasks.{{{of}}}\ndata d: csv(\"d.csv\") {{ columns {{ {column} }} }}\n{rest}\n");
        let mut sources = Sources::default();
        let file = sources.add("a.mtl", None, text);
        let mut sink = Sink::default();
        check::check(file, &mut sources, &DiskLoader::default(), &Options::default(), &mut sink);
        sink.finish().into_iter().filter(Diagnostic::is_error).collect()
    }

    fn help(problems: &[Diagnostic], code: &str) -> String {
        let found = problems.iter().find(|one| one.code.name == code);
        found.and_then(|one| one.help.clone()).unwrap_or_else(|| panic!("no help of {code} in {problems:#?}"))
    }

    #[test]
    fn a_loss_that_does_not_fit_says_what_does() {
        let detection = |says: &str| {
            let input =
                "input photo from d.photo -> resize(32) -> normalize\nlet fine = photo -> conv2d(8, padding: same)";
            let task = format!("task w: detection(32, 32) from fine {{ label: d.w{says} }}");
            problems("detection", "photo: image, w: boxes(\"a\", \"b\")", &format!("{input}\n{task}"))
        };
        assert!(detection("").is_empty(), "{:#?}", detection(""));
        let of_classes = help(&detection(", loss: cross_entropy"), "loss-mismatch");
        assert!(of_classes.ends_with("`loss: centers`"), "{of_classes}");
        // Answers of another kind are no boxes, whatever the metric makes of them.
        for (decoder, made) in
            [("argmax", "a class for each pixel"), ("grouping", "instances"), ("heat_maps", "points")]
        {
            let wrong = detection(&format!(", predict: {decoder}"));
            assert_eq!(help(&wrong, "metric-mismatch"), "end `predict` in `peaks`");
            assert!(wrong.iter().any(|one| one.message.ends_with(&format!("`predict` makes {made}"))), "{wrong:#?}");
        }
        let tracking = problems(
            "tracking",
            "clip: video(6, short: pad), w: tracks(\"a\")",
            "input clip from d.clip -> resize(12, 16) -> normalize\n\
             let seen = clip -> each(time) { conv2d(8, padding: same) -> relu }\n\
             task w: tracking(6, 12, 16) from seen { label: d.w }",
        );
        let clips = help(&tracking, "loss-mismatch");
        assert!(clips.contains("`short: repeat`"), "{clips}");
    }
}
