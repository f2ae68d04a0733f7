//! Lowering: from the model graph to burn.
//!
//! A graph node becomes a [`model::Step`]: a catalog layer, its weights and the nodes it reads. The other half of a
//! catalog layer, loss or optimizer is a file of the same name in `layers/`, `losses/` and `optimizers/`, written with
//! burn's tensor and module functions.
//!
//! Differentiation is ours, node by node, because burn keeps no tape for a second backward and multi-task methods need
//! many: a layer either writes its own `vjp`, or its forward is recorded by burn's autodiff for that one node. So
//! cotangents of several tasks can be kept apart for as long as a method wants, frozen parts cost nothing, and a layer
//! can give its share of the tasks' Gramian without a weight gradient per task.

pub mod clock;
pub mod device;
mod draw;
mod extents;
mod folding;
mod half;
mod in_place;
pub mod kept_values;
pub mod layers;
pub mod losses;
mod meeting;
mod memory;
pub mod model;
pub mod neighbours;
mod not_lowered;
pub mod optimizers;
mod pool;
mod processor;
pub mod reports;
mod segments;
pub mod siblings;
pub mod standing;
mod tape;
pub mod trace;
pub mod value;
pub mod weights;
pub mod world;
pub mod writing;

#[cfg(test)]
mod along_time_tests;
#[cfg(test)]
mod answer_loss_tests;
#[cfg(test)]
mod class_map_loss_tests;
#[cfg(test)]
mod crf_tests;
#[cfg(test)]
mod padding_tests;
#[cfg(test)]
mod picture_loss_tests;
#[cfg(test)]
mod pooling_tests;
#[cfg(test)]
mod sharing_tests;
#[cfg(test)]
mod sparse_tests;
#[cfg(test)]
mod tests;

pub use burn::tensor::Device;
pub use clock::Clock;
pub use device::{Backend, NoBackend, deterministic};
pub use draw::Draw;
pub use model::Model;
pub use not_lowered::{Misfit, NotLowered};
pub use pool::{on_pool, with_threads};
pub use value::{Index, Real, Value};
