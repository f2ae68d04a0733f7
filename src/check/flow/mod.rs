//! What flows: chains, layers, blocks and expressions, each with the type that it makes.

pub(in crate::check) mod blocks;
pub(in crate::check) mod chains;
pub(in crate::check) mod each;
pub(in crate::check) mod expressions;
pub(in crate::check) mod layer_nodes;
pub(in crate::check) mod names;
