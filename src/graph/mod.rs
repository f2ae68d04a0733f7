//! The model graph: what the typed pipeline computes, as a petgraph of ordinary nodes.
//!
//! Sharing strategies have been expanded, and every node says its type and whose weights it uses. Passes
//! transform it, exports draw it, `lower/` turns it into modules.

mod model;

pub use model::{GraphNode, GraphOp, Head, ModelGraph};
