//! `aligned_mtl`: aligned principal components.

use super::{ANYWHERE, Balancer, Lambda, Needs, On, Scale};

crate::words! {
    /// The common length of the aligned components, from the eigenvalues of the Gramian.
    pub enum Mode {
        /// The smallest that is not zero, as in the paper.
        Min = "min",
        /// The median.
        Median = "median",
        /// The mean, as in the authors' code.
        Rmse = "rmse",
    }
}

crate::entry! {
    /// Independent component alignment: makes the tasks' gradients orthogonal and of one length with the least change, so that
    /// neither conflict nor dominance is left, and then weighs them as written.
    ///
    /// `w = √s·V·Λ^(−½)·Vᵀ·λ` over the eigenvectors V and non-zero eigenvalues Λ of the Gramian, with `s` the eigenvalue that `mode` picks.
    ///
    /// Paper: Senushkin et al. 2023, "Independent Component Alignment for Multi-Task Learning", arXiv:2305.19000. Cost: one backward pass of each head and one of
    /// the trunk; at the parameters the Gramian of the trunk's gradients; an eigendecomposition of T×T numbers. λ: a preference, which the method keeps exactly. `on:` representation
    /// (default, the paper's upper-bound variant) or parameters. When: a certain trade-off λ is wanted in spite of conflicts.
    /// Not when: gradients are nearly dependent, where `min` makes steps tiny (`median` and `rmse` do not).
    pub struct AlignedMtl = "aligned_mtl" {
        /// The common length of the aligned components.
        mode: Mode = Mode::Min;
        /// Where gradients are compared.
        on: On = On::Representation;
    }
}

impl Balancer for AlignedMtl {
    fn lambda(&self) -> Lambda {
        Lambda::Preference
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
        ANYWHERE
    }
}
