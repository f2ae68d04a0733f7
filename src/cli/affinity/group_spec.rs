//! A spec per group: the original text without the other tasks, and without what only they used.

use std::path::Path;
use std::rc::Rc;

use super::moved;
use crate::cli::output::complain;
use crate::cli::quoted;
use crate::cli::stopped::Stopped;
use crate::diag::Sink;
use crate::expression::Node;
use crate::pipeline::Pipeline;
use crate::pipeline::{ColumnRef, Task};
use crate::project::spec::Spec;
use crate::source::{self, FileId, Span};
use crate::syntax::tree::{Decl, Item, Keyword, MembersKind};

/// A spec of one group.
pub struct GroupSpec {
    /// `NAME-group-1.mtl` and so on.
    pub name: String,
    pub text: String,
}

/// Those of all groups, as they read in the folder `out`.
pub fn of(spec: &Spec, pipeline: &Pipeline, path: &Path, groups: &[Vec<&str>], out: &Path) -> Vec<GroupSpec> {
    let text = spec.text().to_string();
    let one = |(place, group): (usize, &Vec<&str>)| {
        let mut reduced = without_tasks(&text, pipeline, group);
        // What only the other tasks needed is unused now; removing it may leave more unused.
        while let Some(shorter) = without_unused(&reduced, path) {
            reduced = shorter;
        }
        let reduced = moved::seen_from(&reduced, path, out);
        let mut sink = Sink::default();
        let formatted = crate::format::format(FileId(0), &reduced, &mut sink).unwrap_or(reduced);
        GroupSpec { name: name(pipeline, place + 1), text: formatted }
    };
    groups.iter().enumerate().map(one).collect()
}

impl GroupSpec {
    /// Writes it into a folder, and says of which tasks it is.
    ///
    /// # Errors
    /// If the system does not take it.
    pub fn write(&self, out: &Path, group: &[&str]) -> Result<(), Stopped> {
        let target = out.join(&self.name);
        source::replace(&target, self.text.as_bytes())?;
        complain(&format!("{}: {}", target.display(), group.join(" + ")));
        // A task that reads another's output cannot do without it, and so on: what is left for a person to decide.
        if Spec::of_text(&target, &self.text).is_ok_and(|spec| spec.pipeline.is_none()) {
            complain(&format!("  it does not stand alone yet: `mtlc check {}` says why", quoted::path(&target)));
        }
        Ok(())
    }
}

/// What the spec of a group is called; groups are counted from 1.
pub(super) fn name(pipeline: &Pipeline, group: usize) -> String {
    format!("{}-group-{group}.mtl", pipeline.name)
}

pub(super) fn items(text: &str) -> Vec<Item> {
    crate::syntax::parse(FileId(0), text, &mut Sink::default()).items
}

fn decls(text: &str) -> Vec<Rc<Decl>> {
    let decl = |item| match item {
        Item::Decl(decl) => Some(decl),
        _ => None,
    };
    items(text).into_iter().filter_map(decl).collect()
}

/// A declaration with its doc comments and the line end after it.
fn whole(text: &str, decl: &Decl) -> std::ops::Range<usize> {
    let start = decl.docs.first().map_or(decl.span.start, |doc| doc.span.start.min(decl.span.start)) as usize;
    let end = decl.span.end as usize;
    let rest = &text[end..];
    // A comment at the end of its line goes with it.
    let line = rest.find('\n').map_or(rest.len(), |line_end| line_end + 1);
    start..if rest[..line].trim().is_empty() || rest.trim_start().starts_with("//") { end + line } else { end }
}

/// Replaces parts of a text.
pub(super) fn cut(text: &str, mut ranges: Vec<(std::ops::Range<usize>, String)>) -> String {
    ranges.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut text = text.to_string();
    for (range, replacement) in ranges {
        text.replace_range(range, &replacement);
    }
    text
}

/// The text with the group's tasks only, their weights scaled to a sum of 1.
fn without_tasks(text: &str, pipeline: &Pipeline, group: &[&str]) -> String {
    let mut edits = Vec::new();
    for decl in decls(text) {
        let name = decl.name.as_ref().map_or("", |name| name.name.as_str());
        let is_template = decl.from.is_none();
        match decl.keyword {
            Keyword::Task if !is_template && decl.members.is_some() => {
                if let Some(kept) = family(text, &decl, pipeline, group) {
                    edits.push((whole(text, &decl), kept));
                }
            }
            Keyword::Task if !is_template && !group.contains(&name) => edits.push((whole(text, &decl), String::new())),
            // One task has nothing to be weighed against.
            Keyword::Weights if group.len() == 1 => edits.push((whole(text, &decl), String::new())),
            Keyword::Weights => {
                if let Some(block) = &decl.block {
                    edits.push((range(block.span), weights(pipeline, group)));
                }
            }
            _ => {}
        }
    }
    cut(text, edits)
}

/// What is left of a family of tasks: nothing, the members of the group, or `None` for all of it.
fn family(text: &str, decl: &Decl, pipeline: &Pipeline, group: &[&str]) -> Option<String> {
    let (name, members) = (decl.name.as_ref()?, decl.members.as_ref()?);
    let all: Vec<&Task> =
        pipeline.tasks.iter().filter(|task| task.family.as_deref() == Some(name.name.as_str())).collect();
    let kept: Vec<&&Task> = all.iter().filter(|task| group.contains(&task.name.as_str())).collect();
    if kept.len() == all.len() {
        return None;
    }
    if kept.is_empty() {
        return Some(String::new());
    }
    let written = &text[whole(text, decl)];
    let offset = whole(text, decl).start;
    let head = range(members.span).start - offset..range(members.span).end - offset;
    if let MembersKind::Columns(_) = members.kind {
        let columns: Vec<&str> =
            kept.iter().filter_map(|task| Some(pipeline.column(*task.label.columns.first()?).name.as_str())).collect();
        let mut shorter = written.to_string();
        shorter.replace_range(head, &format!("[{}]", columns.join(", ")));
        return Some(shorter);
    }
    // A class is the last condition of its task.
    let own = decl.block.as_ref().and_then(|block| block.field("where")).and_then(|field| field.value.as_ref());
    let end = decl.block.as_ref()?.span.end as usize - 1 - offset;
    let copies = kept.iter().filter_map(|task| {
        let Node::Compare(_, sides) = &task.sample_space.last()?.node else { return None };
        let (Node::Column(column), Node::Text(class)) = (&sides[0].node, &sides[1].node) else { return None };
        let column = ColumnRef { data: task.label.data, column: *column };
        let condition = format!("{} == {class:?}", pipeline.column_name(column));
        let mut copy = written.to_string();
        match own.map(|own| range(own.span)) {
            Some(own) => {
                let inside = text[own.clone()].trim_start_matches('[').trim_end_matches(']').to_string();
                copy.replace_range(own.start - offset..own.end - offset, &format!("[{inside}, {condition}]"));
            }
            None => copy.replace_range(end..end, &format!("\nwhere: {condition}\n")),
        }
        copy.replace_range(range(name.span).start - offset..head.end, &task.name);
        Some(copy)
    });
    Some(copies.collect())
}

/// The weights of a group in the proportions of the spec, at each moment if they are a schedule.
fn weights(pipeline: &Pipeline, group: &[&str]) -> String {
    let weights = &pipeline.weights;
    let moments =
        if weights.moments.is_empty() { std::slice::from_ref(&weights.lambda) } else { weights.moments.as_slice() };
    let of_group = |name: &&str| pipeline.tasks.iter().position(|task| task.name == **name);
    let tasks: Vec<usize> = group.iter().filter_map(of_group).collect();
    let shares: Vec<Vec<f64>> = moments
        .iter()
        .map(|lambda| normalised(&tasks.iter().map(|task| lambda[*task]).collect::<Vec<f64>>()))
        .collect();
    let field = |(place, name): (usize, &&str)| {
        let values: Vec<String> = shares.iter().map(|moment| moment[place].to_string()).collect();
        let shown = if weights.moments.is_empty() { values.concat() } else { format!("[{}]", values.join(", ")) };
        format!("{name}: {shown}")
    };
    format!("{{ {} }}", group.iter().enumerate().map(field).collect::<Vec<String>>().join(", "))
}

/// Scaled to a sum of 1, with six digits; the last takes what rounding has left.
fn normalised(weights: &[f64]) -> Vec<f64> {
    let round = |share: f64| (share * 1e6).round() / 1e6;
    let total: f64 = weights.iter().sum();
    let mut shares: Vec<f64> = weights
        .iter()
        .map(|weight| round(if total > 0.0 { weight / total } else { 1.0 / weights.len() as f64 }))
        .collect();
    if let Some((last, others)) = shares.split_last_mut() {
        *last = round(1.0 - others.iter().sum::<f64>());
    }
    shares
}

/// One sweep over what the lints call unused; `None` if there is nothing.
fn without_unused(text: &str, path: &Path) -> Option<String> {
    let spec = Spec::of_text(path, text).ok()?;
    let unused: Vec<Span> = spec
        .diagnostics
        .iter()
        .filter(|problem| problem.code.name.starts_with("unused-"))
        .map(|problem| problem.span)
        .filter(|span| span.file == spec.file)
        .collect();
    let mut edits = Vec::new();
    for decl in decls(text) {
        let named = decl.name.as_ref().is_some_and(|name| unused.iter().any(|span| range(*span) == range(name.span)));
        if named {
            edits.push((whole(text, &decl), String::new()));
        }
    }
    for item in items(text) {
        let Item::Use(import) = item else { continue };
        let kept: Vec<&str> = import
            .names
            .iter()
            .filter(|name| !unused.iter().any(|span| range(*span) == range(name.span)))
            .map(|name| name.name.as_str())
            .collect();
        if kept.len() < import.names.len() {
            let written = &text[range(import.span)];
            let source = written.split_once(".{").map_or(written, |(source, _)| source);
            let shorter = if kept.is_empty() { String::new() } else { format!("{source}.{{{}}}", kept.join(", ")) };
            edits.push((range(import.span), shorter));
        }
    }
    (!edits.is_empty()).then(|| cut(text, edits))
}

pub(super) fn range(span: Span) -> std::ops::Range<usize> {
    span.start as usize..span.end as usize
}
