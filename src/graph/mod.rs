//! The model graph: what the typed pipeline computes, as a petgraph of ordinary nodes.
//!
//! [`build`] makes it, with sharing strategies expanded, and every node says its type and whose weights it uses.
//! [`passes`] transform it, [`export`] draws it, [`parameters`] counts, `lower/` turns it into modules.

mod adapt;
mod build;
mod expand;
pub mod export;
mod model;
pub mod parameters;
pub mod page;
pub mod passes;
pub mod readers;

pub use build::build;
pub use model::{GraphNode, GraphOp, Head, ModelGraph, Origin, Writer};
