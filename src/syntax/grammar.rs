//! The generated parser. Nothing outside `syntax` names one of its rules.

/// Reads a piece of a prepared copy (see `scan`).
#[derive(pest_derive::Parser)]
#[grammar = "../grammar/mtl.pest"]
pub(super) struct Grammar;

pub(super) type Pair<'copy> = pest::iterators::Pair<'copy, Rule>;
