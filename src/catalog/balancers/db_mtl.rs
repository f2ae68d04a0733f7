//! `db_mtl`: dual balancing.

use super::{Balancer, Lambda, Needs, On, Scale};
use crate::catalog::Range;

crate::entry! {
    /// Dual balancing: takes the logarithm of every loss, smooths each task's gradient over the steps, and stretches all of
    /// them to the length of the longest.
    ///
    /// `ĝ ← β·ĝ + (1 − β)·∇log L_task` with `β = beta / step^beta_decay`, and the update is `Σ T·λ·(max‖ĝ‖ / ‖ĝ_task‖)·ĝ_task`.
    /// Losses below 1e-8 count as 1e-8.
    ///
    /// Paper: Lin et al. 2023, "Dual-Balancing for Multi-Task Learning", arXiv:2308.12029; defaults as in LibMTL. Cost: T backward passes
    /// of the trunk, and memory for T times its parameters. λ: a preference, the share of each equalised gradient. When: losses and gradients
    /// of different size, moderately many tasks. Not when: one task is nearly solved, as its tiny gradient is stretched like
    /// the others. `on:` parameters only.
    pub struct DbMtl = "db_mtl" {
        /// Share of the past in the smoothed gradients.
        beta: f64 = 0.9, in Range::UNIT_BELOW_ONE;
        /// How fast that share falls with the steps.
        beta_decay: f64 = 0.0, in Range::NON_NEGATIVE;
        /// Where gradients are compared: `parameters`.
        on: On = On::Parameters;
    }
}

impl Balancer for DbMtl {
    fn lambda(&self) -> Lambda {
        Lambda::Preference
    }

    fn scale(&self) -> Scale {
        Scale::Sum
    }

    fn needs(&self) -> Needs {
        Needs::Jacobian
    }

    fn on(&self) -> Option<On> {
        Some(self.on)
    }

    fn places(&self) -> &'static [On] {
        &[On::Parameters]
    }

    fn why_not_elsewhere(&self) -> &'static str {
        "it smooths each task's gradient over the steps, and a representation has other rows at every step"
    }
}
