//! `gradnorm`: gradient norms at a common rate.

use super::{ANYWHERE, Balancer, Lambda, Needs, On, Scale};
use crate::catalog::Range;

crate::entry! {
    /// Learns weights that bring the norms of the tasks' weighted gradients to a common size, more for tasks that train
    /// slowly.
    ///
    /// Minimises `Σ |w·‖g_task‖ − Ḡ·r^α|` over the weights, where Ḡ is the mean weighted norm and `r` the task's loss relative to its
    /// first, divided by the mean of that over the tasks; one step of Adam per batch, then `Σ w = T`.
    ///
    /// Paper: Chen et al. 2018, "GradNorm", arXiv:1711.02257 (`alpha: 1.5` on NYUv2). Cost: T backward passes down to where
    /// the gradients are compared, and one of the trunk. λ: the initial weights. `on:` representation (default; the paper uses the weights of
    /// the last shared layer, next to it) or parameters. When: gradients of different size with losses that fall at different speed. Not when: the first losses say
    /// nothing about the tasks (fine-tuning from a trained model).
    pub struct Gradnorm = "gradnorm" {
        /// How strongly slow tasks are pulled up; 0 makes all norms the same.
        alpha: f64 = 1.5, in Range::NON_NEGATIVE;
        /// Learning rate of the weights; the optimizer's own if not given.
        lr: Option<f64>, in Range::POSITIVE;
        /// Where gradients are compared.
        on: On = On::Representation;
    }
}

impl Balancer for Gradnorm {
    fn lambda(&self) -> Lambda {
        Lambda::Initial
    }

    fn scale(&self) -> Scale {
        Scale::Sum
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
