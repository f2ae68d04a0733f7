//! A declaration at another place: the same tree, with every span moved.

use super::tree::{
    Arg, Block, Call, Choice, Decl, Doc, Entry, EntryKind, Expr, ExprKind, Field, Ident, Join, JoinKey, Mapping,
    Members, MembersKind, Names, Parameter, Path,
};
use crate::source::{FileId, Span};

/// From where to where.
#[derive(Clone, Copy)]
pub(super) struct Move {
    pub file: FileId,
    /// So many bytes on; back if it is negative.
    pub by: i64,
}

pub(super) trait Moved {
    fn moved(&mut self, to: Move);
}

impl Moved for Span {
    fn moved(&mut self, to: Move) {
        let moved = |at: u32| (i64::from(at) + to.by) as u32;
        *self = Span { file: to.file, start: moved(self.start), end: moved(self.end) };
    }
}

impl Moved for String {
    fn moved(&mut self, _: Move) {}
}

impl<T: Moved> Moved for Vec<T> {
    fn moved(&mut self, to: Move) {
        self.iter_mut().for_each(|one| one.moved(to));
    }
}

impl<T: Moved> Moved for Option<T> {
    fn moved(&mut self, to: Move) {
        self.iter_mut().for_each(|one| one.moved(to));
    }
}

impl<T: Moved> Moved for Box<T> {
    fn moved(&mut self, to: Move) {
        self.as_mut().moved(to);
    }
}

impl<A: Moved, B: Moved> Moved for (A, B) {
    fn moved(&mut self, to: Move) {
        self.0.moved(to);
        self.1.moved(to);
    }
}

/// What of each struct has a place in it; behind the semicolon, what has none. A field that is in neither list does not compile.
macro_rules! structs {
    ($($name:ident { $($field:ident),*; $($other:ident),* })*) => {
        $(impl Moved for $name {
            fn moved(&mut self, to: Move) {
                let $name { $($field,)* $($other: _,)* } = self;
                $($field.moved(to);)*
            }
        })*
    };
}

structs! {
    Arg { name, value, span; }
    Block { entries, span; }
    Call { callee, args, body, span; parenthesised }
    Choice { base, of, except; }
    Decl { docs, keyword_span, name, members, params, kind, by, from, value, over, block, span; keyword }
    Doc { span; text }
    Entry { docs, kind, span; }
    Expr { kind, span; }
    Field { name, to, more, value, rename, map, derived, block, span; }
    Ident { span; name }
    Join { name, format, keys, block, span; }
    JoinKey { name, rename; }
    Mapping { pairs, span; }
    Members { kind, span; }
    Names { name, to; }
    Parameter { docs, name, kind, default, span; }
    Path { parts, span; }
}

impl Moved for EntryKind {
    fn moved(&mut self, to: Move) {
        match self {
            EntryKind::Field(field) => field.moved(to),
            EntryKind::Assign { name, value } => {
                name.moved(to);
                value.moved(to);
            }
            EntryKind::Join(join) => join.moved(to),
        }
    }
}

impl Moved for MembersKind {
    fn moved(&mut self, to: Move) {
        match self {
            MembersKind::Columns(items) => items.moved(to),
            MembersKind::Classes(column) => column.moved(to),
        }
    }
}

impl Moved for ExprKind {
    fn moved(&mut self, to: Move) {
        match self {
            ExprKind::List(items) | ExprKind::Chain(items) => items.moved(to),
            ExprKind::Path(path) => path.moved(to),
            ExprKind::Index { base, items } => {
                base.moved(to);
                items.moved(to);
            }
            ExprKind::Axis { name, size } => {
                name.moved(to);
                size.moved(to);
            }
            ExprKind::Range { from, to: end } => {
                from.moved(to);
                end.moved(to);
            }
            ExprKind::Between { from, to: end } => {
                from.moved(to);
                end.moved(to);
            }
            ExprKind::Choice(choice) => choice.moved(to),
            ExprKind::Call(call) => call.moved(to),
            ExprKind::Negate(inner) | ExprKind::Not(inner) | ExprKind::Paren(inner) => inner.moved(to),
            ExprKind::If { condition, then, otherwise } => {
                condition.moved(to);
                then.moved(to);
                otherwise.moved(to);
            }
            ExprKind::Binary { op: _, op_span, left, right } => {
                op_span.moved(to);
                left.moved(to);
                right.moved(to);
            }
            ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Bool(_) | ExprKind::Pattern(_) | ExprKind::Broken => {
            }
        }
    }
}
