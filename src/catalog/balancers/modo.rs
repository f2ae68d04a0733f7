//! `modo`: multi-objective gradient descent with double sampling.

use super::{Balancer, Lambda, Needs, On, Scale};
use crate::catalog::Range;

crate::entry! {
    /// Multi-objective descent with double sampling: one small step of the weights per batch towards the `mgda` solution, made
    /// unbiased by comparing gradients of two independent halves of the batch.
    ///
    /// `w ← Π(w − gamma·(J₁·J₂ᵀ·w + rho·w))`, with J₁ and J₂ the gradients of two parts and Π the projection onto the simplex; the update weighs the gradients by w.
    ///
    /// Paper: Chen et al. 2023, "Three-Way Trade-Off in Multi-Objective Learning", arXiv:2305.20057; `gamma` and `rho` as in LibMTL. Cost: the gradients of
    /// every task on every part of the batch. λ: the initial weights. `on:` parameters only. When: conflicts with small batches, and generalisation counts
    /// more than the last conflict. Not when: gradients are very small or large (`gamma` is in the unit of their inverse square).
    pub struct Modo = "modo" {
        /// Step size of the weights.
        gamma: f64 = 1e-3, in Range::POSITIVE;
        /// Pull of the weights towards equal ones.
        rho: f64 = 0.1, in Range::NON_NEGATIVE;
        /// Parts that each batch is cut into: 2 moves the trunk by the mean of both, 3 by the third.
        samples: usize = 2, in Range { min: 2.0, max: 3.0, ..Range::ANY };
        /// Where gradients are compared: `parameters`.
        on: On = On::Parameters;
    }
}

impl Balancer for Modo {
    fn lambda(&self) -> Lambda {
        Lambda::Initial
    }

    fn scale(&self) -> Scale {
        Scale::Mean
    }

    fn needs(&self) -> Needs {
        Needs::Gramian
    }

    fn on(&self) -> Option<On> {
        Some(self.on)
    }

    fn places(&self) -> &'static [On] {
        &[On::Parameters]
    }

    fn why_not_elsewhere(&self) -> &'static str {
        "two parts of a batch have different rows, so their gradients at the representation cannot be compared"
    }

    fn samples(&self) -> usize {
        self.samples
    }
}
