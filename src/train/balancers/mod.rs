//! Balancers at work: from losses and gradients of the tasks present at a step to one update. Pure f64 on the host.
//!
//! Each file implements what its twin in `catalog/balancers/` describes, as the paper has it; [`Balance`] puts λ,
//! absent tasks and the scale of the update around it, the same for all.

mod adam;
mod balance;
mod gramian;
pub mod solve;
mod state;

#[cfg(test)]
mod tests;

pub use balance::Balance;
pub use gramian::Gramian;
pub use state::{BalancerState, Combination, Representation, Setup, Start, Step};

use crate::catalog::balancers::BalancerDef;

crate::mirror! {
    BalancerDef {
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
    /// The method of a catalog entry, at its first step.
    pub fn build(setup: &Setup) -> Box<dyn BalancerState> = started;
}

fn started<S: Start>(method: &S, setup: &Setup) -> Box<dyn BalancerState> {
    Box::new(method.start(setup))
}

/// Losses below this (negative ones included) count as this where a method takes a logarithm or divides by them.
pub const SMALLEST_LOSS: f64 = 1e-8;
