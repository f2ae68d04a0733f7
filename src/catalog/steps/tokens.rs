//! What steps that make tokens of text have in common.

use super::needs_text;
use crate::catalog::{Axis, Dim, Kind, ShapeError, Type};

/// The first two indices of every vocabulary: padding, and a token that is not in it.
pub const RESERVED: usize = 2;

/// The tokens of each text, as many as it has, in a vocabulary that the training part settles: one of its own, or one of this name.
pub(super) fn learnt(step: &str, input: &Type, owner: &str, shared: Option<&str>) -> Result<Type, ShapeError> {
    let vocabulary = match shared {
        Some(shared) => format!("vocabulary({shared:?})"),
        None => format!("vocabulary({owner})"),
    };
    of(step, input, owner, Dim::symbol(vocabulary))
}

/// The same in a vocabulary of a size that is known.
pub(super) fn of(step: &str, input: &Type, owner: &str, vocabulary: Dim) -> Result<Type, ShapeError> {
    needs_text(step, input)?;
    let length = Axis::new(Axis::TIME, Dim::extent(format!("length({owner})")));
    Ok(Type::new(Kind::Tokens { vocabulary }, vec![input.rows().clone(), length]))
}

/// The vocabulary of tokens; an error for anything else.
pub(super) fn needs_tokens<'t>(step: &str, input: &'t Type) -> Result<&'t Dim, ShapeError> {
    match &input.kind {
        Kind::Tokens { vocabulary } => Ok(vocabulary),
        Kind::Text => {
            Err(super::refuse(step, "tokens", input)
                .help(format!("make tokens of the text first: `-> words -> {step}`")))
        }
        _ => Err(super::refuse(step, "tokens", input)),
    }
}
