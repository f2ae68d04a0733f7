//! What an epoch is, where data sets are of different sizes.

use super::super::Checker;
use super::super::choices::choices;
use super::super::env::Env;
use super::super::pipeline::Epoch;
use crate::catalog::Range;
use crate::syntax::tree::Block;

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
