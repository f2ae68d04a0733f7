//! What concerns the spec as a whole: weights, training, sharing, leaks, obligations, lints.

pub(in crate::check) mod balancer;
pub(in crate::check) mod leaks;
pub mod lints;
pub(in crate::check) mod mixing;
pub mod obligations;
pub(in crate::check) mod proposals;
pub(in crate::check) mod sharing;
pub(in crate::check) mod train;
pub(in crate::check) mod transfer;
pub(in crate::check) mod uses;
pub(in crate::check) mod weights;
