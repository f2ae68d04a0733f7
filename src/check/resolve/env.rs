//! What names mean inside a body: constants, local values, and what `label` stands for.

use std::collections::HashMap;
use std::rc::Rc;

use crate::catalog::{ArgValue, Dim, Type};
use crate::pipeline::NodeId;
use crate::source::Span;

/// A constant and where it was given.
#[derive(Clone, Debug)]
pub(in crate::check) struct Constant {
    pub value: ArgValue,
    pub span: Span,
}

/// What `label.classes` and `label.width` stand for inside a task; `None` where the label has no such size.
#[derive(Clone, Debug, Default)]
pub(in crate::check) struct LabelSizes {
    pub classes: Option<Dim>,
    pub width: Option<Dim>,
    /// How many tokens the target has, where it is tokens: known in the head.
    pub vocabulary: Option<Dim>,
    /// In words, for messages: "a category".
    pub kind: &'static str,
}

/// A body that is being read: where its outside names are looked up, and what is bound inside.
#[derive(Clone, Debug, Default)]
pub(in crate::check) struct Env {
    pub module: usize,
    pub constants: HashMap<String, Constant>,
    /// Local values of a block: `in`, and each named line; `None` for one whose expression has an error.
    pub locals: HashMap<String, Option<NodeId>>,
    pub label: Option<LabelSizes>,
    /// In a task's head: the targets that it may read as far as they are written.
    pub targets: Option<Rc<HeadTargets>>,
    /// Where the body was called from, with the name of what was called: errors inside a template are shown at
    /// the user's place first.
    pub call_site: Option<Rc<CallSite>>,
}

/// What a head may read of its own answer.
#[derive(Clone, Debug)]
pub(in crate::check) struct HeadTargets {
    /// The data sets of the label's rows.
    pub rows: Vec<usize>,
    /// Each target with its type, `None` after an error.
    pub of: Vec<(String, Option<Type>)>,
}

#[derive(Clone, Debug)]
pub(in crate::check) struct CallSite {
    pub span: Span,
    /// "template `classification`", "block `residual`".
    pub what: String,
}

impl Env {
    pub fn of_module(module: usize) -> Self {
        Self { module, ..Self::default() }
    }
}
