//! What an epoch is, where data sets are of different sizes.

use crate::catalog::Range;
use crate::check::constants::choices::choices;
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::Epoch;
use crate::syntax::tree::{Block, ExprKind};

crate::entry! {
    /// Until the longest data set has been seen once; shorter ones start again.
    pub struct Longest = "longest" {}
}

crate::entry! {
    /// Until the shortest data set has been seen once; of longer ones a part is seen.
    pub struct Shortest = "shortest" {}
}

crate::entry! {
    /// As many rows as all data sets have together.
    pub struct Sum = "sum" {}
}

crate::entry! {
    /// So many steps.
    pub struct Steps = "steps" {
        /// How many.
        pos steps: usize, in Range::AT_LEAST_ONE;
    }
}

choices! {
    /// What `epoch:` may be.
    EPOCHS: EpochDef { Longest, Shortest, Steps, Sum }
}

impl Checker<'_> {
    pub(super) fn epoch(&mut self, block: Option<&Block>, env: &Env) -> Epoch {
        let Some(expr) = self.train_field(block, "epoch", env) else {
            self.setting("train.epoch", "longest", true);
            return Epoch::Longest;
        };
        if let ExprKind::Number(number) = &expr.bare().kind {
            let better = format!("steps({})", number.text);
            let diagnostic =
                Diagnostic::new(&codes::WRONG_ARGUMENT, expr.span, "`epoch` of `train` says what a number counts")
                    .here("of what?")
                    .help(format!("write `epoch: {better}`; how many epochs there are is `epochs`"))
                    .fix(format!("write `{better}`"), expr.span, better);
            self.report(diagnostic, env);
            return Epoch::Longest;
        }
        let Some(bound) = self.bind_in(EPOCHS, "length of an epoch", &expr, env, "") else { return Epoch::Longest };
        self.setting("train.epoch", self.source_text(expr.span), false);
        match bound.def {
            EpochDef::Longest(_) => Epoch::Longest,
            EpochDef::Shortest(_) => Epoch::Shortest,
            EpochDef::Sum(_) => Epoch::Sum,
            EpochDef::Steps(steps) => Epoch::Steps(steps.steps),
        }
    }
}
