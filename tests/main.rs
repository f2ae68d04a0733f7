//! The one integration binary, so that linking happens once. One module per stage.

mod architecture;
mod cli;
mod docs;
mod graph;
mod spec;
mod support;
mod syntax;
