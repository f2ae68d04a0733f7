//! The one layout that there is, of a file or of the declarations in a range.

use lsp_types::request::{Formatting, RangeFormatting};
use lsp_types::{DocumentFormattingParams, DocumentRangeFormattingParams, OneOf, Range, TextEdit};

use super::Capability;
use crate::diag::Sink;
use crate::editor::snapshot::Snapshot;
use crate::editor::world::{Refusal, World};
use crate::format;
use crate::source::Span;

pub(super) static CAPABILITY: Capability = Capability {
    requests: &[request!(Formatting, whole), request!(RangeFormatting, range)],
    declare: |capabilities, _| {
        capabilities.document_formatting_provider = Some(OneOf::Left(true));
        capabilities.document_range_formatting_provider = Some(OneOf::Left(true));
    },
};

fn whole(world: &World, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>, Refusal> {
    let snapshot = world.snapshot(&params.text_document.uri)?;
    // What has syntax errors is left as it is; they are in sight already.
    let Some(laid_out) = format::format(snapshot.file, snapshot.text(), &mut Sink::default()) else { return Ok(None) };
    Ok(Some(edits(world, &snapshot, &laid_out, None)))
}

fn range(world: &World, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>, Refusal> {
    let snapshot = world.snapshot(&params.text_document.uri)?;
    let Some(laid_out) = format::format(snapshot.file, snapshot.text(), &mut Sink::default()) else { return Ok(None) };
    Ok(Some(edits(world, &snapshot, &laid_out, Some(params.range))))
}

/// The lines that differ, so that the cursor and folds of an editor stay; those alone that touch a range, if one is given.
fn edits(world: &World, snapshot: &Snapshot, laid_out: &str, only: Option<Range>) -> Vec<TextEdit> {
    let before = snapshot.text();
    let starts: Vec<usize> = std::iter::once(0).chain(before.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let new: Vec<&str> = laid_out.split_inclusive('\n').collect();
    let start_of = |line: usize| starts.get(line).copied().unwrap_or(before.len());
    let diff = similar::TextDiff::from_lines(before, laid_out);
    let mut edits = Vec::new();
    for operation in diff.ops() {
        let (old, now) = (operation.old_range(), operation.new_range());
        if operation.tag() == similar::DiffTag::Equal {
            continue;
        }
        let span = Span::new(snapshot.file, start_of(old.start), start_of(old.end));
        let range = world.range(&snapshot.sources, span);
        let touches = only.is_none_or(|only| {
            old.start as u32 <= only.end.line && only.start.line <= (old.end.max(old.start + 1) as u32 - 1)
        });
        if touches {
            edits.push(TextEdit::new(range, new[now].concat()));
        }
    }
    edits
}
