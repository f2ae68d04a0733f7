//! From a prepared pipeline to a trained model and what is said of it.
//!
//! [`session`] brings pipeline, data and graph together, [`fit`] is the loop, [`engine`] one step of it, [`evaluate`] and
//! [`judge`] turn a model into figures, [`summary`] and [`report`] into what people read. [`compare`] and [`affinity`]
//! train many times to say what training together is worth, [`tune`] to say what serves it best.

pub mod scoring;
pub mod metrics;
pub mod statistics;
pub mod records;
pub mod report;
pub mod tensorboard;
pub mod balancers;
mod average;
mod choice;
mod task_stop;
pub mod checkpoint;
pub mod lock;
pub mod directory;
mod not_a_run;
pub mod decode;
pub mod loss;
pub mod gradients;
pub mod transfer;
pub mod engine;
pub mod conflicts;
pub mod plan;
pub mod prefix;
pub mod evaluate;
pub mod judge;
pub mod watch;
pub mod fit;
pub mod session;
pub mod compare;
pub mod affinity;
pub mod tune;
pub mod routes;
pub mod summary;
pub mod importance;
pub mod longer;
mod worked;

#[cfg(test)]
mod sharing_tests;
#[cfg(test)]
mod tests;
