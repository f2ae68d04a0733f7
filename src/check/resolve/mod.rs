//! What names mean: the files of a compilation, their declarations, which parts these may have, and what a word that is none of them may have meant.

pub(in crate::check) mod env;
pub(in crate::check) mod fields;
pub(in crate::check) mod instead;
pub(in crate::check) mod program;
pub(in crate::check) mod said_once;
pub mod std_tasks;
pub(in crate::check) mod synonyms;
