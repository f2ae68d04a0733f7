//! From the syntax tree to the typed pipeline: names, kinds, dimensions, obligations, lints.

pub mod pipeline;

pub use pipeline::Pipeline;
