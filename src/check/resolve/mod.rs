//! What names mean: the files of a compilation, their declarations, which parts these may have, and what a word that is none of them may have meant.

pub(in crate::check) mod bring;
pub(in crate::check) mod circle;
pub(in crate::check) mod effort;
pub(in crate::check) mod env;
pub(in crate::check) mod fields;
pub(in crate::check) mod instead;
pub(in crate::check) mod lookup;
pub(in crate::check) mod not_built;
pub(in crate::check) mod program;
pub(in crate::check) mod progress;
pub(in crate::check) mod said_once;
pub mod standard;
pub(in crate::check) mod synonyms;

use effort::Effort;
use program::{DeclId, Program};

use crate::source::Span;

/// What names mean.
#[derive(Debug, Default)]
pub(in crate::check) struct Names {
    pub program: Program,
    /// How often a name was asked for that might have been meant.
    pub suggestions: usize,
    pub effort: Effort,
    /// Each name that was read, and what it was taken for; only in debug builds.
    pub read: Vec<(Span, DeclId)>,
    /// Declarations being elaborated, outermost first, for the message of a cycle.
    pub open: Vec<DeclId>,
}
