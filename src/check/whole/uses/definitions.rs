//! What is defined, with its type and its documentation.

use std::collections::HashMap;

use super::{Resolved, Target};
use crate::catalog::reference::{self, EntryPage};
use crate::catalog::written;
use crate::check::analysis::{Definition, Sort};
use crate::check::resolve::program::{DeclEntry, DeclId, Program, is_callable};
use crate::pipeline::{Column, DataSet, Pipeline};
use crate::source::Span;
use crate::syntax::tree::{Block, Decl, Doc, EntryKind, Keyword};

/// Everything that the declarations define, read or not.
pub(super) fn all(program: &Program) -> impl Iterator<Item = Target> + '_ {
    program.decls.iter().enumerate().filter(|(_, entry)| entry.decl.name.is_some()).flat_map(|(index, entry)| {
        let id = DeclId(index);
        let mut targets = vec![Target::Declaration(id)];
        targets.extend(
            entry.decl.params.iter().flatten().map(|parameter| Target::Parameter(id, parameter.name.name.clone())),
        );
        if entry.decl.keyword == Keyword::Data {
            targets.extend(columns(&entry.decl).map(|(name, _)| Target::Column(id, name)));
        }
        targets
    })
}

/// The names of a data declaration's own columns, with their places.
pub(super) fn columns(decl: &Decl) -> impl Iterator<Item = (String, Span)> + '_ {
    columns_in(decl.block.as_ref().and_then(|block| block.field("columns")).and_then(|field| field.block.as_ref()))
}

/// The names that a block of columns declares; a range such as `p00 .. p63` by its ends.
pub(super) fn columns_in(block: Option<&Block>) -> impl Iterator<Item = (String, Span)> + '_ {
    let fields = block.into_iter().flat_map(Block::fields);
    let ends = fields.flat_map(|field| field.names().flat_map(|(name, to)| [Some(name), to]));
    ends.flatten().map(|name| (name.name.clone(), name.span))
}

fn text(docs: &[Doc]) -> String {
    docs.iter().map(|doc| doc.text.as_str()).collect::<Vec<_>>().join("\n")
}

/// The columns of every data set by their names: a spec may have many, and read each in several places.
pub(super) struct Columns<'a> {
    /// Those of the pipeline.
    typed: HashMap<DeclId, HashMap<&'a str, &'a Column>>,
    /// Where the declarations themselves name them, for those with an error.
    named: HashMap<DeclId, HashMap<String, Span>>,
}

impl<'a> Columns<'a> {
    pub(super) fn of(resolved: &Resolved, pipeline: Option<&'a Pipeline>) -> Self {
        let of_set = |(id, index): (&DeclId, &usize)| {
            let columns = pipeline.into_iter().flat_map(|pipeline| &pipeline.data[*index].columns);
            // Of two of one name the first.
            (*id, columns.rev().map(|column| (column.name.as_str(), column)).collect())
        };
        let declared = |(index, entry): (usize, &DeclEntry)| {
            let data = entry.decl.keyword == Keyword::Data;
            data.then(|| (DeclId(index), columns(&entry.decl).collect::<Vec<_>>().into_iter().rev().collect()))
        };
        Self {
            typed: resolved.data.iter().map(of_set).collect(),
            named: resolved.program.decls.iter().enumerate().filter_map(declared).collect(),
        }
    }
}

pub(super) fn define(
    resolved: &Resolved,
    pipeline: Option<&Pipeline>,
    columns: &Columns<'_>,
    target: &Target,
) -> Definition {
    let decl = |id: &DeclId| &resolved.program.decls[id.0].decl;
    let nothing = |sort, name: &str| Definition { sort, name: name.into(), span: None, ty: None, doc: String::new() };
    match target {
        Target::Declaration(id) => declaration(resolved, pipeline, *id),
        Target::Output(id, name) => {
            let outputs = pipeline.and_then(|pipeline| {
                let shared = resolved.shared.get(id).map(|index| &pipeline.shared[*index].outputs);
                shared.or_else(|| resolved.tasks.get(id).map(|index| &pipeline.tasks[*index].outputs))
            });
            let node = outputs.and_then(|outputs| outputs.iter().find(|(output, _)| output == name));
            let ty = node.zip(pipeline).map(|((_, node), pipeline)| pipeline.node(*node).ty.to_string());
            let place = decl(id).block.as_ref().and_then(|block| line(block, name).or_else(|| field(block, name)));
            Definition { span: place, ty, ..nothing(Sort::Output, name) }
        }
        Target::Column(id, name) => {
            let column = columns.typed.get(id).and_then(|columns| columns.get(name.as_str()));
            let named = || columns.named.get(id)?.get(name).copied();
            let span = column.map(|column| column.span).or_else(named);
            Definition { span, ty: column.map(|column| kind_of(column)), ..nothing(Sort::Column, name) }
        }
        Target::Joined(id, name) => {
            let entries = decl(id).block.iter().flat_map(|block| &block.entries);
            let mut joins = entries.filter_map(|entry| match &entry.kind {
                EntryKind::Join(join) if join.name.name == *name => Some(join.name.span),
                _ => None,
            });
            Definition { span: joins.next(), ..nothing(Sort::Joined, name) }
        }
        Target::Parameter(id, name) => {
            let parameter = decl(id).params.iter().flatten().find(|parameter| parameter.name.name == *name);
            let doc = parameter.map_or(String::new(), |parameter| text(&parameter.docs));
            Definition { span: parameter.map(|parameter| parameter.name.span), doc, ..nothing(Sort::Parameter, name) }
        }
        Target::Local(id, name) => {
            let place = decl(id).block.as_ref().and_then(|block| line(block, name));
            Definition { span: place, ..nothing(Sort::Local, name) }
        }
        Target::Entry(folder, name) => {
            let page = reference::entries().iter().find(|page| page.folder == *folder && page.name == *name);
            let doc = page.map_or("", |page| page.doc.trim()).to_string();
            Definition { ty: page.map(signature), doc, ..nothing(Sort::Entry(folder), name) }
        }
    }
}

/// Where a line of a block, or of a block inside it, is named.
pub(super) fn line(block: &Block, name: &str) -> Option<Span> {
    entry(block, &|kind| match kind {
        EntryKind::Assign { name: line, .. } if line.name == name => Some(line.span),
        _ => None,
    })
}

/// Where a field is named, in the same way.
fn field(block: &Block, name: &str) -> Option<Span> {
    entry(block, &|kind| match kind {
        EntryKind::Field(field) if field.name.name == name => Some(field.name.span),
        _ => None,
    })
}

/// The first entry that is asked for, of a block or of the blocks inside it.
fn entry(block: &Block, wanted: &dyn Fn(&EntryKind) -> Option<Span>) -> Option<Span> {
    let mut open = vec![block];
    while let Some(block) = open.pop() {
        for entry in &block.entries {
            if let Some(span) = wanted(&entry.kind) {
                return Some(span);
            }
            if let EntryKind::Field(field) = &entry.kind {
                open.extend(&field.block);
            }
        }
    }
    None
}

/// What a column holds, as a spec would write it.
fn kind_of(column: &Column) -> String {
    let shape = match (column.shape.as_slice(), column.axes.is_empty()) {
        ([], _) => String::new(),
        (shape, true) => format!("{shape:?}"),
        (shape, false) => {
            let axes: Vec<String> =
                column.axes.iter().zip(shape).map(|(name, size)| format!("{name}: {size}")).collect();
            format!("[{}]", axes.join(", "))
        }
    };
    written(column.kind.name(), column.kind.unusual().iter()) + &shape
}

/// `(units: int, bias: bool = true)` of an entry.
fn signature(page: &EntryPage) -> String {
    let one = |spec: &crate::catalog::ParamSpec| match &spec.default {
        Some(default) => format!("{} = {}", spec.name, default.show()),
        None => spec.name.to_string(),
    };
    format!("({})", page.params.iter().map(one).collect::<Vec<_>>().join(", "))
}

fn declaration(resolved: &Resolved, pipeline: Option<&Pipeline>, id: DeclId) -> Definition {
    let decl = &resolved.program.decls[id.0].decl;
    let node = |node: &crate::pipeline::NodeId| pipeline.map(|pipeline| pipeline.node(*node).ty.to_string());
    let (sort, ty) = match decl.keyword {
        _ if is_callable(decl) => {
            let sort = if decl.keyword == Keyword::Block { Sort::Block } else { Sort::Template };
            let names = decl.params.iter().flatten().map(|parameter| parameter.name.name.as_str());
            (sort, Some(format!("({})", names.collect::<Vec<_>>().join(", "))))
        }
        Keyword::Data => {
            let set = pipeline.zip(resolved.data.get(&id)).map(|(pipeline, index)| &pipeline.data[*index]);
            (Sort::Data, set.map(|set: &DataSet| format!("{} columns of {}", set.columns.len(), set.format.show())))
        }
        Keyword::Input => (Sort::Input, resolved.nodes.get(&id).and_then(node)),
        Keyword::Let => (Sort::Value, resolved.nodes.get(&id).and_then(node)),
        Keyword::Instance => {
            let block = decl.kind.as_ref().and_then(|kind| match &kind.bare().kind {
                crate::syntax::tree::ExprKind::Call(call) => Some(call.callee.text()),
                crate::syntax::tree::ExprKind::Path(path) => Some(path.text()),
                _ => None,
            });
            (Sort::Instance, block)
        }
        Keyword::Param => (Sort::Param, resolved.params.get(&id).cloned()),
        Keyword::Shared => {
            let shared = pipeline.zip(resolved.shared.get(&id)).map(|(pipeline, index)| &pipeline.shared[*index]);
            let out = shared.and_then(|shared| shared.outputs.first());
            (Sort::Shared, out.and_then(|(_, out)| node(out)))
        }
        _ if decl.members.is_some() => (Sort::Family, None),
        _ => {
            let task = pipeline.zip(resolved.tasks.get(&id)).map(|(pipeline, index)| &pipeline.tasks[*index]);
            (Sort::Task, task.map(|task| task.label.ty.to_string()))
        }
    };
    let (name, span) = decl.name.as_ref().map_or((String::new(), None), |name| (name.name.clone(), Some(name.span)));
    Definition { sort, name, span, ty, doc: text(&decl.docs) }
}
