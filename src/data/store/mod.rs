//! The row store: what a table holds when it is too large for memory.
//!
//! A column lies in one raw file for each of its buffers (values, offsets, which are missing), which is mapped into memory and seen as
//! one Arrow array ([`columns`]): whatever works on a column in memory works on one on disk. An Arrow IPC file would cut a column into
//! batches, of which one array cannot be made without copying. Mapped pages count as memory of the process while they are touched, so
//! whoever has gone through some rows lets them go ([`release`]).
//!
//! What comes out of the steps lies row after row in one file ([`rows`]) and is read by position: a batch needs all of a few rows, for
//! which columns would be the wrong way round, and nothing is mapped.
//!
//! Columns are kept in the cache folder, by what they were made from ([`kept`]); prepared rows depend on what was fitted, and live as
//! long as the process.

pub mod columns;
pub mod fixed;
pub mod folder;
pub mod kept;
mod mapped;
pub mod rows;

pub use fixed::Fixed;
pub use mapped::release;

use super::sizes;

/// Rows of so many bytes lie in memory; more lie on disk.
const MEMORY: u64 = 256 << 20;

/// How many bytes of rows lie in memory: what `MTLC_MEMORY` says (`64M`, `2G`), or the usual.
pub fn memory() -> usize {
    usize::try_from(sizes::of_environment("MTLC_MEMORY").unwrap_or(MEMORY)).unwrap_or(usize::MAX)
}
