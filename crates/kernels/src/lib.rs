//! What the built-in backend computes by itself, where the general way is several times slower: slices of `f32` in, vectors out.
//!
//! A crate of its own, so that it is compiled for speed whatever `mtlc` is compiled for. It knows no tensors; that is the part
//! of `mtlc`'s `kernels/`. Every result is the same for any number of threads: a number is added up by one thread, in one order.

pub mod attention;
pub mod batch_norm;
pub mod centers;
pub mod convolution;
pub mod cross_entropy;
pub mod ctc;
pub mod cut;
pub mod dense;
pub mod dice;
#[cfg(test)]
mod drawn;
pub mod embedding;
pub mod grouping;
pub mod heats;
pub mod layer_norm;
mod matrix;
pub mod optimizer;
pub mod past;
pub mod pointwise;
pub mod pooling;
pub mod processor;
pub mod recurrent;
mod sums;
pub mod time_convolution;
