//! `mgda`: the multiple-gradient descent algorithm.

use super::{Balancer, Lambda, Needs, On, Scale};

crate::words! {
    /// What gradients are divided by before they are compared.
    pub enum Normalize {
        /// Nothing.
        None = "none",
        /// Their length.
        L2 = "l2",
        /// The task's loss.
        Loss = "loss",
        /// Both.
        LossL2 = "loss_l2",
    }
}

crate::entry! {
    /// Multiple-gradient descent: the shortest vector in the convex hull of the tasks' gradients. A step along it worsens
    /// no task, and it is zero exactly where no step can help all.
    ///
    /// `w = argmin ‖Σ w·g_task‖` over `w ≥ 0, Σ w = 1`, solved exactly. With `normalize`, the weights are found on normalised
    /// gradients and applied to the gradients as they are, as the authors' code does.
    ///
    /// Paper: Désidéri 2012, Comptes Rendus Mathématique 350; Sener and Koltun 2018, "Multi-Task Learning as Multi-Objective Optimization",
    /// arXiv:1810.04650. Cost: the Gramian of the trunk's gradients (see `mtlc plan`) and one backward pass of the trunk. λ:
    /// refused, since a larger λ would make a task count *less* here. `on:` parameters only; at the representation it is `mgda_ub`. When: few tasks that conflict hard.
    /// Not when: one task has small gradients: it then takes nearly all the weight and the others stall (`normalize: l2` helps).
    pub struct Mgda = "mgda" {
        /// What gradients are divided by before they are compared.
        normalize: Normalize = Normalize::None;
        /// Where gradients are compared: `parameters`.
        on: On = On::Parameters;
    }
}

impl Balancer for Mgda {
    fn lambda(&self) -> Lambda {
        Lambda::Refused
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
        "at the representation it is another method of the same paper, `mgda_ub`"
    }
}
