//! Elaborates `train` and `evaluate`.

use super::bind::CallRef;
use super::env::Env;
use super::pipeline::{Batches, Epoch, Evaluate, Part, Precision, Stop, Train};
use super::{Checker, codes};
use crate::catalog::averaging::{self, AveragingDef};
use crate::catalog::sampling::{self, SamplingDef};
use crate::catalog::{ArgValue, ParamKind, optimizers, schedules, show_number};
use crate::diag::Diagnostic;
use crate::syntax::tree::{Block, Decl, Expr, Keyword};
use std::rc::Rc;

/// The fields of `train`.
pub(super) const FIELDS: [&str; 7] = ["epochs", "batch", "optimizer", "schedule", "stop", "clip", "seed"];

crate::entry! {
    /// Stops when the multi-task score on the validation part has not grown for a while.
    pub struct Early = "early" {
        /// How many epochs without growth to wait.
        pos patience: usize = 10, in crate::catalog::Range::AT_LEAST_ONE;
        /// Growth below this does not count.
        min_delta: f64 = 0.0, in crate::catalog::Range::NON_NEGATIVE;
    }
}

crate::entry! {
    /// Trains all epochs.
    pub struct Never = "never" {}
}

/// What `stop:` may be.
#[derive(Clone, Debug)]
enum StopDef {
    Early(Early),
    Never(Never),
}

static STOPS: &[crate::catalog::EntryInfo<StopDef>] = &[
    crate::catalog::EntryInfo {
        name: <Early as crate::catalog::Entry>::NAME,
        doc: <Early as crate::catalog::Entry>::DOC,
        params: <Early as crate::catalog::Entry>::params,
        from_args: |args| crate::catalog::Entry::from_args(args).map(StopDef::Early),
    },
    crate::catalog::EntryInfo {
        name: <Never as crate::catalog::Entry>::NAME,
        doc: <Never as crate::catalog::Entry>::DOC,
        params: <Never as crate::catalog::Entry>::params,
        from_args: |args| crate::catalog::Entry::from_args(args).map(StopDef::Never),
    },
];

impl Checker<'_> {
    fn root_decl(&self, keyword: Keyword) -> Option<Rc<Decl>> {
        let id = self.program.modules[0].decls.iter().find(|id| self.program.decls[id.0].decl.keyword == keyword)?;
        Some(self.decl(*id))
    }

    /// The value of a field of `train`: from `--set train.FIELD`, else from the block.
    fn train_field(&mut self, block: Option<&Block>, name: &str, env: &Env) -> Option<Expr> {
        let setting = format!("train.{name}");
        if let Some(text) = self.set_value(&setting) {
            return self.parse_set(&setting, &text);
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

    pub(super) fn train(&mut self) -> Train {
        let decl = self.root_decl(Keyword::Train);
        let block = decl.as_ref().and_then(|decl| decl.block.as_ref());
        let env = Env::of_module(0);
        if let Some(block) = block {
            self.validate_fields(block, "`train`", &FIELDS, &env);
        }
        let epochs = self.count(block, "epochs", 1, 100, &env);
        let batch = self.count(block, "batch", 1, 32, &env);
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
        let schedule = self.schedule(block, &env);
        let stop = self.stop(block, &env);
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
        Train {
            epochs: epochs as usize,
            batch: batch as usize,
            optimizer,
            schedule,
            stop,
            clip,
            seed: seed as u64,
            accumulate: 1,
            sampling: SamplingDef::Proportional(sampling::proportional::Proportional {}),
            batches: Batches::Mixed,
            epoch: Epoch::Longest,
            average: AveragingDef::NoAveraging(averaging::none::NoAveraging {}),
            precision: Precision::F32,
            checkpointing: false,
            deterministic: true,
            span: decl.map(|decl| decl.span),
        }
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

    fn stop(&mut self, block: Option<&Block>, env: &Env) -> Stop {
        let Some(expr) = self.train_field(block, "stop", env) else {
            self.setting("train.stop", "never", true);
            return Stop::Never;
        };
        match self.bind_in(STOPS, "stopping rule", &expr, env, "train.stop").map(|bound| bound.def) {
            Some(StopDef::Early(early)) => Stop::Early { patience: early.patience, min_delta: early.min_delta },
            _ => Stop::Never,
        }
    }

    pub(super) fn evaluate(&mut self) -> Evaluate {
        let decl = self.root_decl(Keyword::Evaluate);
        let block = decl.as_ref().and_then(|decl| decl.block.as_ref());
        let env = Env::of_module(0);
        if let Some(block) = block {
            self.validate_fields(block, "`evaluate`", &["batch", "parts"], &env);
        }
        let mut evaluate =
            Evaluate { batch: 0, parts: Part::ALL.to_vec(), baseline: false, seeds: 1, control: None, bootstrap: 0 };
        if let Some(value) =
            block.and_then(|block| block.field("batch")).and_then(|field| self.field_value(field, &env).cloned())
            && let Some(ArgValue::Integer(batch)) =
                self.constant(&value, &ParamKind::Integer, &env, "`batch` of `evaluate`")
        {
            if batch >= 1 {
                evaluate.batch = batch as usize;
            } else {
                let diagnostic =
                    Diagnostic::new(&codes::ARGUMENT_RANGE, value.span, "`batch` of `evaluate` must be at least 1")
                        .here("must be at least 1");
                self.report(diagnostic, &env);
            }
        }
        if let Some(value) =
            block.and_then(|block| block.field("parts")).and_then(|field| self.field_value(field, &env).cloned())
        {
            let kind = ParamKind::List(Box::new(ParamKind::Word(&["train", "valid", "test"])));
            if let Some(ArgValue::List(members)) = self.constant(&value, &kind, &env, "`parts` of `evaluate`") {
                evaluate.parts = Part::ALL
                    .into_iter()
                    .filter(|part| members.contains(&ArgValue::Word(part.name().to_string())))
                    .collect();
            }
        }
        let shown: Vec<&str> = evaluate.parts.iter().map(|part| part.name()).collect();
        self.setting(
            "evaluate.parts",
            format!("[{}]", shown.join(", ")),
            block.is_none_or(|block| block.field("parts").is_none()),
        );
        evaluate
    }
}
