//! Diagnostics: what `mtlc` says to people.
//!
//! A stage fills [`Diagnostic`]s into a [`Sink`] and goes on; nothing is rendered until the end
//! ([`render`]). Every kind of problem is a [`Code`], declared once with the doc comment that is also
//! its `mtlc explain` page ([`codes`]).

pub mod codes;
pub mod fixes;
mod code;
mod diagnostic;
pub mod near;
pub mod render;
mod sink;
pub mod settings;
pub mod suggest;

pub use code::{Code, Level};
pub use diagnostic::{Diagnostic, Edit, Fix, Label, Severity};
pub use sink::Sink;
