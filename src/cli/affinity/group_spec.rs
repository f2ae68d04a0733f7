//! A spec per group: the original text without the other tasks, and without what only they used.

use std::path::Path;

use crate::check::Pipeline;
use crate::cli::output::complain;
use crate::cli::run::Stopped;
use crate::cli::spec::{Spec, load_with_text};
use crate::diag::Sink;
use crate::source::{FileId, Span};
use crate::syntax::tree::{Decl, Item, Keyword};
use crate::train::files;

/// Writes `NAME-group-1.mtl` and so on.
pub fn write(spec: &Spec, pipeline: &Pipeline, path: &Path, groups: &[Vec<&str>], out: &Path) -> Result<(), Stopped> {
    let text = spec.sources.get(spec.file).text.to_string();
    for (place, group) in groups.iter().enumerate() {
        let mut reduced = without_tasks(&text, pipeline, group);
        // What only the other tasks needed is unused now; removing it may leave more unused.
        while let Some(shorter) = without_unused(&reduced, path) {
            reduced = shorter;
        }
        let reduced = data_from(&reduced, path, out);
        let mut sink = Sink::default();
        let formatted = crate::format::format(FileId(0), &reduced, &mut sink).unwrap_or(reduced);
        let target = out.join(format!("{}-group-{}.mtl", pipeline.name, place + 1));
        files::replace(&target, formatted.as_bytes())?;
        complain(&format!("{}: {}", target.display(), group.join(" + ")));
    }
    Ok(())
}

fn decls(text: &str) -> Vec<Decl> {
    let items = crate::syntax::parse(FileId(0), text, &mut Sink::default()).items;
    let decl = |item| match item {
        Item::Decl(decl) => Some(decl),
        _ => None,
    };
    items.into_iter().filter_map(decl).collect()
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

fn cut(text: &str, mut ranges: Vec<(std::ops::Range<usize>, String)>) -> String {
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
            Keyword::Task if !is_template && !group.contains(&name) => edits.push((whole(text, &decl), String::new())),
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

fn weights(pipeline: &Pipeline, group: &[&str]) -> String {
    let all = pipeline.tasks.iter().zip(&pipeline.weights.lambda);
    let chosen: Vec<(&str, f64)> = all
        .filter(|(task, _)| group.contains(&task.name.as_str()))
        .map(|(task, lambda)| (task.name.as_str(), *lambda))
        .collect();
    let total: f64 = chosen.iter().map(|(_, lambda)| lambda).sum();
    let shares: Vec<f64> = chosen
        .iter()
        .map(|(_, lambda)| if total > 0.0 { lambda / total } else { 1.0 / chosen.len() as f64 })
        .map(|share| (share * 1e6).round() / 1e6)
        .collect();
    let fields: Vec<String> = chosen
        .iter()
        .enumerate()
        .map(|(place, (name, _))| {
            // The last takes what rounding has left.
            let others: f64 = shares[..place].iter().sum();
            let share = if place + 1 == chosen.len() { ((1.0 - others) * 1e6).round() / 1e6 } else { shares[place] };
            format!("{name}: {share}")
        })
        .collect();
    format!("{{ {} }}", fields.join(", "))
}

/// One sweep over what the lints call unused; `None` if there is nothing.
fn without_unused(text: &str, path: &Path) -> Option<String> {
    let spec = load_with_text(path, text).ok()?;
    let unused: Vec<Span> = spec
        .diagnostics
        .iter()
        .filter(|problem| problem.code.name.starts_with("unused-") && problem.code.name != "unused-import")
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
    (!edits.is_empty()).then(|| cut(text, edits))
}

/// Data paths, seen from the folder that the new spec lies in.
fn data_from(text: &str, path: &Path, out: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let absolute = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let (folder, out) = (absolute(folder), absolute(out));
    if folder == out {
        return text.to_string();
    }
    let common = folder.components().zip(out.components()).take_while(|(left, right)| left == right).count();
    let up = std::iter::repeat_n("..", out.components().count() - common).collect::<Vec<_>>().join("/");
    let down: Vec<String> =
        folder.components().skip(common).map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    let prefix = [vec![up], down].concat().into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    let mut edits = Vec::new();
    for decl in decls(text) {
        let Some(kind) = decl.kind.as_ref().filter(|_| decl.keyword == Keyword::Data) else { continue };
        let written = &text[range(kind.span)];
        // The first quoted text of a format is its file.
        if let Some(quote) = written.find('"')
            && let Some(end) = written[quote + 1..].find('"')
            && !written[quote + 1..].starts_with('/')
        {
            let start = kind.span.start as usize + quote + 1;
            edits.push((start..start, format!("{prefix}/")));
            debug_assert!(end > 0 || written.len() > quote);
        }
    }
    cut(text, edits)
}

fn range(span: Span) -> std::ops::Range<usize> {
    span.start as usize..span.end as usize
}
