//! Runs of runs: [`compare`] trains specs and variants side by side, [`affinity`] says which tasks help which, [`tune`]
//! searches for what serves a spec best.

pub mod affinity;
pub mod compare;
pub mod tune;
