//! When training ends: `stop: early(patience: 10)`, for the whole run or for one task.

use crate::check::Checker;
use crate::check::constants::choices::choices;
use crate::check::resolve::env::Env;
use crate::pipeline::Stop;
use crate::syntax::tree::Expr;

crate::entry! {
    /// Stops when the score on the validation part has not grown for a while: the multi-task score for a run, the task's
    /// own for a task.
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

choices! {
    /// What `stop:` may be.
    STOPS: StopDef { Early, Never }
}

impl Checker<'_> {
    /// The rule of a `stop` field, if it is written; its arguments are listed under `setting`.
    pub(in crate::check) fn stop_rule(&mut self, expr: Option<&Expr>, setting: &str, env: &Env) -> Stop {
        let Some(expr) = expr else {
            self.setting(setting, "never", true);
            return Stop::Never;
        };
        match self.bind_in(STOPS, "stopping rule", expr, env, setting).map(|bound| bound.def) {
            Some(StopDef::Early(early)) => Stop::Early { patience: early.patience, min_delta: early.min_delta },
            _ => Stop::Never,
        }
    }
}
