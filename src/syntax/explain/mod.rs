//! Words for what could not be read.
//!
//! The grammar only says *where* something is no value, no entry or no part of a declaration; here its tokens are read
//! once more to find the first one that does not fit, and what was most likely meant. Nothing is said about a place
//! where the scanner has reported something already.

mod declaration;
mod entry;
mod value;

use std::ops::Range;

use super::token::{Token, TokenKind};

/// Where a value was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place<'name> {
    /// After a word or sign in the head of a declaration.
    Part(&'static str),
    /// After `name:` in a block.
    Field(&'name str),
    /// After `name =` in a block.
    Assign(&'name str),
    /// In the parentheses of a call.
    Argument,
    /// After `name:` in the parentheses of a call.
    Named(&'name str),
    /// Between `[` and `]`.
    Item,
    /// In parentheses.
    Paren,
    /// In the braces of `repeat` or `each`.
    Body,
    /// All there is.
    Whole,
}

impl Place<'_> {
    /// Completes "expected a value …".
    fn words(&self) -> String {
        match self {
            Place::Part(word) => format!("after `{word}`"),
            Place::Field(name) | Place::Named(name) => format!("after `{name}:`"),
            Place::Assign(name) => format!("after `{name} =`"),
            Place::Argument | Place::Item => "next to this comma".into(),
            Place::Paren => "between `(` and `)`".into(),
            Place::Body => "between `{` and `}`".into(),
            Place::Whole => "here".into(),
        }
    }

    /// True if a comma separates what stands here from the next thing of its sort.
    fn in_brackets(&self) -> bool {
        matches!(self, Place::Argument | Place::Named(_) | Place::Item)
    }

    fn in_block(&self) -> bool {
        matches!(self, Place::Field(_) | Place::Assign(_))
    }
}

/// The place right behind a token.
fn behind(token: Token) -> Range<usize> {
    token.end as usize..token.end as usize
}

/// From the start of one token to the end of another.
fn between(first: Token, last: Token) -> Range<usize> {
    first.start as usize..last.end as usize
}

/// The index behind the bracket that closes the one at `open`; the end if there is none.
fn skip_brackets(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return index + 1;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}
