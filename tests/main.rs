//! The one integration binary, so that linking happens once. One module per stage.

mod graph;
mod spec;
mod support;
mod syntax;
