//! Elaborates what a task answers and how it is judged: `predict`, `metrics`, `select`.

use super::rows_span;
use super::targets::Made;
use crate::catalog::decoders::{Decoded, DecoderDef, Role};
use crate::catalog::metrics::{Direction, MetricDef};
use crate::catalog::{ShapeError, Type, Undecided, decoders, metrics, written};
use crate::check::constants::bind::CallRef;
use crate::check::declare::template::{Fields, Written};
use crate::check::resolve::env::Env;
use crate::check::resolve::program::list;
use crate::check::resolve::synonyms;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::diag::suggest::closest;
use crate::pipeline::{NodeId, Obligation, Predict};
use crate::source::Span;
use crate::syntax::tree::{BinaryOp, Expr, ExprKind};

/// What `predict` may speak of.
pub(super) struct PredictContext<'a> {
    pub name: &'a str,
    pub outputs: &'a [(String, NodeId)],
    /// Of each, the target that it writes.
    pub writes: &'a [Option<usize>],
    pub targets: Option<&'a [Made]>,
}

impl Checker<'_> {
    /// What `predict` says: decoders of one output, or several answers that are added and multiplied.
    pub(super) fn predict(&mut self, expr: &Expr, task: &PredictContext<'_>, env: &Env) -> Option<(Predict, Decoded)> {
        let found = self.answer(expr, task, env)?;
        if found.1.role == Role::Raw {
            let diagnostic = Diagnostic::new(&codes::WRONG_KIND, expr.span, "this does not say how the output is read")
                .here("an output as it is")
                .help(format!("decode it: `{} -> softmax`, `-> sigmoid`, `-> inverse(target)` or `-> identity`", {
                    self.source_text(expr.span)
                }));
            self.report(diagnostic, env);
            return None;
        }
        if found.1.role == Role::Tokens {
            let diagnostic = Diagnostic::new(&codes::WRONG_KIND, expr.span, "nobody reads tokens: they spell a text")
                .here("tokens")
                .help(format!("write `{} -> inverse(target)`", self.source_text(expr.span)));
            self.report(diagnostic, env);
            return None;
        }
        Some(found)
    }

    fn answer(&mut self, expr: &Expr, task: &PredictContext<'_>, env: &Env) -> Option<(Predict, Decoded)> {
        match &expr.kind {
            ExprKind::Paren(inner) => return self.answer(inner, task, env),
            ExprKind::Binary { op: op @ (BinaryOp::Add | BinaryOp::Multiply), .. } => {
                return self.combination(expr, *op == BinaryOp::Multiply, task, env);
            }
            ExprKind::Binary { op, op_span, .. } => return self.no_combination(*op_span, op.text(), env),
            ExprKind::Negate(_) => return self.no_combination(expr.span, BinaryOp::Subtract.text(), env),
            _ => {}
        }
        let (first, rest) = expr.stages().split_first()?;
        let output = first.as_name().and_then(|name| task.outputs.iter().position(|(other, _)| *other == name.name));
        // What a longer chain begins with is more likely an output than a decoder, if it is nearly called so.
        let names = || task.outputs.iter().map(|(name, _)| name.as_str());
        let meant = first.as_name().filter(|name| {
            let known = output.is_some() || decoders::ENTRIES.iter().any(|entry| entry.name == name.name);
            !known && !rest.is_empty() && task.outputs.len() > 1 && closest(&name.name, names()).is_some()
        });
        if meant.is_some() {
            let diagnostic = self.unknown_output(first, task.outputs);
            self.report(diagnostic, env);
            return None;
        }
        let (start, rest) = match (&first.kind, output) {
            (_, Some(output)) => (self.output(output, task), rest),
            (ExprKind::Paren(_) | ExprKind::Binary { .. }, None) => (self.answer(first, task, env)?, rest),
            _ => (self.output(0, task), expr.stages()),
        };
        self.decoders(rest, start, task, env)
    }

    fn no_combination<T>(&mut self, span: Span, sign: &str, env: &Env) -> Option<T> {
        let message = format!("answers are added and multiplied, and `{sign}` is neither");
        let diagnostic = Diagnostic::new(&codes::WRONG_KIND, span, message)
            .here("not of answers")
            .help("a difference is a sum with a factor, `a + -1 * b`; half of an answer is `0.5 * a`");
        self.report(diagnostic, env);
        None
    }

    fn output(&self, output: usize, task: &PredictContext<'_>) -> (Predict, Decoded) {
        let ty = self.node(task.outputs[output].1).ty.of_one_member();
        (Predict::Output(output), Decoded { role: Role::Raw, ty })
    }

    /// A sum or a product of answers, of which some may be constants.
    fn combination(
        &mut self,
        expr: &Expr,
        multiplied: bool,
        task: &PredictContext<'_>,
        env: &Env,
    ) -> Option<(Predict, Decoded)> {
        let mut operands = Vec::new();
        let mut open = vec![expr];
        while let Some(next) = open.pop() {
            match &next.kind {
                ExprKind::Binary { op, left, right, .. } if (*op == BinaryOp::Multiply) == multiplied => {
                    open.extend([right.as_ref(), left.as_ref()]);
                }
                _ => operands.push(next),
            }
        }
        let mut factor = 1.0;
        let mut parts = Vec::new();
        let mut good = true;
        for operand in operands {
            if multiplied && self.is_factor(operand, task, env) {
                match self.plain_number(operand, env, "a factor of an answer") {
                    Some(number) => factor *= number,
                    None => good = false,
                }
                continue;
            }
            match self.answer(operand, task, env) {
                Some(part) => parts.push(part),
                None => good = false,
            }
        }
        if !good || parts.is_empty() {
            return None;
        }
        let (parts, mut types): (Vec<Predict>, Vec<Decoded>) = parts.into_iter().unzip();
        // What is scaled is no probability any longer.
        if factor != 1.0 {
            types.iter_mut().filter(|ty| ty.role == Role::Probabilities).for_each(|ty| ty.role = Role::Numbers);
        }
        let mut undecided = Undecided::default();
        let ty = match decoders::combined(&types, multiplied, &mut undecided) {
            Ok(ty) => ty,
            Err(error) => {
                let mut diagnostic =
                    Diagnostic::new(&codes::WRONG_KIND, expr.span, error.message).here("cannot be combined");
                if let Some(help) = error.help {
                    diagnostic = diagnostic.help(help);
                }
                self.report(diagnostic, env);
                return None;
            }
        };
        let span = env.call_site.as_ref().map_or(expr.span, |site| site.span);
        for (left, right, why) in undecided.0 {
            self.flowing.obligations.push(Obligation { left, right, why, span });
        }
        let whole = match <[Predict; 1]>::try_from(parts) {
            Ok([only]) => only,
            Err(parts) if multiplied => Predict::Product(parts),
            Err(parts) => Predict::Sum(parts),
        };
        Some((if factor == 1.0 { whole } else { Predict::Scaled(factor, Box::new(whole)) }, ty))
    }

    /// Whether an operand is a constant: made of numbers, and of names that are constants and no outputs.
    fn is_factor(&mut self, operand: &Expr, task: &PredictContext<'_>, env: &Env) -> bool {
        match &operand.bare().kind {
            ExprKind::Number(_) => true,
            ExprKind::Negate(inner) => self.is_factor(inner, task, env),
            ExprKind::Binary { left, right, .. } => self.is_factor(left, task, env) && self.is_factor(right, task, env),
            ExprKind::Path(path) => {
                !task.outputs.iter().any(|(output, _)| *output == path.text())
                    && self.lookup_constant(path, env).is_some()
            }
            _ => false,
        }
    }

    fn decoders(
        &mut self,
        exprs: &[Expr],
        start: (Predict, Decoded),
        task: &PredictContext<'_>,
        env: &Env,
    ) -> Option<(Predict, Decoded)> {
        let (mut chain, raw) = start;
        let mut decoded = Some(raw);
        for expr in exprs {
            let path = CallRef::of(expr).map_or(String::new(), |call| format!("{}.predict.{}", task.name, call.name()));
            let Some(bound) = self.bind_in(decoders::ENTRIES, "decoder", expr, env, &path) else {
                decoded = None;
                continue;
            };
            let output = if let Predict::Output(output) = &chain { Some(*output) } else { None };
            let Some(written) = self.target_written(&bound.def, output.filter(|_| decoded.is_some()), expr, task, env)
            else {
                decoded = None;
                continue;
            };
            let Some(undone) = self.target_undone(&bound.def, expr, task, env) else {
                decoded = None;
                continue;
            };
            let target = written.unwrap_or(undone);
            let Some(before) = decoded.take() else { continue };
            match bound.def.infer(&before) {
                Ok(after) => {
                    chain = Predict::Decoded { of: Box::new(chain), by: bound.def, target };
                    decoded = Some(after);
                }
                Err(error) => {
                    let mut diagnostic =
                        Diagnostic::new(&codes::WRONG_KIND, expr.span, error.message).here("does not fit here");
                    if let Some(help) = error.help {
                        diagnostic = diagnostic.help(help);
                    }
                    self.report(diagnostic, env);
                }
            }
        }
        Some((chain, decoded?))
    }

    /// Whose steps a decoder undoes; the first target of one that undoes none. `None` after an error.
    fn target_undone(
        &mut self,
        decoder: &DecoderDef,
        expr: &Expr,
        task: &PredictContext<'_>,
        env: &Env,
    ) -> Option<usize> {
        let Some(name) = decoder.inverts() else { return Some(0) };
        let targets = task.targets?;
        let Some(target) = targets.iter().position(|target| target.name == name) else {
            let names = || targets.iter().map(|target| target.name.as_str());
            let diagnostic =
                Diagnostic::new(&codes::UNKNOWN_NAME, expr.span, format!("the task has no target `{name}`"))
                    .here("no target of that name");
            let diagnostic = match targets {
                [only] => diagnostic.help(format!("write `inverse({})`", only.name)),
                _ => diagnostic.note(format!("it has {}", list(names()))).did_you_mean(name, names()),
            };
            self.report(diagnostic, env);
            return None;
        };
        if let Some(step) = targets[target].steps.iter().find(|step| !step.def.invertible()) {
            let diagnostic = Diagnostic::new(
                &codes::NO_INVERSE,
                expr.span,
                format!("the target's step `{}` cannot be undone", step.def.name()),
            )
            .here("needs every step to have an inverse")
            .also(step.span, "has none");
            self.report(diagnostic, env);
            return None;
        }
        Some(target)
    }

    pub(super) fn metric_list(
        &mut self,
        expr: &Expr,
        env: &Env,
        fields: &Fields<'_>,
        predicted: Option<&(Predict, Decoded)>,
        label: &Type,
        found: &mut Vec<MetricDef>,
    ) -> bool {
        match &expr.bare().kind {
            ExprKind::Binary { op: BinaryOp::Add, left, right, .. } => {
                let left = self.metric_list(left, env, fields, predicted, label, found);
                let right = self.metric_list(right, env, fields, predicted, label, found);
                left && right
            }
            ExprKind::Path(path) if path.text() == "inherited" => match fields.inherited("metrics") {
                Some(Written { field, env }) => match &field.value {
                    Some(value) => {
                        let nothing = Fields { own: None, template: None };
                        self.metric_list(value, env, &nothing, predicted, label, found)
                    }
                    None => false,
                },
                None => {
                    self.nothing_inherited(expr.span, "metrics", env);
                    false
                }
            },
            ExprKind::List(members) => {
                let mut good = true;
                for member in members {
                    good &= self.metric(member, env, predicted, label, found);
                }
                good
            }
            _ => self.metric(expr, env, predicted, label, found),
        }
    }

    fn metric(
        &mut self,
        expr: &Expr,
        env: &Env,
        predicted: Option<&(Predict, Decoded)>,
        label: &Type,
        found: &mut Vec<MetricDef>,
    ) -> bool {
        let Some(bound) = self.bind_in(metrics::ENTRIES, "metric", expr, env, "") else { return false };
        if let Some((predict, prediction)) = predicted
            && let Err(error) = bound.def.check(prediction, label).and_then(|()| is_written(&bound.def, predict))
        {
            let mut diagnostic =
                Diagnostic::new(&codes::METRIC_MISMATCH, expr.span, error.message).here("does not fit the task");
            if let Some(help) = error.help {
                diagnostic = diagnostic.help(help);
            }
            self.report(diagnostic, env);
            return false;
        }
        if !self.task_beside(&bound.def, found, expr, label, env) {
            return false;
        }
        if !found.iter().any(|other| other.key() == bound.def.key()) {
            found.push(bound.def);
        }
        true
    }

    /// Which metric chooses the best model, and whether the task has a say in that: not under `select: none`.
    pub(super) fn select(&mut self, fields: &Fields<'_>, metrics: &[MetricDef], name: &str) -> Option<(usize, bool)> {
        let Some(Written { field, env }) = fields.get("select") else {
            let first = metrics.iter().position(|metric| metric.direction() != Direction::NotAScore);
            if let Some(index) = first {
                self.setting(format!("{name}.select"), metrics[index].key(), true);
                return Some((index, true));
            }
            let span = rows_span(fields);
            self.sink.push(
                Diagnostic::new(
                    &codes::MISSING_PART,
                    span,
                    format!("task `{name}` has no metric to choose the best model by"),
                )
                .here("no score among its metrics")
                .help("add one: `metrics: inherited + [accuracy]`"),
            );
            return None;
        };
        let value = self.field_value(field, env)?;
        if value.as_name().is_some_and(|word| word.name == "none") && !metrics.is_empty() {
            self.setting(format!("{name}.select"), "none", false);
            let first = metrics.iter().position(|metric| metric.direction() != Direction::NotAScore);
            return Some((first.unwrap_or(0), false));
        }
        let index = self.score_among(metrics, value, env, name, "choose by", "select")?;
        Some((index, true))
    }

    /// The place of a score among the metrics of a task; `field: METRIC` is how another would be written.
    pub(super) fn score_among(
        &mut self,
        metrics: &[MetricDef],
        value: &Expr,
        env: &Env,
        name: &str,
        to: &str,
        field: &str,
    ) -> Option<usize> {
        let Some(call) = CallRef::of(value) else {
            // No name of anything: said as of any other metric.
            self.bind_in(metrics::ENTRIES, "metric", value, env, "");
            return None;
        };
        let named = call.path.text();
        let wanted = if call.args.is_empty() {
            None
        } else {
            Some(self.bind_in(metrics::ENTRIES, "metric", value, env, "")?.def)
        };
        let found = metrics.iter().position(|metric| match &wanted {
            Some(wanted) => metric == wanted,
            None => metric.name() == named || metric.key() == named,
        });
        let Some(index) = found else {
            let calls: Vec<String> = metrics.iter().map(show_call).collect();
            let keys: Vec<String> = metrics.iter().flat_map(|metric| [metric.name().into(), metric.key()]).collect();
            let mut diagnostic = Diagnostic::new(
                &codes::UNKNOWN_NAME,
                value.span,
                format!("`{}` is none of the metrics of task `{name}`", self.source_text(value.span)),
            )
            .here("not among its metrics")
            .note(format!("its metrics are {}", list(calls.iter().map(String::as_str))))
            .surely_meant(synonyms::of("metric", &named, keys.iter().map(String::as_str)));
            if diagnostic.help.is_none() {
                diagnostic = diagnostic.did_you_mean(&named, keys.iter().map(String::as_str));
            }
            if metrics::find(&named).is_some() {
                let other = metrics.iter().find(|metric| metric.direction() != Direction::NotAScore);
                let other =
                    other.map_or(String::new(), |metric| format!(", or {to} another: `{field}: {}`", metric.name()));
                diagnostic = diagnostic.help(format!("add it: `metrics: inherited + [{named}]`{other}"));
            }
            self.report(diagnostic, env);
            return None;
        };
        if metrics[index].direction() == Direction::NotAScore {
            let diagnostic = Diagnostic::new(
                &codes::METRIC_MISMATCH,
                value.span,
                match field {
                    "select" => {
                        format!("`{}` is no score, so the best model cannot be chosen by it", metrics[index].name())
                    }
                    _ => format!("`{}` is no score, so there is no gain in it", metrics[index].name()),
                },
            )
            .here("not a score");
            self.report(diagnostic, env);
            return None;
        }
        Some(index)
    }
}

/// As written in a list of metrics, with the arguments that tell it from others of its name: `accuracy`, `f1(average: macro)`.
fn show_call(metric: &MetricDef) -> String {
    written(metric.name(), metric.unusual().iter())
}

/// Refuses a metric of what a head writes where none writes.
fn is_written(metric: &MetricDef, predict: &Predict) -> Result<(), ShapeError> {
    if !metric.needs_writing() || predict.writer().is_some() {
        return Ok(());
    }
    let message =
        format!("`{}` asks how likely the label's own tokens are, and the head does not write", metric.name());
    Err(ShapeError::new(message).help("take it out, or let the head write: `predict: greedy(max: 64) -> inverse(target)`, of a head that reads `previous(target)`"))
}
