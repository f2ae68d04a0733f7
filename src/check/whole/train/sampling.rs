//! How data sets and tasks are drawn: `batches`, `sampling`, and the shares in its braces.

use crate::catalog::sampling::{self, SamplingDef};
use crate::catalog::{ArgValue, ParamKind, show_number};
use crate::check::constants::bind::CallRef;
use crate::check::declare::families::Family;
use crate::check::resolve::env::Env;
use crate::check::resolve::program::{duplicate_name, list};
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::Batches;
use crate::source::Span;
use crate::syntax::tree::{Block, EntryKind};

impl Checker<'_> {
    pub(super) fn batches(&mut self, block: Option<&Block>, env: &Env) -> Batches {
        match self.train_word(block, "batches", &["mixed", "per_task"], env) {
            "per_task" => Batches::PerTask,
            _ => Batches::Mixed,
        }
    }

    pub(super) fn sampling(&mut self, block: Option<&Block>, batches: Batches, env: &Env) -> SamplingDef {
        let default = SamplingDef::Proportional(sampling::proportional::Proportional {});
        let Some(expr) = self.train_field(block, "sampling", env) else {
            self.setting("train.sampling", default.show(), true);
            return default;
        };
        let Some(bound) = self.bind_in(sampling::ENTRIES, "rule of sampling", &expr, env, "") else { return default };
        let def = bound.def;
        // The braces belong to what is written in the block, not to what `--set` says instead.
        let field = block.and_then(|block| block.field("sampling"));
        let braces = field.filter(|field| field.span.file == expr.span.file).and_then(|field| field.block.as_ref());
        if let Some(arg) = CallRef::of(&expr).filter(|_| def.takes_shares()).and_then(|call| call.args.first()) {
            let diagnostic = Diagnostic::new(&codes::SURPLUS_PART, arg.span, "shares are written in braces, by name")
                .here("no arguments here")
                .help("write `sampling: shares { one: 70%, rest: 30% }`");
            self.report(diagnostic, env);
            return default;
        }
        let def = match (def.takes_shares(), braces) {
            (true, Some(braces)) => self.written_shares(braces, batches, env).and_then(|given| def.with_shares(given)),
            (true, None) => {
                let diagnostic = Diagnostic::new(
                    &codes::MISSING_PART,
                    expr.span,
                    format!("`{}` does not say the shares", def.name()),
                )
                .here("no shares")
                .help(format!("write `sampling: {} {{ one: 70%, rest: 30% }}`", def.name()));
                self.report(diagnostic, env);
                None
            }
            (false, Some(braces)) => {
                let diagnostic =
                    Diagnostic::new(&codes::SURPLUS_PART, braces.span, format!("`{}` takes no shares", def.name()))
                        .here("does not belong here")
                        .help("to give the shares yourself, write `sampling: shares { one: 70%, rest: 30% }`");
                self.report(diagnostic, env);
                None
            }
            (false, None) => Some(def),
        };
        let def = def.unwrap_or(default);
        self.setting("train.sampling", def.show(), false);
        def
    }

    /// One share for each task or data set, in the order of the spec.
    fn written_shares(&mut self, braces: &Block, batches: Batches, env: &Env) -> Option<Vec<f64>> {
        let (what, names): (&str, Vec<String>) = match batches {
            Batches::PerTask => ("task", self.declared.tasks.iter().map(|task| task.name.clone()).collect()),
            Batches::Mixed => ("data set", self.declared.data.iter().map(|data| data.name.clone()).collect()),
        };
        let mut shares: Vec<Option<f64>> = vec![None; names.len()];
        let mut rest = None;
        let mut families: Vec<(Family, f64, Span)> = Vec::new();
        let mut good = true;
        for entry in &braces.entries {
            let EntryKind::Field(field) = &entry.kind else {
                let diagnostic = Diagnostic::new(&codes::SURPLUS_PART, entry.span, "a share is written with `:`")
                    .here("`=` does not belong here")
                    .help("write `name: 70%`");
                self.report(diagnostic, env);
                good = false;
                continue;
            };
            let name = field.name.name.as_str();
            let place = names.iter().position(|other| other == name);
            let family = self
                .declared
                .families
                .iter()
                .find(|family| batches == Batches::PerTask && family.name == name)
                .cloned();
            if place.is_none() && family.is_none() && name != "rest" {
                let mut diagnostic =
                    Diagnostic::new(&codes::UNKNOWN_NAME, field.name.span, format!("there is no {what} `{name}`"))
                        .here(format!("unknown {what}"))
                        .note(match batches {
                            Batches::Mixed => {
                                "mixed batches draw among the data sets; with `batches: per_task`, tasks are drawn"
                            }
                            Batches::PerTask => "with `batches: per_task`, tasks are drawn",
                        });
                if self.may_suggest() {
                    diagnostic = diagnostic.did_you_mean(name, names.iter().map(String::as_str));
                }
                self.report(diagnostic, env);
                good = false;
            }
            let value = self.field_value(field, env);
            let share =
                value.and_then(|value| self.constant(value, &ParamKind::Share, env, &format!("the share of `{name}`")));
            let Some(ArgValue::Share(share)) = share else {
                good = false;
                continue;
            };
            if let Some(family) = family {
                families.push((family, share, field.name.span));
                continue;
            }
            let slot = match place {
                Some(place) => &mut shares[place],
                None if name == "rest" => &mut rest,
                None => continue,
            };
            if slot.replace(share).is_some() {
                self.report(duplicate_name(name, field.name.span, braces.span), env);
                good = false;
            }
        }
        // The tasks of a family that are not named share what it has.
        for (family, share, span) in families {
            let of_family = |name: &String| family.members.contains(name);
            let unnamed: Vec<usize> =
                (0..names.len()).filter(|index| of_family(&names[*index]) && shares[*index].is_none()).collect();
            if unnamed.is_empty() {
                let message = format!("every task of `{}` has a share, so nothing is left for the family", family.name);
                self.report(Diagnostic::new(&codes::SURPLUS_PART, span, message).here("stands for no task"), env);
                good = false;
            }
            unnamed.iter().for_each(|index| shares[*index] = Some(share / unnamed.len() as f64));
        }
        let missing = shares.iter().filter(|share| share.is_none()).count();
        let unnamed: Vec<&str> =
            names.iter().zip(&shares).filter(|(_, share)| share.is_none()).map(|(name, _)| name.as_str()).collect();
        if good && missing > 0 && rest.is_none() {
            let shown = list(unnamed.iter().take(5).copied());
            let diagnostic = Diagnostic::new(
                &codes::MISSING_PART,
                braces.span,
                format!("{shown} {} no share", if missing == 1 { "has" } else { "have" }),
            )
            .here("incomplete")
            .help("give each a share, or what is left to the others: `rest: 30%`");
            self.report(diagnostic, env);
            return None;
        }
        let total: f64 = shares.iter().flatten().sum::<f64>() + rest.unwrap_or(0.0);
        if good && (total - 1.0).abs() > 1e-6 {
            let shown = show_number((total * 1e8).round() / 1e6);
            let diagnostic = Diagnostic::new(
                &codes::SHARES_SUM,
                braces.span,
                format!("the shares add up to {shown}%, and must add up to 100%"),
            )
            .here(format!("together {shown}%"));
            self.report(diagnostic, env);
            return None;
        }
        let each = rest.unwrap_or(0.0) / missing.max(1) as f64;
        good.then(|| shares.into_iter().map(|share| share.unwrap_or(each)).collect())
    }
}
