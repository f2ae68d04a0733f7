//! The one integration binary, so that linking happens once. One module per stage.

mod format;
mod graph;
mod house;
mod robust;
mod spec;
mod support;
#[cfg(feature = "data")]
mod data;
mod syntax;
