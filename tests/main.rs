//! The one integration binary, so that linking happens once. One module per stage.

mod cli;
#[cfg(feature = "data")]
mod data;
mod docs;
mod editor;
mod format;
#[cfg(feature = "data")]
mod generate;
mod graph;
mod house;
mod project;
mod readme;
mod robust;
#[cfg(feature = "serve")]
mod serve;
mod sharing;
mod spec;
mod support;
mod syntax;
#[cfg(feature = "run")]
mod train;
