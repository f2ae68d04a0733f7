//! How wide things are on one line, and where spaces stand.

use super::group::{Content, Group, Node, Part, Role};
use crate::syntax::token::TokenKind;

pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

/// True if a space stands between two neighbours.
pub(super) fn spaced(left: &Node, right: &Node) -> bool {
    let glues = |node: &Node| match node {
        Node::Leaf(leaf) => matches!(leaf.role, Role::Sign | Role::Fraction) || leaf.token.kind == TokenKind::Dot,
        _ => false,
    };
    match right {
        _ if glues(left) => false,
        Node::Leaf(leaf) => {
            !matches!(leaf.role, Role::Fraction | Role::End)
                && !matches!(leaf.token.kind, TokenKind::Dot | TokenKind::Colon | TokenKind::Comma)
        }
        Node::Group(group) => !group.kind.is_attached(),
        Node::Remark(_) => true,
    }
}

/// A group as one line; `None` if it was meant to be several, or a comment in it makes it so.
pub(super) fn group(text: &str, group: &Group) -> Option<usize> {
    let Content { opening, parts, closing, many_lines } = &group.content;
    if !opening.is_empty() || !closing.is_empty() || (*many_lines && group.kind.is_curly()) {
        return None;
    }
    let mut sum = 2 + 2 * parts.len().saturating_sub(1);
    for part in parts {
        if !part.before.is_empty() || !part.after.is_empty() {
            return None;
        }
        sum += nodes(text, &part.nodes)?;
    }
    let inner_spaces = if group.kind.is_curly() && !parts.is_empty() { 2 } else { 0 };
    Some(sum + inner_spaces)
}

/// Neighbours as one line, or `None`.
pub(super) fn nodes(text: &str, nodes: &[Node]) -> Option<usize> {
    let mut sum = 0;
    for (index, next) in nodes.iter().enumerate() {
        sum += usize::from(index > 0 && spaced(&nodes[index - 1], next));
        sum += match next {
            Node::Leaf(leaf) => width(leaf.token.text(text)),
            Node::Group(group) => group.width?,
            Node::Remark(_) => return None,
        };
    }
    Some(sum)
}

/// True if it is a `{…}`, or has one in it.
pub(super) fn has_curly(group: &Group) -> bool {
    let inside = |node: &Node| matches!(node, Node::Group(group) if has_curly(group));
    group.kind.is_curly() || group.content.parts.iter().any(|part| part.nodes.iter().any(inside))
}

/// True for a plain value: a name, a number, a text. Many of them fill lines.
pub(super) fn plain(part: &Part) -> bool {
    part.nodes.iter().all(|node| match node {
        Node::Leaf(leaf) => !matches!(leaf.token.kind, TokenKind::Arrow | TokenKind::Colon | TokenKind::Equals),
        _ => false,
    })
}
