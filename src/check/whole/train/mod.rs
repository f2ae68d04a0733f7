//! Elaborates `train` and `evaluate`.

mod batch;
mod epoch;
pub(in crate::check) mod evaluate;
mod sampling;

use crate::catalog::averaging::{self, AveragingDef};
use crate::catalog::{ArgValue, ParamKind, optimizers, schedules, show_number};
use crate::check::constants::bind::CallRef;
use crate::check::resolve::env::Env;
use crate::check::resolve::fields::TRAIN_FIELDS;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{Precision, Train};
use crate::syntax::tree::{Block, Expr, Keyword};

impl Checker<'_> {
    /// The value of a field of `train`: from `--set train.FIELD`, else from the block.
    fn train_field(&mut self, block: Option<&Block>, name: &str, env: &Env) -> Option<Expr> {
        let setting = format!("train.{name}");
        if let Some(given) = self.override_of(&setting) {
            return given;
        }
        let field = block?.field(name)?;
        self.field_value(field, env).cloned()
    }

    /// A whole number of at least `least`.
    fn count(&mut self, block: Option<&Block>, name: &str, least: i64, default: i64, env: &Env) -> i64 {
        let written = self.train_field(block, name, env);
        let value = written.as_ref().and_then(|expr| {
            let what = format!("`{name}` of `train`");
            match self.constant(expr, &ParamKind::Integer, env, &what)? {
                ArgValue::Integer(value) if value >= least => Some(value),
                ArgValue::Integer(value) => {
                    let diagnostic = Diagnostic::new(
                        &codes::ARGUMENT_RANGE,
                        expr.span,
                        format!("{what} must be at least {least}, and is {value}"),
                    )
                    .here(format!("must be at least {least}"));
                    self.report(diagnostic, env);
                    None
                }
                _ => None,
            }
        });
        let shown = value.unwrap_or(default);
        self.setting(format!("train.{name}"), shown.to_string(), written.is_none());
        shown
    }

    pub(in crate::check) fn train(&mut self) -> Train {
        let decl = self.root_decl(Keyword::Train);
        let block = decl.as_ref().and_then(|decl| decl.block.as_ref());
        let env = Env::of_module(0);
        if let Some(block) = block {
            self.validate_fields(block, "`train`", &TRAIN_FIELDS, &env);
        }
        let epochs = self.count(block, "epochs", 1, 100, &env);
        let batch = self.batch_size(block, &env);
        let bucket = self.bucket(block, batch, &env);
        let accumulate = self.count(block, "accumulate", 1, 1, &env);
        let seed = self.count(block, "seed", 0, 0, &env);
        let optimizer = self.train_field(block, "optimizer", &env);
        let bound = optimizer
            .as_ref()
            .and_then(|expr| self.bind_in(optimizers::ENTRIES, "optimizer", expr, &env, "train.optimizer"));
        let optimizer = match bound {
            Some(bound) => bound.def,
            None => {
                let default = optimizers::OptimizerDef::AdamW(optimizers::adamw::AdamW {
                    lr: 1e-3,
                    weight_decay: 1e-2,
                    beta1: 0.9,
                    beta2: 0.999,
                    epsilon: 1e-8,
                });
                self.setting("train.optimizer", default.show(), true);
                default
            }
        };
        self.constants.epochs_of_shares = Some(epochs as usize);
        let schedule = self.schedule(block, &env);
        self.constants.epochs_of_shares = None;
        let stop = self.train_field(block, "stop", &env);
        let stop = self.stop_rule(stop.as_ref(), "train.stop", &env);
        let clip = self.train_field(block, "clip", &env).and_then(|expr| {
            let value = self.plain_number(&expr, &env, "`clip` of `train`")?;
            if value > 0.0 && value.is_finite() {
                return Some(value);
            }
            let diagnostic = Diagnostic::new(
                &codes::ARGUMENT_RANGE,
                expr.span,
                "`clip`, the largest norm of the gradient, must be above 0",
            )
            .here("must be above 0");
            self.report(diagnostic, &env);
            None
        });
        self.setting("train.clip", clip.map_or("none".to_string(), show_number), clip.is_none());
        let batches = self.batches(block, &env);
        let sampling = self.sampling(block, batches, &env);
        let epoch = self.epoch(block, &env);
        self.constants.epochs_of_shares = Some(epochs as usize);
        let average = self.average(block, &env);
        self.constants.epochs_of_shares = None;
        let precision = self.train_word(block, "precision", &["f32", "bf16"], &env);
        let checkpointing = self.train_bool(block, "checkpointing", false, &env);
        let deterministic = self.train_bool(block, "deterministic", true, &env);
        Train {
            epochs: epochs as usize,
            batch,
            bucket,
            optimizer,
            schedule,
            stop,
            clip,
            seed: seed as u64,
            accumulate: accumulate as usize,
            sampling,
            batches,
            epoch,
            average,
            precision: match precision {
                "bf16" => Precision::Bf16,
                _ => Precision::F32,
            },
            checkpointing,
            deterministic,
            span: decl.map(|decl| decl.span),
        }
    }

    fn average(&mut self, block: Option<&Block>, env: &Env) -> AveragingDef {
        let default = AveragingDef::NoAveraging(averaging::none::NoAveraging {});
        match self.train_field(block, "average", env) {
            Some(expr) => self
                .bind_in(averaging::ENTRIES, "rule of averaging", &expr, env, "train.average")
                .map_or(default, |bound| bound.def),
            None => {
                self.setting("train.average", default.show(), true);
                default
            }
        }
    }

    /// One of these words; the first is the default.
    fn train_word(
        &mut self,
        block: Option<&Block>,
        name: &str,
        words: &'static [&'static str],
        env: &Env,
    ) -> &'static str {
        let written = self.train_field(block, name, env);
        let value = written.as_ref().and_then(|expr| {
            let value = self.constant(expr, &ParamKind::Word(words), env, &format!("`{name}` of `train`"))?;
            words.iter().copied().find(|word| ArgValue::Word((*word).into()) == value)
        });
        let shown = value.unwrap_or(words[0]);
        self.setting(format!("train.{name}"), shown, written.is_none());
        shown
    }

    fn train_bool(&mut self, block: Option<&Block>, name: &str, default: bool, env: &Env) -> bool {
        let written = self.train_field(block, name, env);
        let value = written.as_ref().and_then(|expr| {
            match self.constant(expr, &ParamKind::Bool, env, &format!("`{name}` of `train`"))? {
                ArgValue::Bool(value) => Some(value),
                _ => None,
            }
        });
        let shown = value.unwrap_or(default);
        self.setting(format!("train.{name}"), shown.to_string(), written.is_none());
        shown
    }

    fn schedule(&mut self, block: Option<&Block>, env: &Env) -> Vec<schedules::ScheduleDef> {
        let Some(expr) = self.train_field(block, "schedule", env) else {
            self.setting("train.schedule", "constant", true);
            return Vec::new();
        };
        let members = expr.stages();
        let mut chain = Vec::new();
        for (index, member) in members.iter().enumerate() {
            let path = CallRef::of(member).map_or(String::new(), |call| format!("train.schedule.{}", call.name()));
            let Some(bound) = self.bind_in(schedules::ENTRIES, "schedule", member, env, &path) else { continue };
            let last = index + 1 == members.len();
            if !last && bound.def.length(1).is_none() {
                let diagnostic = Diagnostic::new(
                    &codes::WRONG_ARGUMENT,
                    member.span,
                    format!("`{}` takes the whole rest of the run, so nothing can follow it", bound.def.name()),
                )
                .here("must come last")
                .help("put it last: `warmup(5%) -> cosine`");
                self.report(diagnostic, env);
            }
            chain.push(bound.def);
        }
        chain
    }
}
