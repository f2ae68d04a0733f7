//! Balancers: how the losses of the tasks become one update (`weights by NAME(…) { … }`). What a balancer computes is
//! in `train/balancers/`.

crate::catalog! {
    /// A balancer with its arguments.
    pub enum BalancerDef: Balancer {
        aligned_mtl::AlignedMtl,
        cagrad::Cagrad,
        config::Config,
        db_mtl::DbMtl,
        dualproj::Dualproj,
        dwa::Dwa,
        excess_mtl::ExcessMtl,
        fairgrad::Fairgrad,
        famo::Famo,
        geometric::Geometric,
        graddrop::Graddrop,
        gradnorm::Gradnorm,
        gradvac::Gradvac,
        imtl_g::ImtlG,
        imtl_l::ImtlL,
        log_scale::LogScale,
        mgda::Mgda,
        mgda_ub::MgdaUb,
        moco::Moco,
        modo::Modo,
        nash_mtl::NashMtl,
        pcgrad::Pcgrad,
        rlw::Rlw,
        schedule::Schedule,
        sdmgrad::Sdmgrad,
        r#static::Static,
        stch::Stch,
        uncertainty::Uncertainty,
        upgrad::Upgrad,
    }
}

/// What the written λ is to a balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lambda {
    /// Losses and gradients are scaled by T·λ before the method sees them.
    Scales,
    /// A preference vector of the method.
    Preference,
    /// Where the weights start.
    Initial,
    /// Unequal λ make no sense for it: an error.
    Refused,
}

/// Whether the raw update is like the mean of the tasks' gradients or like their sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    Mean,
    Sum,
}

/// What a balancer must be given at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The losses of the tasks.
    Losses,
    /// The losses, and once more those of the same batch after the update.
    LossesAfterStep,
    /// The inner products of the tasks' gradients.
    Gramian,
    /// The tasks' gradients themselves.
    Jacobian,
}

crate::words! {
    /// Where the gradients of the tasks are compared.
    pub enum On {
        /// At the output of the shared part: one backward pass of the trunk per step, however many tasks.
        Representation = "representation",
        /// At the parameters of the shared part.
        Parameters = "parameters",
    }
}

/// Both places.
pub const ANYWHERE: &[On] = &[On::Representation, On::Parameters];

pub trait Balancer {
    fn lambda(&self) -> Lambda;

    fn scale(&self) -> Scale;

    fn needs(&self) -> Needs {
        Needs::Losses
    }

    /// Where gradients are compared; `None` for methods that use losses only.
    fn on(&self) -> Option<On> {
        None
    }

    /// Where the method may compare gradients.
    fn places(&self) -> &'static [On] {
        &[]
    }

    /// Why not elsewhere, to complete "…, because …"; empty if the method works everywhere.
    fn why_not_elsewhere(&self) -> &'static str {
        ""
    }

    /// How many independent, disjoint parts of each batch the method compares.
    fn samples(&self) -> usize {
        1
    }

    /// How many tasks it takes to make sense.
    fn minimum_tasks(&self) -> usize {
        if self.needs_gradients() { 2 } else { 1 }
    }

    /// False if it draws random numbers (by seed and step).
    fn deterministic(&self) -> bool {
        true
    }

    /// The epochs at which the block gives a weight, if it gives a list of them per task.
    fn moments(&self) -> Option<&[usize]> {
        None
    }

    /// True if it weighs tasks by their losses in the batch at hand, which must not be those of a row or two.
    fn needs_steady_losses(&self) -> bool {
        false
    }

    /// λ in an epoch, if it moves; `moments` as written, one list over tasks for each moment.
    fn lambda_in(&self, _moments: &[Vec<f64>], _epoch: usize) -> Option<Vec<f64>> {
        None
    }

    /// True if it needs the gradient of every task.
    fn needs_gradients(&self) -> bool {
        matches!(self.needs(), Needs::Gramian | Needs::Jacobian)
    }
}
