//! What can be folded: declarations, blocks inside them, and comments of several lines.

use lsp_types::request::FoldingRangeRequest;
use lsp_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams, FoldingRangeProviderCapability};

use super::Capability;
use crate::editor::world::{Refusal, World};
use crate::syntax::token::{Bracket, TokenKind};

pub(super) static CAPABILITY: Capability = Capability {
    requests: &[request!(FoldingRangeRequest, folding)],
    declare: |capabilities, _| {
        capabilities.folding_range_provider = Some(FoldingRangeProviderCapability::Simple(true));
    },
};

fn folding(world: &World, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>, Refusal> {
    let snapshot = world.snapshot(&params.text_document.uri)?;
    let lines = &snapshot.source().lines;
    let line = |offset: u32| lines.line(offset as usize) as u32;
    let scan = snapshot.scan();
    let mut ranges: Vec<(u32, u32, Option<FoldingRangeKind>)> = Vec::new();
    for piece in &scan.pieces {
        let (first, last) = (&scan.tokens[piece.start], &scan.tokens[piece.end - 1]);
        ranges.push((line(first.start), line(last.start), None));
    }
    let mut open = Vec::new();
    for token in &scan.tokens {
        match token.kind {
            TokenKind::Open(Bracket::Curly) => open.push(line(token.start)),
            TokenKind::Close(Bracket::Curly) => {
                let start = open.pop();
                // The brace itself stays in sight.
                ranges.extend(start.map(|start| (start, line(token.start).saturating_sub(1), None)));
            }
            _ => {}
        }
    }
    let mut comment: Option<(u32, u32)> = None;
    for token in scan.tokens.iter().filter(|token| token.kind.is_comment() && token.first) {
        let here = line(token.start);
        comment = match comment {
            Some((start, end)) if end + 1 == here => Some((start, here)),
            other => {
                ranges.extend(other.map(|(start, end)| (start, end, Some(FoldingRangeKind::Comment))));
                Some((here, here))
            }
        };
    }
    ranges.extend(comment.map(|(start, end)| (start, end, Some(FoldingRangeKind::Comment))));
    ranges.retain(|(start, end, _)| start < end);
    ranges.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
    ranges.dedup_by_key(|(start, ..)| *start);
    let folded = ranges.into_iter().map(|(start_line, end_line, kind)| FoldingRange {
        start_line,
        end_line,
        kind,
        ..FoldingRange::default()
    });
    Ok(Some(folded.collect()))
}
