//! Elaborates `weights`: the balancer, and one λ per task; they sum to one.

use std::collections::{HashMap, HashSet};

use crate::catalog::balancers;
use crate::check::resolve::env::Env;
use crate::check::resolve::program::list;
use crate::check::{Checker, codes};
use crate::diag::{Diagnostic, suggest};
use crate::pipeline::Weights;
use crate::source::Span;
use crate::syntax::tree::{Block, EntryKind, Expr, Keyword};

/// How far from 1 the sum may be.
pub(in crate::check) const TOLERANCE: f64 = 1e-6;

impl Checker<'_> {
    pub(in crate::check) fn weights(&mut self) -> Weights {
        let id =
            self.names.program.modules[0].decls.iter().copied().find(|id| self.decl(*id).keyword == Keyword::Weights);
        let decl = id.map(|id| self.decl(id));
        let env = Env::of_module(0);
        let given = self.override_of("weights.by");
        let bound = match decl.as_ref().and_then(|decl| decl.by.as_ref()) {
            _ if given.is_some() => {
                given.flatten().and_then(|expr| self.bind_in(balancers::ENTRIES, "balancer", &expr, &env, "weights.by"))
            }
            Some(call) => self.bind_call_in(
                balancers::ENTRIES,
                "balancer",
                crate::check::constants::bind::CallRef::of_call(call),
                &env,
                "weights.by",
            ),
            None => {
                self.setting("weights.by", "static", true);
                None
            }
        };
        let block = decl.as_ref().and_then(|decl| decl.block.as_ref());
        let at: Vec<usize> = bound.as_ref().and_then(|bound| bound.def.moments()).map_or(Vec::new(), <[usize]>::to_vec);
        let written = block.and_then(|block| self.written_weights(block, &at, &env));
        let equal = vec![1.0 / self.declared.tasks.len().max(1) as f64; self.declared.tasks.len()];
        let mut moments = written.unwrap_or_else(|| vec![equal; at.len().max(1)]);
        let mut rescaled = false;
        for lambda in &mut moments {
            match self.override_weights(lambda, &env) {
                Some(others) => rescaled |= others,
                None => break,
            }
        }
        for index in 0..self.declared.tasks.len() {
            let path = format!("weights.{}", self.declared.tasks[index].name);
            // Rescaling leaves dust in the last digits that nobody wrote.
            let round = |lambda: &Vec<f64>| crate::catalog::show_number((lambda[index] * 1e12).round() / 1e12);
            let shown: Vec<String> = moments.iter().map(round).collect();
            let shown = if at.is_empty() { shown.join(", ") } else { format!("[{}]", shown.join(", ")) };
            self.setting(path, shown, block.is_none());
        }
        let lambda = moments[0].clone();
        if at.is_empty() {
            moments.clear();
        }
        if let (Some(bound), Some(decl)) = (&bound, &decl) {
            self.balancer(bound, decl, &lambda);
        }
        // A registry without `static` does not build.
        let balancer = bound.map_or(balancers::BalancerDef::Static(balancers::r#static::Static {}), |bound| bound.def);
        Weights { balancer, lambda, moments, rescaled, span: decl.map(|decl| decl.span) }
    }

    /// Per moment (one, if the balancer has none) λ in the order of the tasks; `None` if it cannot be known, which has been
    /// reported.
    fn written_weights(&mut self, block: &Block, at: &[usize], env: &Env) -> Option<Vec<Vec<f64>>> {
        let names: Vec<String> = self.declared_tasks();
        let declared: HashSet<&str> = names.iter().map(String::as_str).collect();
        let mut values: Vec<(String, Vec<f64>, Span)> = Vec::new();
        let mut firsts: HashMap<&str, Span> = HashMap::new();
        let mut rest: Option<(Vec<f64>, Span)> = None;
        let mut good = true;
        // Names that stand in the block, those with a mistake in their value included.
        let mut written: HashSet<String> = HashSet::new();
        let decls = &self.names.program.modules[0].decls;
        let nameless =
            decls.iter().map(|id| self.decl(*id)).any(|decl| decl.keyword == Keyword::Task && decl.name.is_none());
        for entry in &block.entries {
            let field = match &entry.kind {
                EntryKind::Field(field) => field,
                EntryKind::Join(join) => {
                    self.join_elsewhere(join.span, &crate::check::resolve::env::Env::of_module(0));
                    good = false;
                    continue;
                }
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
            let family = self.declared.families.iter().find(|family| family.name == name);
            let known = declared.contains(name.as_str()) || family.is_some();
            written.insert(name.clone());
            if let Some(family) = family {
                written.extend(family.members.iter().cloned());
                // What is wrong with it has been said.
                good &= !family.members.is_empty();
            }
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
                    let families = || self.declared.families.iter().map(|family| family.name.as_str());
                    if diagnostic.help.is_none()
                        && let Some(meant) = suggest::closest(&name, families())
                    {
                        let members = self.declared.families.iter().filter(|family| family.name == meant);
                        written.extend(members.flat_map(|family| family.members.iter().cloned()));
                        diagnostic = diagnostic.surely_meant(Some(meant));
                    }
                }
                self.sink.push(diagnostic);
            }
            let Some(value) = self.field_value(field, env) else {
                good = false;
                continue;
            };
            let Some(numbers) = self.weight_at_moments(value, at, &name, env) else {
                good = false;
                continue;
            };
            if numbers.iter().any(|number| *number < 0.0 || !number.is_finite()) {
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
                rest = Some((numbers, field.span));
            } else if let Some(first) = firsts.get(name.as_str()).copied() {
                self.sink.push(crate::check::resolve::program::duplicate_field(&name, field.name.span, first));
                good = false;
            } else {
                firsts.insert(&field.name.name, field.name.span);
                values.push((name, numbers, field.name.span));
            }
        }
        let mut by_name: HashMap<&str, Vec<f64>> =
            values.iter().map(|(name, numbers, _)| (name.as_str(), numbers.clone())).collect();
        for (family, numbers, span) in &values {
            let Some(family) = self.declared.families.iter().find(|other| other.name == *family) else { continue };
            let unnamed: Vec<&str> =
                family.members.iter().map(String::as_str).filter(|member| !by_name.contains_key(member)).collect();
            if unnamed.is_empty() && !family.members.is_empty() {
                let message =
                    format!("every task of `{}` has a weight, so nothing is left for the family", family.name);
                self.sink.push(Diagnostic::new(&codes::SURPLUS_PART, *span, message).here("stands for no task"));
                good = false;
            }
            let each: Vec<f64> = numbers.iter().map(|number| number / unnamed.len().max(1) as f64).collect();
            by_name.extend(unnamed.into_iter().map(|member| (member, each.clone())));
        }
        let missing: Vec<&String> = names.iter().filter(|name| !by_name.contains_key(name.as_str())).collect();
        let absent: Vec<&String> = missing.iter().copied().filter(|name| !written.contains(*name)).collect();
        let rest_written = written.contains("rest");
        match &rest {
            // What has been reported already is not missing as well.
            None if !missing.is_empty() && (absent.is_empty() || rest_written || self.broken_within(block.span)) => {
                good = false;
            }
            None if !absent.is_empty() => {
                let shown: Vec<&str> = absent.iter().take(5).map(|name| name.as_str()).collect();
                let more = if absent.len() > 5 { format!(" and {} more", absent.len() - 5) } else { String::new() };
                let mut diagnostic = Diagnostic::new(
                    &codes::MISSING_WEIGHT,
                    block.span,
                    format!("{}{more} {} no weight", list(shown), if absent.len() == 1 { "has" } else { "have" }),
                )
                .here("incomplete")
                .help("give every task a weight, or share what is left: `rest: 0.2`");
                if good && at.is_empty() {
                    let mean =
                        values.iter().map(|(_, numbers, _)| numbers[0]).sum::<f64>() / values.len().max(1) as f64;
                    let others = absent.iter().map(|name| (name.to_string(), if mean > 0.0 { mean } else { 1.0 }));
                    let all =
                        values.iter().map(|(name, numbers, _)| (name.clone(), numbers[0])).chain(others).collect();
                    let title = "let them count as much as a task does on average";
                    diagnostic = diagnostic.proposal(title, block.span, adding_up(all, self.in_percent(block)));
                }
                self.sink.push(diagnostic);
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
        // What was lost may be what the sum lacks.
        if !good || self.broken_within(block.span) {
            return None;
        }
        let mut moments = Vec::new();
        for moment in 0..at.len().max(1) {
            let here: Vec<(String, f64)> =
                values.iter().map(|(name, numbers, _)| (name.clone(), numbers[moment])).collect();
            let left = rest.as_ref().map(|(numbers, _)| numbers[moment]);
            let total: f64 = here.iter().map(|(_, value)| value).sum::<f64>() + left.unwrap_or(0.0);
            if (total - 1.0).abs() > TOLERANCE {
                self.sink.push(match at.get(moment) {
                    None => self.wrong_sum(block, here, left, total),
                    Some(epoch) => wrong_sum_at(block, *epoch, total),
                });
                return None;
            }
            let share = left.unwrap_or(0.0) / missing.len().max(1) as f64;
            // Exactly one in sum, so that later arithmetic need not care about the tolerance.
            let of_task = |name: &str| by_name.get(name).map_or(share, |numbers| numbers[moment]) / total;
            moments.push(self.declared.tasks.iter().map(|task| of_task(&task.name)).collect());
        }
        Some(moments)
    }

    fn wrong_sum(&self, block: &Block, values: Vec<(String, f64)>, rest: Option<f64>, total: f64) -> Diagnostic {
        let percent = self.in_percent(block);
        let shown = shown_sum(total, percent);
        let whole = if percent { "100%" } else { "1" };
        let diagnostic = Diagnostic::new(
            &codes::WEIGHTS_SUM,
            block.span,
            format!("the weights add up to {shown}, and must add up to {whole}"),
        )
        .here(format!("together {shown}"));
        if total <= 0.0 {
            return diagnostic.help("at least one task needs a weight above 0");
        }
        let parts = values.into_iter().chain(rest.map(|value| ("rest".to_string(), value))).collect();
        let normal = adding_up(parts, percent);
        diagnostic.help(format!("in the same proportions: `weights {normal}`")).fix(
            "normalise the weights",
            block.span,
            normal,
        )
    }

    fn in_percent(&self, block: &Block) -> bool {
        self.source_text(block.span).contains('%')
    }

    /// The names of all tasks of the spec, those with errors included.
    pub(in crate::check) fn declared_tasks(&self) -> Vec<String> {
        self.names.program.modules[0]
            .decls
            .iter()
            .map(|id| self.decl(*id))
            .filter(|decl| decl.keyword == Keyword::Task && !crate::check::resolve::program::is_callable(decl))
            .filter_map(|decl| decl.name.as_ref().map(|name| name.name.clone()))
            .collect()
    }

    fn overridden_weight(&mut self, expr: &Expr, name: &str, env: &Env) -> Option<f64> {
        let value = self.part_of_one(expr, env, &format!("`{name}`"))?;
        if !(0.0..=1.0).contains(&value) {
            self.sink.push(
                Diagnostic::new(&codes::ARGUMENT_RANGE, expr.span, format!("`{name}` must lie between 0 and 1"))
                    .here("out of range"),
            );
            return None;
        }
        Some(value)
    }

    /// `--set weights.a=0.6` fixes that weight and rescales the others; `None` if that was reported as wrong, else whether
    /// it changed others.
    fn override_weights(&mut self, lambda: &mut [f64], env: &Env) -> Option<bool> {
        let mut fixed = vec![false; lambda.len()];
        let mut good = true;
        for family in self.declared.families.clone() {
            let name = format!("weights.{}", family.name);
            let Some(given) = self.override_of(&name) else { continue };
            good = false;
            let Some(value) = given.and_then(|expr| self.overridden_weight(&expr, &name, env)) else { continue };
            let of_family = |index: &usize| self.declared.tasks[*index].family.as_ref() == Some(&family.name);
            let members: Vec<usize> = (0..lambda.len()).filter(of_family).collect();
            let before: f64 = members.iter().map(|index| lambda[*index]).sum();
            for index in &members {
                let part = if before > 0.0 { lambda[*index] / before } else { 1.0 / members.len() as f64 };
                lambda[*index] = value * part;
                fixed[*index] = true;
            }
            good = true;
        }
        for index in 0..lambda.len() {
            let name = format!("weights.{}", self.declared.tasks[index].name);
            let Some(given) = self.override_of(&name) else { continue };
            good = false;
            let Some(value) = given.and_then(|expr| self.overridden_weight(&expr, &name, env)) else { continue };
            lambda[index] = value;
            fixed[index] = true;
            good = true;
        }
        if !fixed.contains(&true) {
            return good.then_some(false);
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
            return None;
        }
        for (value, fixed) in lambda.iter_mut().zip(&fixed) {
            if !fixed && others > 0.0 {
                *value *= left.max(0.0) / others;
            }
        }
        good.then_some(others > 0.0 && (left - others).abs() > TOLERANCE)
    }
}

/// A sum without the noise of its last digits.
fn shown_sum(total: f64, percent: bool) -> String {
    let rounded = (total * 1e6).round();
    match percent {
        true => format!("{}%", crate::catalog::show_number(rounded / 1e4)),
        false => crate::catalog::show_number(rounded / 1e6),
    }
}

/// A block of weights in the proportions of `parts`, which are more than 0 together, whose sum is one.
fn adding_up(parts: Vec<(String, f64)>, percent: bool) -> String {
    let total: f64 = parts.iter().map(|(_, value)| value).sum();
    // Rounded to four digits; the last takes what rounding leaves, so that the sum is 1.
    let mut left = 1.0f64;
    let count = parts.len();
    let field = |(index, (name, value)): (usize, (String, f64))| {
        let rounded = if index + 1 == count { left } else { (value / total * 1e4).round() / 1e4 };
        left -= rounded;
        let rounded = (rounded.max(0.0) * 1e4).round();
        match percent {
            true => format!("{name}: {}%", crate::catalog::show_number(rounded / 1e2)),
            false => format!("{name}: {}", crate::catalog::show_number(rounded / 1e4)),
        }
    };
    let fields: Vec<String> = parts.into_iter().enumerate().map(field).collect();
    format!("{{ {} }}", fields.join(", "))
}

fn wrong_sum_at(block: &Block, epoch: usize, total: f64) -> Diagnostic {
    let shown = shown_sum(total, false);
    Diagnostic::new(
        &codes::WEIGHTS_SUM,
        block.span,
        format!("the weights at epoch {epoch} add up to {shown}, and must add up to 1"),
    )
    .here(format!("together {shown} at epoch {epoch}"))
    .help("at each epoch of `at`, the weights of all tasks add up to 1")
}
