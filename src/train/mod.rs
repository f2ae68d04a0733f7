//! From a checked pipeline and its data to a trained model: the loop, what is measured in it, and what is written down.

pub mod scoring;
pub mod metrics;
pub mod statistics;
pub mod records;
pub mod report;
pub mod tensorboard;
