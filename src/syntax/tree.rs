//! The syntax tree: what was written, with places and comments, and nothing of what it means.
//!
//! The language has one shape of declaration (`keyword name(params): kind by NAME(…) from chain = value { … }`),
//! so the tree has one [`Decl`]; which parts a keyword may have is decided in `check/`. Whatever
//! could not be parsed has been reported and left out.

use std::rc::Rc;

pub use super::keyword::Keyword;
use crate::source::Span;

/// A name and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Ident {
    pub name: String,
    pub span: Span,
}

/// A dotted name: `trunk`, `penguins.island`, `label.classes`.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    pub parts: Vec<Ident>,
    pub span: Span,
}

impl Path {
    /// The path as written.
    pub fn text(&self) -> String {
        self.parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(".")
    }

    /// The name, if the path is a single one.
    pub fn single(&self) -> Option<&Ident> {
        match self.parts.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// One line of `///` or `//!`, without the marker and one following space.
#[derive(Clone, Debug, PartialEq)]
pub struct Doc {
    pub text: String,
    pub span: Span,
}

/// A `//` comment (not a doc comment), marker included.
#[derive(Clone, Debug, PartialEq)]
pub struct Comment {
    pub text: String,
    pub span: Span,
    /// True if nothing but space stands before it on its line.
    pub own_line: bool,
}

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// `//!` lines.
    pub docs: Vec<Doc>,
    pub items: Vec<Item>,
    /// In order of place; the formatter puts them back, `check` reads `mtlc: allow(…)` from them.
    pub comments: Vec<Comment>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    Use(Use),
    /// Shared, since whoever reads the file again has most of them as they were.
    Decl(Rc<Decl>),
}

/// `use std.tasks.{classification, binary}` or `use "blocks.mtl".{residual}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    pub source: UseSource,
    pub names: Vec<Ident>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum UseSource {
    /// `std.tasks`: a file of the standard library.
    Std(Path),
    /// A path relative to the file that says `use`.
    File { path: String, span: Span },
}

/// A declaration; every part is optional here, and `check/` says what each keyword needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Decl {
    pub docs: Vec<Doc>,
    pub keyword: Keyword,
    pub keyword_span: Span,
    pub name: Option<Ident>,
    /// `[nr_ar .. sr_p53]` after the name: a family of tasks.
    pub members: Option<Members>,
    /// `(channels: int = 64)` after the name: parameters of a block or a template.
    pub params: Option<Vec<Parameter>>,
    /// After `:`, a kind, a format, a template or a block: `csv("a.csv")`, `int`.
    pub kind: Option<Expr>,
    /// After `by`: a strategy.
    pub by: Option<Call>,
    /// After `from`: a chain or a single expression (data flow).
    pub from: Option<Expr>,
    /// After `=`: a value or a default.
    pub value: Option<Expr>,
    /// After `over`: a search space of a `param`.
    pub over: Option<Expr>,
    pub block: Option<Block>,
    /// From the keyword to the last character of the declaration (docs not included).
    pub span: Span,
}

/// What a declaration is repeated for.
#[derive(Clone, Debug, PartialEq)]
pub struct Members {
    pub kind: MembersKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum MembersKind {
    /// `[a, b, c .. z]`: columns.
    Columns(Vec<Expr>),
    /// `[by exams.school]`: the classes of a column.
    Classes(Path),
}

/// `name: type = default` in parentheses.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    pub docs: Vec<Doc>,
    pub name: Ident,
    pub kind: Option<Expr>,
    pub default: Option<Expr>,
    pub span: Span,
}

/// `{ … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub entries: Vec<Entry>,
    /// Braces included.
    pub span: Span,
}

impl Block {
    /// The first field of a name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields().find(|field| field.name.name == name)
    }

    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.entries.iter().filter_map(|entry| match &entry.kind {
            EntryKind::Field(field) => Some(field),
            EntryKind::Assign { .. } | EntryKind::Join(_) => None,
        })
    }
}

/// One line of a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub docs: Vec<Doc>,
    pub kind: EntryKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "nearly every entry of a block is a field")]
pub enum EntryKind {
    /// `name: value`, `name { … }`, `p00 .. p63: number`, `bill: number as "Bill (mm)"`.
    Field(Field),
    /// `y = in -> relu`: a named node of a block.
    Assign { name: Ident, value: Expr },
    /// `join customers: csv("customers.csv") on customer_id { age: number }`: a second table.
    Join(Box<Join>),
}

/// A second table, whose columns stand beside those of the first in each row that has its key.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    pub name: Ident,
    pub format: Expr,
    /// The columns that both tables have.
    pub keys: Vec<JoinKey>,
    /// The columns of the second table.
    pub block: Option<Block>,
    pub span: Span,
}

/// A column that both tables have.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinKey {
    pub name: Ident,
    /// `as "…"`: its name in the file of the second table.
    pub rename: Option<(String, Span)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Has dots only in `transfer` and `variant`: `trunk.conv2d.2`.
    pub name: Ident,
    /// The end of a range of names: `p63` in `p00 .. p63: number`.
    pub to: Option<Ident>,
    /// Other names of one value, only in `columns`: `b` and `p00 .. p63` in `a, b, p00 .. p63: number`.
    pub more: Vec<Names>,
    pub value: Option<Expr>,
    /// `as "…"`: the name in the file.
    pub rename: Option<(String, Span)>,
    /// `map { "Male": "male" }`: what cells stand for, each with its place and that of what it means.
    pub map: Option<Mapping>,
    /// `= weight / height ^ 2`: what a column is made of.
    pub derived: Option<Expr>,
    pub block: Option<Block>,
    pub span: Span,
}

/// `map { "Male", "M": "male" }`, one pair for each text on the left.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    pub pairs: Vec<((String, Span), (String, Span))>,
    pub span: Span,
}

/// A name, or a range of names.
#[derive(Clone, Debug, PartialEq)]
pub struct Names {
    pub name: Ident,
    pub to: Option<Ident>,
}

impl Field {
    /// All names and ranges of names, in order.
    pub fn names(&self) -> impl Iterator<Item = (&Ident, Option<&Ident>)> {
        std::iter::once((&self.name, self.to.as_ref()))
            .chain(self.more.iter().map(|more| (&more.name, more.to.as_ref())))
    }
}

/// An expression and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    Number(Number),
    String(String),
    Bool(bool),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `trunk`, `penguins.island`, `in`
    Path(Path),
    /// `penguins[a, b]`, `number[8, 8]`
    Index {
        base: Box<Expr>,
        items: Vec<Expr>,
    },
    /// `time: 50`, between the brackets of a shape.
    Axis {
        name: Ident,
        size: Box<Expr>,
    },
    /// `p00 .. p63`
    Range {
        from: Ident,
        to: Ident,
    },
    /// `1 .. 139`, in parentheses: whole numbers that are classes. Each end is a number, a negated number or a text.
    Between {
        from: Box<Expr>,
        to: Box<Expr>,
    },
    /// `bill_*` and `*`, between the brackets of an index.
    Pattern(String),
    /// `* of number except [a, b]`, between the brackets of an index.
    Choice(Choice),
    /// `dense(64)`, `repeat(3) { residual(64) }`
    Call(Call),
    /// `-x`
    Negate(Box<Expr>),
    /// `not x`
    Not(Box<Expr>),
    /// `if a then b else c`
    If {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    Binary {
        op: BinaryOp,
        op_span: Span,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `a -> b -> c`: two expressions or more. Whether the first is a source or a layer depends on the place.
    Chain(Vec<Expr>),
    /// `(…)`
    Paren(Box<Expr>),
    /// Something was written here that is no expression, and that has been reported: stay silent about it.
    Broken,
}

/// Columns by a pattern or a range, narrowed down.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// A pattern or a range.
    pub base: Box<Expr>,
    /// `of number`: those of one kind.
    pub of: Option<Ident>,
    /// `except a`, `except [a, b_*]`.
    pub except: Vec<Expr>,
}

/// A number as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Without the unit: `70%` has value 70.
    pub value: f64,
    pub unit: Unit,
    /// True for digits only (`64`, not `64.0` or `1e3`).
    pub integer: bool,
    /// As written, unit included.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    None,
    /// `70%`: a share.
    Percent,
    /// `0.1x`: a factor.
    Factor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Power,
    And,
    Or,
    /// `sex in ["f", "m"]`
    In,
    NotIn,
    /// `age is missing`, `age is not missing`
    Is,
}

impl BinaryOp {
    pub const fn text(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::Equal => "==",
            BinaryOp::NotEqual => "!=",
            BinaryOp::Less => "<",
            BinaryOp::LessEqual => "<=",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterEqual => ">=",
            BinaryOp::Power => "^",
            BinaryOp::And => "and",
            BinaryOp::Or => "or",
            BinaryOp::In => "in",
            BinaryOp::NotIn => "not in",
            BinaryOp::Is => "is",
        }
    }
}

/// A call, or a bare callee after `by` (`by hard`), which has no arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub callee: Path,
    pub args: Vec<Arg>,
    /// True if parentheses were written.
    pub parenthesised: bool,
    /// The trailing `{ chain }` of `repeat(…)` and `each(…)`.
    pub body: Option<Box<Expr>>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    pub name: Option<Ident>,
    pub value: Expr,
    pub span: Span,
}

impl Expr {
    /// The path, if the expression is one.
    pub fn as_path(&self) -> Option<&Path> {
        match &self.kind {
            ExprKind::Path(path) => Some(path),
            _ => None,
        }
    }

    /// The name, if the expression is a single one.
    pub fn as_name(&self) -> Option<&Ident> {
        self.as_path().and_then(Path::single)
    }

    /// The expression without parentheses around it.
    pub fn bare(&self) -> &Expr {
        match &self.kind {
            ExprKind::Paren(inner) => inner.bare(),
            _ => self,
        }
    }

    /// The expressions right inside this one, those in arguments included, but not the names and patterns of columns.
    pub fn parts(&self) -> impl Iterator<Item = &Expr> {
        let (one, many, arguments): ([Option<&Expr>; 3], &[Expr], &[Arg]) = match &self.kind {
            ExprKind::List(items) | ExprKind::Chain(items) => ([None; 3], items, &[]),
            ExprKind::Index { base, items } => ([Some(base), None, None], items, &[]),
            ExprKind::Call(call) => ([call.body.as_deref(), None, None], &[], &call.args),
            ExprKind::Negate(inner)
            | ExprKind::Paren(inner)
            | ExprKind::Not(inner)
            | ExprKind::Axis { size: inner, .. } => ([Some(inner), None, None], &[], &[]),
            ExprKind::Binary { left, right, .. } => ([Some(left), Some(right), None], &[], &[]),
            ExprKind::Between { from, to } => ([Some(from), Some(to), None], &[], &[]),
            ExprKind::If { condition, then, otherwise } => ([Some(condition), Some(then), Some(otherwise)], &[], &[]),
            ExprKind::Path(_)
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::Bool(_)
            | ExprKind::Range { .. }
            | ExprKind::Pattern(_)
            | ExprKind::Choice(_)
            | ExprKind::Broken => ([None; 3], &[], &[]),
        };
        one.into_iter().flatten().chain(many).chain(arguments.iter().map(|argument| &argument.value))
    }

    /// This expression and all inside it. Iterative, since a chain or a sum may be long.
    pub fn everything(&self) -> impl Iterator<Item = &Expr> {
        let mut open = vec![self];
        std::iter::from_fn(move || {
            let next = open.pop()?;
            open.extend(next.parts());
            Some(next)
        })
    }

    /// The members of a chain; the expression alone if it is none.
    pub fn stages(&self) -> &[Expr] {
        match &self.kind {
            ExprKind::Chain(stages) => stages,
            _ => std::slice::from_ref(self),
        }
    }
}
