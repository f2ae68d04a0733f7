//! The one integration binary, so that linking happens once. One module per stage.

#[cfg(feature = "data")]
mod data;
mod format;
mod graph;
mod house;
mod robust;
mod sharing;
mod spec;
mod support;
mod syntax;
