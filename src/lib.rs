//! `mtlc`, a compiler for multi-task learning. ARCHITECTURE.md is the map.
//!
//! A module may import only from those above it in this list; a test reads the `use` lines.

pub mod source;
pub mod diag;
pub mod syntax;
pub mod format;
pub mod catalog;
pub mod expression;
pub mod pipeline;
pub mod check;
pub mod graph;
pub mod library;
pub mod editor;
#[cfg(feature = "data")]
pub mod answers;
#[cfg(feature = "data")]
pub mod data;
#[cfg(feature = "data")]
pub mod generate;
#[cfg(feature = "data")]
pub mod score;
#[cfg(feature = "run")]
pub mod kernels;
#[cfg(feature = "run")]
pub mod lower;
#[cfg(feature = "run")]
pub mod train;
#[cfg(feature = "run")]
pub mod export;
pub mod project;
#[cfg(feature = "run")]
pub mod study;
#[cfg(feature = "data")]
pub mod report;
#[cfg(feature = "serve")]
pub mod serve;
pub mod cli;
