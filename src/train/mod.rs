//! Training: balancers at work.

pub mod balancers;
