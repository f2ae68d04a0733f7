//! `moco`: multi-objective gradient correction.

use super::{Balancer, Lambda, Needs, On, Scale};
use crate::catalog::Range;

crate::entry! {
    /// Multi-objective gradient correction: follows each task's gradient by a moving average, which takes out the bias that
    /// noisy batches bring into `mgda`, and moves the weights slowly towards its solution.
    ///
    /// `y ← y − β·(y − g)`, then `w ← Π(w − γ·(Y·Yᵀ + ρ·I)·w)` with Π the projection onto the simplex, and the update is `Σ w·y_task`; `β = beta / step^beta_decay` and
    /// `γ = gamma / step^gamma_decay`. With `normalize`, each gradient is first scaled to the length of its loss, as the authors' code does.
    ///
    /// Paper: Fernando et al. 2023, "Mitigating Gradient Bias in Multi-objective Learning", arXiv:2210.12624; defaults as in LibMTL. Cost: T backward passes of
    /// the trunk, and memory for T times its parameters. λ: the initial weights. `on:` parameters only. When: small batches with conflicts. Not when: memory is
    /// short.
    pub struct Moco = "moco" {
        /// Share of the present step in the followed gradients.
        beta: f64 = 0.5, in Range { above_min: true, ..Range::UNIT };
        /// How fast that share falls with the steps.
        beta_decay: f64 = 0.5, in Range::NON_NEGATIVE;
        /// Step size of the weights.
        gamma: f64 = 0.1, in Range::POSITIVE;
        /// How fast that step size falls with the steps.
        gamma_decay: f64 = 0.5, in Range::NON_NEGATIVE;
        /// Pull of the weights towards equal ones.
        rho: f64 = 0.0, in Range::NON_NEGATIVE;
        /// Whether each gradient is first scaled to the length of its loss.
        normalize: bool = true;
        /// Where gradients are compared: `parameters`.
        on: On = On::Parameters;
    }
}

impl Balancer for Moco {
    fn lambda(&self) -> Lambda {
        Lambda::Initial
    }

    fn scale(&self) -> Scale {
        Scale::Mean
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
        "it follows each task's gradient over the steps, and a representation has other rows at every step"
    }
}
