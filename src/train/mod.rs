//! From a prepared pipeline to a trained model and what is said of it.
//!
//! [`session`] brings pipeline, data and graph together, [`fit`] is the loop, [`engine`] one step of it, [`evaluate`] and
//! [`judge`] turn a model into figures.

pub mod records;
pub mod balancers;
mod average;
pub mod choice;
mod task_stop;
pub mod checkpoint;
mod contrasted;
pub mod loss;
mod many_heads;
pub mod gradients;
pub mod transfer;
pub mod embed;
pub mod engine;
mod together;
mod whole;
pub mod conflicts;
mod cuts;
mod evaluation;
#[cfg(feature = "mpi")]
pub mod mpi;
#[cfg(feature = "nccl")]
pub mod nccl;
pub mod pulse;
mod spread;
pub mod plan;
pub mod prefix;
pub mod evaluate;
pub mod find;
pub mod watch;
mod failure;
pub mod fit;
pub mod session;
pub mod profile;
pub mod answering;
pub mod routes;
mod in_file;
mod locate;
mod maps_in_file;
pub mod longer;

#[cfg(test)]
mod answering_tests;

#[cfg(test)]
mod heads_tests;

#[cfg(test)]
pub(crate) mod tests;

#[cfg(test)]
mod world_tests;

#[cfg(test)]
mod writing_tests;
