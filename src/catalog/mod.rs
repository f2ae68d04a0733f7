//! What exists: every layer, loss, metric, optimizer, schedule, sharing strategy, balancer, step,
//! decoder and format, one file each. Pure data and arithmetic; no tensors, no I/O.
//!
//! An entry is a struct with typed parameters, declared by [`entry!`](crate::entry) in its own file;
//! a folder is a list, declared by [`catalog!`](crate::catalog) in its `mod.rs`, that expands to the
//! `mod` lines, an enum with one variant per entry and the table that names and documents them.
//! What an entry computes (its other half) lives in the mirrored folder of `lower/`, `data/` or `train/`.

pub mod addresses;
pub mod along_time;
pub mod classes;
pub mod dates;
mod dim;
mod entry;
pub mod error;
pub mod given;
pub mod layout;
mod param;
pub mod planned;
pub mod reference;
mod types;

pub mod answers;
pub mod averaging;
pub mod balancers;
pub mod decoders;
pub mod formats;
pub mod functions;
pub mod kinds;
pub mod layers;
pub mod losses;
pub mod metrics;
pub mod models;
pub mod optimizers;
pub mod sampling;
pub mod schedules;
pub mod sharing;
pub mod steps;

pub use dim::{Dim, Equality, Facts, Symbol};
pub use entry::{Entry, EntryInfo, written};
pub use error::{ShapeError, Undecided};
pub use param::{
    ArgValue, Args, Factor, Name, ParamKind, ParamSpec, ParamValue, Range, Share, show_measured, show_number,
};
pub use types::{Axis, CategoryColumn, Kind, Type};
