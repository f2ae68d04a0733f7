//! What surrounds a place: the name, the call, the chain, the line, the block, the declaration.

use lsp_types::request::SelectionRangeRequest;
use lsp_types::{SelectionRange, SelectionRangeParams, SelectionRangeProviderCapability};

use super::Capability;
use crate::editor::snapshot::Snapshot;
use crate::editor::world::{Refusal, World};
use crate::source::Span;
use crate::syntax::token::TokenKind;
use crate::syntax::tree::{Block, Decl, EntryKind, Expr, ExprKind};

pub(super) static CAPABILITY: Capability = Capability {
    requests: &[request!(SelectionRangeRequest, selection)],
    declare: |capabilities, _| {
        capabilities.selection_range_provider = Some(SelectionRangeProviderCapability::Simple(true));
    },
};

fn selection(world: &World, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>, Refusal> {
    let snapshot = world.snapshot(&params.text_document.uri)?;
    let source = snapshot.source();
    let selected = params.positions.iter().map(|position| {
        let offset = world.client.encoding.offset(&source.text, &source.lines, *position);
        let mut around = around(&snapshot, offset as u32);
        let last = around.pop().unwrap_or_else(|| Span::new(snapshot.file, 0, source.text.len()));
        let outermost = SelectionRange { range: world.range(&snapshot.sources, last), parent: None };
        around.into_iter().rev().fold(outermost, |parent, span| SelectionRange {
            range: world.range(&snapshot.sources, span),
            parent: Some(Box::new(parent)),
        })
    });
    Ok(Some(selected.collect()))
}

/// Everything that covers a place, the smallest first, each inside the next.
fn around(snapshot: &Snapshot, offset: u32) -> Vec<Span> {
    let mut spans = vec![Span::new(snapshot.file, 0, snapshot.text().len())];
    // Between two tokens, a name or a number is meant rather than a sign.
    let touching = snapshot.scan().tokens.iter().filter(|token| token.start <= offset && offset <= token.end);
    let token = touching.min_by_key(|token| {
        (!matches!(token.kind, TokenKind::Word | TokenKind::Number | TokenKind::String), token.end == offset)
    });
    spans.extend(token.map(|token| Span::new(snapshot.file, token.start as usize, token.end as usize)));
    for decl in snapshot.decls() {
        declaration(decl, &mut spans);
    }
    spans.retain(|span| span.file == snapshot.file && span.start <= offset && offset <= span.end && !span.is_empty());
    spans.sort_by_key(|span| span.len());
    let mut nested: Vec<Span> = Vec::new();
    for span in spans {
        if nested.last().is_none_or(|last| span.contains(*last) && span != *last) {
            nested.push(span);
        }
    }
    nested
}

fn declaration(decl: &Decl, spans: &mut Vec<Span>) {
    let documented = decl.docs.first().map_or(decl.span, |doc| doc.span.to(decl.span));
    spans.extend([decl.span, documented]);
    spans.extend(decl.by.as_ref().map(|call| call.span));
    for part in [&decl.kind, &decl.from, &decl.value, &decl.over].into_iter().flatten() {
        expression(part, spans);
    }
    spans.extend(decl.by.iter().flat_map(|call| &call.args).map(|argument| argument.span));
    spans.extend(decl.params.iter().flatten().map(|parameter| parameter.span));
    if let Some(inner) = &decl.block {
        block(inner, spans);
    }
}

fn block(inner: &Block, spans: &mut Vec<Span>) {
    let content = inner.entries.first().zip(inner.entries.last()).map(|(first, last)| first.span.to(last.span));
    spans.push(inner.span);
    spans.extend(content);
    for entry in &inner.entries {
        spans.push(entry.span);
        match &entry.kind {
            EntryKind::Field(field) => {
                field.value.iter().chain(&field.derived).for_each(|value| expression(value, spans));
                field.block.iter().for_each(|inner| block(inner, spans));
            }
            EntryKind::Assign { value, .. } => expression(value, spans),
            EntryKind::Join(join) => {
                expression(&join.format, spans);
                join.block.iter().for_each(|inner| block(inner, spans));
            }
        }
    }
}

fn expression(expr: &Expr, spans: &mut Vec<Span>) {
    for part in expr.everything() {
        spans.push(part.span);
        match &part.kind {
            ExprKind::Call(call) => spans.extend(call.args.iter().map(|argument| argument.span)),
            // Layers up to this one, and from this one on, are what is moved.
            ExprKind::Chain(stages) => {
                let last = stages.last().map(|stage| stage.span);
                spans.extend(stages.iter().skip(1).zip(last).map(|(stage, last)| stage.span.to(last)));
            }
            _ => {}
        }
    }
}
