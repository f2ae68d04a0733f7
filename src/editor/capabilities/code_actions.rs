//! What can be changed at a place: the fixes of its problems, an allow with a reason, the defaults written out, and all safe fixes at once.

use std::collections::HashMap;

use lsp_types::request::CodeActionRequest;
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOptions, CodeActionOrCommand, CodeActionParams, CodeActionProviderCapability,
    CodeActionResponse, Range, TextEdit, WorkspaceEdit,
};

use super::Capability;
use super::diagnostics::shown;
use crate::catalog::{ArgValue, reference};
use crate::check::analysis::Sort;
use crate::diag::fixes::{self, Safety};
use crate::diag::{Diagnostic, Edit};
use crate::editor::snapshot::Snapshot;
use crate::editor::world::{Refusal, World};
use crate::source::Span;
use crate::syntax::tree::{Block, Decl, EntryKind, Expr, ExprKind, Keyword};

const FIX_ALL: CodeActionKind = CodeActionKind::SOURCE_FIX_ALL;

pub(super) static CAPABILITY: Capability = Capability {
    requests: &[request!(CodeActionRequest, actions)],
    declare: |capabilities, _| {
        capabilities.code_action_provider = Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, CodeActionKind::REFACTOR_REWRITE, FIX_ALL]),
            ..CodeActionOptions::default()
        }));
    },
};

fn actions(world: &World, params: CodeActionParams) -> Result<Option<CodeActionResponse>, Refusal> {
    let snapshot = world.snapshot(&params.text_document.uri)?;
    let wanted = |kind: &CodeActionKind| {
        let only = params.context.only.as_deref();
        only.is_none_or(|only| only.iter().any(|one| kind.as_str().starts_with(one.as_str())))
    };
    let mut actions: Vec<CodeAction> = Vec::new();
    let loader = world.loader();
    let judged = snapshot.judged(&loader);
    let here = judged.diagnostics.iter().filter(|problem| {
        problem.span.file == snapshot.file && touches(world.range(&snapshot.sources, problem.span), params.range)
    });
    for problem in here.filter(|_| wanted(&CodeActionKind::QUICKFIX)) {
        actions.extend(problem.fixes.iter().enumerate().filter_map(|(index, fix)| {
            let action = action(world, &snapshot, fix.title.clone(), CodeActionKind::QUICKFIX, &fix.edits)?;
            let is_preferred = Some(index == 0 && fix.safety == Safety::Safe);
            Some(CodeAction { diagnostics: Some(vec![shown(world, &judged.sources, problem)]), is_preferred, ..action })
        }));
        actions.extend(allow(world, &snapshot, problem).map(|action| {
            let diagnostics = Some(vec![shown(world, &judged.sources, problem)]);
            CodeAction { diagnostics, ..action }
        }));
    }
    if wanted(&CodeActionKind::REFACTOR_REWRITE) {
        let source = snapshot.source();
        let offset = world.client.encoding.offset(&source.text, &source.lines, params.range.start);
        actions.extend(defaults(world, &snapshot, offset));
    }
    if wanted(&FIX_ALL) {
        let safe = fixes::chosen(&judged.diagnostics, snapshot.file, Safety::Safe);
        let edits: Vec<Edit> = safe.into_iter().flat_map(|fix| fix.edits.clone()).collect();
        let title = "apply all safe fixes".to_string();
        actions.extend(action(world, &snapshot, title, FIX_ALL, &edits).filter(|_| !edits.is_empty()));
    }
    Ok(Some(actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()))
}

fn touches(one: Range, other: Range) -> bool {
    one.start <= other.end && other.start <= one.end
}

/// A change; `None` if it would change what lies in no file.
fn action(
    world: &World,
    snapshot: &Snapshot,
    title: String,
    kind: CodeActionKind,
    edits: &[Edit],
) -> Option<CodeAction> {
    let mut changes: HashMap<_, Vec<TextEdit>> = HashMap::new();
    for edit in edits {
        let span = fixes::settled(&snapshot.sources.get(edit.span.file).text, edit);
        let location = world.location(&snapshot.sources, span)?;
        changes.entry(location.uri).or_default().push(TextEdit::new(location.range, edit.replacement.clone()));
    }
    let edit = Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() });
    Some(CodeAction { title, kind: Some(kind), edit, ..CodeAction::default() })
}

/// `// mtlc: allow(CODE) reason` on a line above the problem. The reason is left to be written: without one, the allow is
/// a problem itself.
fn allow(world: &World, snapshot: &Snapshot, problem: &Diagnostic) -> Option<CodeAction> {
    if problem.code.fixed {
        return None;
    }
    let source = snapshot.source();
    let start = source.lines.start(source.lines.line(problem.span.start as usize));
    let line = &source.text[start..];
    let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    let edit = Edit::new(
        Span::new(snapshot.file, start, start),
        format!("{indent}// mtlc: allow({}) reason: \n", problem.code.name),
    );
    let title = format!("allow `{}` here, and say why", problem.code.name);
    action(world, snapshot, title, CodeActionKind::QUICKFIX, &[edit])
}

/// Writes what holds unless it is said: the arguments of a call, or the fields of `train` and `evaluate`.
fn defaults(world: &World, snapshot: &Snapshot, offset: usize) -> Option<CodeAction> {
    let edits = call_defaults(snapshot, offset).or_else(|| field_defaults(snapshot, offset))?;
    action(world, snapshot, "write the defaults here".into(), CodeActionKind::REFACTOR_REWRITE, &edits)
}

fn call_defaults(snapshot: &Snapshot, offset: usize) -> Option<Vec<Edit>> {
    let symbol = snapshot.symbol(offset)?;
    let Sort::Entry(folder) = symbol.definition.sort else { return None };
    let page = reference::entries().iter().find(|page| page.folder == folder && page.name == symbol.definition.name)?;
    let call = snapshot.decls().find_map(|decl| call_at(decl, symbol.span));
    let (arguments, behind) = match &call {
        Some(Called::With(arguments, end)) => (arguments.as_slice(), *end),
        _ => (&[][..], symbol.span.end),
    };
    let by_place = arguments.iter().filter(|name| name.is_none()).count();
    let positional: Vec<&str> = page.params.iter().filter(|spec| spec.positional).map(|spec| spec.name).collect();
    let given = |name: &str| {
        arguments.iter().flatten().any(|given| given == name)
            || positional.iter().take(by_place).any(|one| *one == name)
    };
    let missing: Vec<String> = page
        .params
        .iter()
        .filter(|spec| !given(spec.name))
        .filter_map(|spec| {
            let default = spec.default.as_ref().filter(|value| **value != ArgValue::Word("none".into()))?;
            Some(format!("{}: {}", spec.name, default.show()))
        })
        .collect();
    if missing.is_empty() {
        return None;
    }
    let missing = missing.join(", ");
    let at = Span::new(snapshot.file, behind as usize, behind as usize);
    let replacement = match call {
        Some(Called::With(arguments, _)) if !arguments.is_empty() => format!(", {missing}"),
        Some(Called::With(..)) => missing,
        _ => format!("({missing})"),
    };
    Some(vec![Edit::new(at, replacement)])
}

enum Called {
    /// The names of the arguments, and the place behind the last one.
    With(Vec<Option<String>>, u32),
    Alone,
}

/// The call whose name stands at a place.
fn call_at(decl: &Decl, name: Span) -> Option<Called> {
    let of_call = |call: &crate::syntax::tree::Call| {
        let arguments = call.args.iter().map(|arg| arg.name.as_ref().map(|name| name.name.clone())).collect();
        let end = call.args.last().map_or(call.callee.span.end + 1, |last| last.span.end);
        if call.parenthesised { Called::With(arguments, end) } else { Called::Alone }
    };
    if let Some(by) = decl.by.as_ref().filter(|by| by.callee.span == name) {
        return Some(of_call(by));
    }
    let mut found = None;
    let mut look = |expr: &Expr| {
        for part in expr.everything() {
            match &part.kind {
                ExprKind::Call(call) if call.callee.span == name => found = Some(of_call(call)),
                ExprKind::Path(path) if path.span == name => found = Some(Called::Alone),
                _ => {}
            }
        }
    };
    [&decl.kind, &decl.from, &decl.value, &decl.over].into_iter().flatten().for_each(&mut look);
    let mut open: Vec<&Block> = decl.block.iter().collect();
    while let Some(block) = open.pop() {
        for entry in &block.entries {
            match &entry.kind {
                EntryKind::Field(field) => {
                    field.value.iter().chain(&field.derived).for_each(&mut look);
                    open.extend(&field.block);
                }
                EntryKind::Assign { value, .. } => look(value),
                EntryKind::Join(join) => {
                    look(&join.format);
                    open.extend(&join.block);
                }
            }
        }
    }
    found
}

/// The fields of `train` or `evaluate` that are not written, at the end of the block that the cursor stands in.
fn field_defaults(snapshot: &Snapshot, offset: usize) -> Option<Vec<Edit>> {
    let decl = snapshot.decls().find(|decl| decl.span.range().contains(&offset))?;
    if !matches!(decl.keyword, Keyword::Train | Keyword::Evaluate) {
        return None;
    }
    let block = decl.block.as_ref()?;
    let prefix = format!("{}.", decl.keyword.text());
    let settings = &snapshot.pipeline()?.settings;
    let unwritten = settings.iter().filter(|setting| setting.is_default && setting.value != "none");
    // With one data set, mixed batches have nothing to be drawn from: to say how would be a mistake.
    let chooses = |field: &str| field != "sampling" || snapshot.pipeline().is_some_and(|one| one.data.len() > 1);
    let fields: Vec<String> = unwritten
        .filter_map(|setting| Some((setting.path.strip_prefix(&prefix)?, &setting.value)))
        .filter(|(field, _)| !field.contains('.') && chooses(field) && block.field(field).is_none())
        .map(|(field, value)| format!("  {field}: {value}\n"))
        .collect();
    if fields.is_empty() {
        return None;
    }
    let brace = block.span.end as usize - 1;
    let before = snapshot.text()[..brace].trim_end_matches([' ', '\t']);
    let joint = if before.ends_with('\n') { "" } else { "\n" };
    let at = Span::new(snapshot.file, before.len(), brace);
    Some(vec![Edit::new(at, format!("{joint}{}", fields.concat()))])
}
