//! What a check finds out of a spec, whether it is sound or not: the pipeline as far as it goes, and every name with what
//! it means. An editor shows these.

use super::Ask;
use super::whole::uses;
use crate::diag::settings::Remark;
use crate::pipeline::Pipeline;
use crate::source::{FileId, Span};
use crate::syntax::tree::File;

/// What a check comes to, besides its problems.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// As far as it goes: what has an error, and what depends on it, is left out. `None` if the text was not read to its end.
    partial: Option<Pipeline>,
    pub(super) sound: bool,
    /// The comments of every file, for suppression.
    pub remarks: Vec<(FileId, Vec<Remark>)>,
    /// What only data can answer of a spec with errors.
    pub asks: Vec<Ask>,
    resolved: uses::Resolved,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    pub sort: Sort,
    pub name: String,
    /// Its own place; `None` for an entry of the catalog.
    pub span: Option<Span>,
    /// What it is or gives, in a line: `f32[rows, 64]`, `category("a", "b")`, `64`, `(width: int = 64)`. `None` where an error
    /// leaves that open.
    pub ty: Option<String>,
    /// Its documentation, as Markdown.
    pub doc: String,
}

/// The sorts of things that have names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sort {
    Block,
    Column,
    Data,
    /// An entry of this folder of the catalog.
    Entry(&'static str),
    Family,
    Input,
    Instance,
    /// A table that is joined to a data set.
    Joined,
    /// A named line of a block.
    Local,
    /// Of a task or a shared node with several.
    Output,
    Param,
    /// Of a block or a template.
    Parameter,
    Shared,
    Task,
    Template,
    /// A `let`.
    Value,
}

/// A name that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    pub span: Span,
    /// Index into [`Names::definitions`].
    pub of: usize,
}

/// Every name of a spec and of the files that it uses.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub definitions: Vec<Definition>,
    /// In the order of the files, then of their places.
    pub uses: Vec<Use>,
}

impl Names {
    /// What the name at a place stands for: where it is read, or where it is defined.
    pub fn at(&self, file: FileId, offset: usize) -> Option<&Definition> {
        let covers = |span: Span| {
            span.file == file
                && (span.start as usize) <= offset
                && offset < (span.end as usize).max(span.start as usize + 1)
        };
        let read = self.uses.iter().filter(|one| covers(one.span)).min_by_key(|one| one.span.len());
        match read {
            Some(read) => self.definitions.get(read.of),
            None => self.definitions.iter().find(|definition| definition.span.is_some_and(covers)),
        }
    }

    /// Where a definition is read.
    pub fn uses_of(&self, definition: usize) -> impl Iterator<Item = Span> + '_ {
        self.uses.iter().filter(move |one| one.of == definition).map(|one| one.span)
    }
}

impl Analysis {
    pub(super) fn new(partial: Option<Pipeline>, sound: bool, asks: Vec<Ask>, resolved: uses::Resolved) -> Self {
        Self { partial, sound, remarks: Vec::new(), asks, resolved }
    }

    pub(super) fn with_remarks(mut self, remarks: Vec<(FileId, Vec<Remark>)>) -> Self {
        self.remarks = remarks;
        self
    }

    /// The pipeline of a spec without errors, or with such alone as may be allowed and leave it whole.
    pub fn pipeline(&self) -> Option<&Pipeline> {
        self.partial.as_ref().filter(|_| self.sound)
    }

    /// The same.
    pub fn into_pipeline(self) -> Option<Pipeline> {
        self.partial.filter(|_| self.sound)
    }

    /// The pipeline as far as it goes, of a spec with errors too.
    pub fn partial(&self) -> Option<&Pipeline> {
        self.partial.as_ref()
    }

    /// What stands in the spec itself.
    pub fn tree(&self) -> &File {
        &self.resolved.program.modules[0].tree
    }

    /// Every name with what it means. Computed when it is asked for: checking alone needs none of it.
    pub fn names(&self) -> Names {
        uses::names(&self.resolved, self.partial.as_ref())
    }
}
