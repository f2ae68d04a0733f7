//! Source files, spans and positions: what every later stage points at.
//!
//! A [`Span`] is a byte range in one file. A [`Sources`] owns the text of every file of a
//! compilation, whether it came from disk, from the embedded standard library or from memory,
//! and a [`Loader`] is the only door through which a stage before `data/` reaches a file. [`replace`] writes one and
//! [`point`] gives a folder another name, for the stages that may; [`Cannot`] says what the system refused.

mod cannot;
mod file;
mod lines;
mod loader;
mod own;
mod pointer;
mod replace;
mod span;

pub use cannot::{Cannot, Wanted};
pub use file::{SourceFile, Sources};
pub use lines::{LineIndex, Position};
pub use loader::{DiskLoader, LoadError, Loader, MemoryLoader};
pub use own::own_name;
pub use pointer::{point, pointed};
pub use replace::{Replacing, replace};
pub use span::{FileId, Span};
