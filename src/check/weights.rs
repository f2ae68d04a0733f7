//! Elaborates `weights`: the balancer, and one λ per task; they sum to one.

use std::collections::HashSet;

use super::env::Env;
use super::pipeline::Weights;
use super::program::list;
use super::{Checker, codes};
use crate::catalog::balancers::{self, Lambda};
use crate::diag::{Diagnostic, suggest};
use crate::source::Span;
use crate::syntax::tree::{Block, EntryKind, Keyword};

/// How far from 1 the sum may be.
const TOLERANCE: f64 = 1e-6;

impl Checker<'_> {
    pub(super) fn weights(&mut self) -> Weights {
        let id = self.program.modules[0].decls.iter().copied().find(|id| self.decl(*id).keyword == Keyword::Weights);
        let decl = id.map(|id| self.decl(id));
        let env = Env::of_module(0);
        let balancer = match decl.as_ref().and_then(|decl| decl.by.as_ref()) {
            Some(call) => self
                .bind_call_in(balancers::ENTRIES, "balancer", super::bind::CallRef::of_call(call), &env, "weights.by")
                .map(|bound| bound.def),
            None => {
                self.setting("weights.by", "static", true);
                None
            }
        };
        let balancer =
            balancer.or_else(|| balancers::find("static").and_then(|entry| (entry.from_args)(&Default::default())));
        let block = decl.as_ref().and_then(|decl| decl.block.as_ref());
        let mut lambda = match block {
            Some(block) => self.written_weights(block, &env),
            None => None,
        };
        if lambda.is_none() {
            let equal = 1.0 / self.tasks.len().max(1) as f64;
            lambda = Some(vec![equal; self.tasks.len()]);
        }
        let mut lambda = lambda.unwrap_or_default();
        self.override_weights(&mut lambda, &env);
        for (index, value) in lambda.iter().enumerate() {
            let path = format!("weights.{}", self.tasks[index].name);
            self.setting(path, crate::catalog::show_number(*value), block.is_none());
        }
        // A registry without `static` does not build; the fallback only satisfies the type.
        let balancer = balancer.unwrap_or(balancers::BalancerDef::Static(balancers::r#static::Static {}));
        if balancer.lambda() == Lambda::Refused
            && let Some(decl) = &decl
            && lambda.iter().any(|value| (value - lambda[0]).abs() > TOLERANCE)
        {
            self.sink.push(
                Diagnostic::new(
                    &codes::WRONG_ARGUMENT,
                    block.map_or(decl.span, |block| block.span),
                    format!("`{}` sets the weights itself, and unequal ones mean nothing to it", balancer.name()),
                )
                .here("unequal weights")
                .help("leave the block out, or use a balancer that takes weights"),
            );
        }
        Weights { balancer, lambda, span: decl.map(|decl| decl.span) }
    }

    /// λ in the order of the tasks; `None` if it cannot be known, which has been reported.
    fn written_weights(&mut self, block: &Block, env: &Env) -> Option<Vec<f64>> {
        let names: Vec<String> = self.declared_tasks();
        let mut values: Vec<(String, f64, Span)> = Vec::new();
        let mut rest: Option<(f64, Span)> = None;
        let mut good = true;
        // Names that stand in the block, those with a mistake in their value included.
        let mut written: HashSet<String> = HashSet::new();
        let decls = &self.program.modules[0].decls;
        let nameless =
            decls.iter().map(|id| self.decl(*id)).any(|decl| decl.keyword == Keyword::Task && decl.name.is_none());
        for entry in &block.entries {
            let field = match &entry.kind {
                EntryKind::Field(field) => field,
                EntryKind::Assign { name, value } => {
                    let right = format!("{}: {}", name.name, self.source_text(value.span));
                    self.sink.push(
                        Diagnostic::new(&codes::SURPLUS_PART, entry.span, "weights are written with `:`")
                            .here("`=` does not belong here")
                            .help(format!("write `{right}`"))
                            .fix(format!("write `{right}`"), entry.span, right),
                    );
                    good = false;
                    written.insert(name.name.clone());
                    continue;
                }
            };
            let name = field.name.name.clone();
            let known = names.contains(&name);
            written.insert(name.clone());
            if name != "rest" && !known {
                good = false;
                // The task may well be there, and have lost its name.
                if nameless {
                    continue;
                }
                let mut diagnostic = Diagnostic::new(
                    &codes::UNKNOWN_NAME,
                    field.name.span,
                    format!("there is no task `{name}` to weigh"),
                )
                .here("unknown task");
                if self.may_suggest() {
                    diagnostic = diagnostic.did_you_mean(&name, names.iter().map(String::as_str));
                    written.extend(suggest::closest(&name, names.iter().map(String::as_str)).map(str::to_string));
                }
                self.sink.push(diagnostic);
            }
            let Some(value) = self.field_value(field, env) else {
                good = false;
                continue;
            };
            let Some(number) = self.plain_number(value, env, &format!("the weight of `{name}`")) else {
                good = false;
                continue;
            };
            if number < 0.0 || !number.is_finite() {
                self.sink.push(
                    Diagnostic::new(
                        &codes::ARGUMENT_RANGE,
                        value.span,
                        format!("the weight of `{name}` must be at least 0"),
                    )
                    .here("must be at least 0"),
                );
                good = false;
                continue;
            }
            if name == "rest" && !known {
                rest = Some((number, field.span));
            } else if let Some((_, _, first)) = values.iter().find(|(other, ..)| *other == name) {
                let first = *first;
                self.sink.push(super::program::duplicate_field(&name, field.name.span, first));
                good = false;
            } else {
                values.push((name, number, field.name.span));
            }
        }
        let by_name: std::collections::HashMap<&str, f64> =
            values.iter().map(|(name, value, _)| (name.as_str(), *value)).collect();
        let missing: Vec<&String> = names.iter().filter(|name| !by_name.contains_key(name.as_str())).collect();
        let unsaid: Vec<&String> = missing.iter().copied().filter(|name| !written.contains(*name)).collect();
        let rest_written = written.contains("rest");
        match &rest {
            // What has been reported already is not missing as well.
            None if !missing.is_empty() && (unsaid.is_empty() || rest_written || self.broken_within(block.span)) => {
                good = false;
            }
            None if !missing.is_empty() => {
                let missing = &unsaid;
                let shown: Vec<&str> = missing.iter().take(5).map(|name| name.as_str()).collect();
                let more = if missing.len() > 5 { format!(" and {} more", missing.len() - 5) } else { String::new() };
                self.sink.push(
                    Diagnostic::new(
                        &codes::MISSING_WEIGHT,
                        block.span,
                        format!("{}{more} {} no weight", list(shown), if missing.len() == 1 { "has" } else { "have" }),
                    )
                    .here("incomplete")
                    .help("give every task a weight, or share what is left: `rest: 0.2`"),
                );
                good = false;
            }
            Some((_, span)) if missing.is_empty() => {
                self.sink.push(
                    Diagnostic::new(
                        &codes::SURPLUS_PART,
                        *span,
                        "every task has a weight, so nothing is left for `rest`",
                    )
                    .here("stands for no task"),
                );
                good = false;
            }
            _ => {}
        }
        let total: f64 = values.iter().map(|(_, value, _)| value).sum::<f64>() + rest.map_or(0.0, |(value, _)| value);
        if good && (total - 1.0).abs() > TOLERANCE {
            self.sink.push(self.wrong_sum(block, &values, rest.map(|(value, _)| value), total));
            good = false;
        }
        if !good {
            return None;
        }
        let share = rest.map_or(0.0, |(value, _)| value) / missing.len().max(1) as f64;
        // Exactly one in sum, so that later arithmetic need not care about the tolerance.
        Some(self.tasks.iter().map(|task| by_name.get(task.name.as_str()).copied().unwrap_or(share) / total).collect())
    }

    fn wrong_sum(&self, block: &Block, values: &[(String, f64, Span)], rest: Option<f64>, total: f64) -> Diagnostic {
        let shown = crate::catalog::show_number((total * 1e6).round() / 1e6);
        let diagnostic = Diagnostic::new(
            &codes::WEIGHTS_SUM,
            block.span,
            format!("the weights add up to {shown}, and must add up to 1"),
        )
        .here(format!("together {shown}"));
        if total <= 0.0 {
            return diagnostic.help("at least one task needs a weight above 0");
        }
        let mut parts: Vec<(String, f64)> =
            values.iter().map(|(name, value, _)| (name.clone(), value / total)).collect();
        parts.extend(rest.map(|value| ("rest".to_string(), value / total)));
        // Rounded to four digits; the last takes what rounding leaves, so that the sum is 1.
        let mut left = 1.0f64;
        let count = parts.len();
        let fields: Vec<String> = parts
            .iter()
            .enumerate()
            .map(|(index, (name, value))| {
                let rounded = if index + 1 == count { left } else { (value * 1e4).round() / 1e4 };
                left -= rounded;
                format!("{name}: {}", crate::catalog::show_number((rounded.max(0.0) * 1e4).round() / 1e4))
            })
            .collect();
        let normal = format!("{{ {} }}", fields.join(", "));
        diagnostic.help(format!("in the same proportions: `weights {normal}`")).fix(
            "normalise the weights",
            block.span,
            normal,
        )
    }

    /// The names of all tasks of the spec, those with errors included.
    fn declared_tasks(&self) -> Vec<String> {
        self.program.modules[0]
            .decls
            .iter()
            .map(|id| self.decl(*id))
            .filter(|decl| decl.keyword == Keyword::Task && !super::program::is_callable(decl))
            .filter_map(|decl| decl.name.as_ref().map(|name| name.name.clone()))
            .collect()
    }

    /// `--set weights.a=0.6` fixes that weight and rescales the others.
    fn override_weights(&mut self, lambda: &mut [f64], env: &Env) {
        let mut fixed = vec![false; lambda.len()];
        for index in 0..lambda.len() {
            let name = format!("weights.{}", self.tasks[index].name);
            let Some(text) = self.set_value(&name) else { continue };
            let Some(expr) = self.parse_set(&name, &text) else { continue };
            let Some(value) = self.plain_number(&expr, env, &format!("`{name}`")) else { continue };
            if !(0.0..=1.0).contains(&value) {
                self.sink.push(
                    Diagnostic::new(&codes::ARGUMENT_RANGE, expr.span, format!("`{name}` must lie between 0 and 1"))
                        .here("out of range"),
                );
                continue;
            }
            lambda[index] = value;
            fixed[index] = true;
        }
        if !fixed.contains(&true) {
            return;
        }
        let taken: f64 = lambda.iter().zip(&fixed).filter(|(_, fixed)| **fixed).map(|(value, _)| value).sum();
        let others: f64 = lambda.iter().zip(&fixed).filter(|(_, fixed)| !**fixed).map(|(value, _)| value).sum();
        let left = 1.0 - taken;
        if left < -TOLERANCE || (others == 0.0 && left.abs() > TOLERANCE) {
            let file = self.sources.add("--set", None, "weights");
            self.sink.push(
                Diagnostic::new(
                    &codes::WEIGHTS_SUM,
                    Span::new(file, 0, 7),
                    format!("the weights given by `--set` add up to {taken}, and must add up to 1"),
                )
                .here("leaves nothing to rescale"),
            );
            return;
        }
        for (value, fixed) in lambda.iter_mut().zip(&fixed) {
            if !fixed && others > 0.0 {
                *value *= left.max(0.0) / others;
            }
        }
    }
}
