//! The one integration binary, so that linking happens once. One module per stage.

#[cfg(feature = "data")]
mod data;
mod graph;
mod spec;
mod support;
mod syntax;
