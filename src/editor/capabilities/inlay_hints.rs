//! What a spec does not say and means all the same: the shape after each layer, and what each task weighs.

use std::collections::BTreeMap;

use lsp_types::request::InlayHintRequest;
use lsp_types::{InlayHint, InlayHintKind, InlayHintLabel, InlayHintParams, InlayHintTooltip, OneOf};

use super::Capability;
use crate::catalog::{Type, show_number};
use crate::editor::snapshot::Snapshot;
use crate::editor::world::{Refusal, World};
use crate::pipeline::{Op, Pipeline};
use crate::source::Span;
use crate::syntax::tree::Keyword;

pub(super) static CAPABILITY: Capability = Capability {
    requests: &[request!(InlayHintRequest, hints)],
    declare: |capabilities, _| capabilities.inlay_hint_provider = Some(OneOf::Left(true)),
};

fn hints(world: &World, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>, Refusal> {
    let snapshot = world.snapshot(&params.text_document.uri)?;
    let Some(pipeline) = snapshot.pipeline() else { return Ok(None) };
    let mut hints = shapes(&snapshot, pipeline);
    hints.extend(weights(&snapshot, pipeline));
    hints.sort_by_key(|(at, _)| *at);
    let source = snapshot.source();
    let shown = hints.into_iter().map(|(at, (label, tooltip))| InlayHint {
        position: world.client.encoding.position(&source.text, &source.lines, at as usize),
        label: InlayHintLabel::String(label),
        kind: Some(InlayHintKind::TYPE),
        text_edits: None,
        tooltip: Some(InlayHintTooltip::String(tooltip)),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    });
    let inside = |hint: &InlayHint| params.range.start <= hint.position && hint.position <= params.range.end;
    Ok(Some(shown.filter(inside).collect()))
}

type Hint = (u32, (String, String));

/// The shape after each layer and each step, where it is not that of what came in.
fn shapes(snapshot: &Snapshot, pipeline: &Pipeline) -> Vec<Hint> {
    let mut at: BTreeMap<Span, Vec<(&Type, bool)>> = BTreeMap::new();
    for node in pipeline.nodes.iter().filter(|node| node.span.file == snapshot.file) {
        if let Op::Layer { .. } = node.op {
            let same = node.inputs.first().is_some_and(|input| pipeline.node(*input).ty == node.ty);
            at.entry(node.span).or_default().push((&node.ty, same));
        }
    }
    for input in &pipeline.inputs {
        let mut before = &input.raw;
        for step in &input.steps {
            at.entry(step.span).or_default().push((&step.ty, step.ty == *before));
            before = &step.ty;
        }
    }
    let mut hints = Vec::new();
    for (span, types) in at {
        // In a block that is used with several shapes, none is the shape.
        let [(ty, false), rest @ ..] = types.as_slice() else { continue };
        if rest.iter().all(|(other, _)| other == ty) && span.file == snapshot.file {
            hints.push((span.end, (brief(ty), ty.to_string())));
        }
    }
    hints
}

/// `[64]`, `[32, 28, 28]`: without the rows, which all have.
fn brief(ty: &Type) -> String {
    let sizes: Vec<String> = ty.axes.iter().skip(1).map(|axis| axis.size.to_string()).collect();
    if sizes.is_empty() { ty.kind.name().to_string() } else { format!("[{}]", sizes.join(", ")) }
}

/// λ of each task, where no number says it.
fn weights(snapshot: &Snapshot, pipeline: &Pipeline) -> Vec<Hint> {
    let block = snapshot.decls().find(|decl| decl.keyword == Keyword::Weights).and_then(|decl| decl.block.as_ref());
    let said = |name: &str| {
        let field = block.and_then(|block| block.field(name));
        field.and_then(|field| Some(matches!(field.value.as_ref()?.kind, crate::syntax::tree::ExprKind::Number(_))))
    };
    let mut hints = Vec::new();
    for decl in snapshot.decls().filter(|decl| decl.keyword == Keyword::Task) {
        let Some(name) = &decl.name else { continue };
        let Some(task) = pipeline.tasks.iter().position(|task| task.name == name.name) else { continue };
        if said(&name.name) == Some(true) {
            continue;
        }
        let Some(weight) = pipeline.weights.lambda.get(task) else { continue };
        let shown = show_number((weight * 1e4).round() / 1e4);
        let by = pipeline.weights.balancer.name();
        let tooltip = format!("the weight of `{}` in the total loss; balanced by `{by}`", name.name);
        hints.push((name.span.end, (format!("λ {shown}"), tooltip)));
    }
    hints
}
