//! Training: what is measured, written down and shown.

mod metrics;
mod tune;
