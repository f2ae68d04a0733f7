//! What stands under the cursor: a name with its type and page, what a layer takes and gives, what it costs, what is known of a column.

use lsp_types::request::HoverRequest;
use lsp_types::{Hover, HoverContents, HoverParams, HoverProviderCapability, MarkupContent, MarkupKind};

use super::Capability;
use crate::catalog::{Dim, reference};
use crate::check::analysis::{Definition, Sort};
use crate::check::codes;
use crate::editor::place::{Inside, Place};
use crate::editor::shown;
use crate::editor::snapshot::{Snapshot, Symbol};
use crate::editor::world::{Refusal, World};
use crate::graph::parameters::show;
use crate::library::{Page, Told};
use crate::pipeline::{Column, DataSet, Owner};
use crate::source::Span;

pub(super) static CAPABILITY: Capability = Capability {
    requests: &[request!(HoverRequest, hover)],
    declare: |capabilities, _| capabilities.hover_provider = Some(HoverProviderCapability::Simple(true)),
};

fn hover(world: &World, params: HoverParams) -> Result<Option<Hover>, Refusal> {
    let (snapshot, offset) = world.at(&params.text_document_position_params)?;
    let found = allowed(&snapshot, offset)
        .or_else(|| argument(&snapshot, offset))
        .or_else(|| Some(name(&snapshot, snapshot.symbol(offset)?, offset)));
    Ok(found.map(|(span, value)| Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }),
        range: Some(world.range(&snapshot.sources, span)),
    }))
}

/// The page of the code in `// mtlc: allow(CODE)`.
fn allowed(snapshot: &Snapshot, offset: usize) -> Option<(Span, String)> {
    let Inside::Comment(_) = Place::of(snapshot, offset).inside else { return None };
    let text = snapshot.text();
    let part = |one: char| one.is_ascii_alphanumeric() || one == '-';
    let before = text[..offset].char_indices().rfind(|(_, one)| !part(*one));
    let start = before.map_or(0, |(at, one)| at + one.len_utf8());
    let end = text[offset..].find(|one| !part(one)).map_or(text.len(), |length| offset + length);
    let code = codes::all().iter().find(|code| code.name == &text[start..end])?;
    Some((Span::new(snapshot.file, start, end), shown::code(code)))
}

/// A named argument of an entry: what it takes.
fn argument(snapshot: &Snapshot, offset: usize) -> Option<(Span, String)> {
    let token = snapshot.scan().tokens.iter().find(|token| token.range().contains(&offset))?;
    let name = token.text(snapshot.text());
    snapshot.text()[token.end as usize..].trim_start().strip_prefix(':')?;
    let place = Place::of(snapshot, token.start as usize);
    let call = Some(place.frame()).filter(|frame| frame.bracket == "(" && frame.segment.is_empty())?;
    let called = snapshot.names().uses.iter().filter(|one| snapshot.sources.text(one.span) == call.owner);
    let mut called = called.filter(|one| one.span.file == snapshot.file && one.span.end <= token.start);
    let definition = &snapshot.names().definitions[called.next_back()?.of];
    let span = Span::new(snapshot.file, token.start as usize, token.end as usize);
    let Sort::Entry(folder) = definition.sort else {
        let (decl, text) = snapshot.declared(definition)?;
        let parameter = decl.params.iter().flatten().find(|parameter| parameter.name.name == name)?;
        let told = shown::told(&Told::of(parameter, text));
        return Some((span, format!("```mtl\n{}\n```\n{told}", snapshot.sources.text(parameter.span))));
    };
    let page = reference::entries().iter().find(|page| page.folder == folder && page.name == definition.name)?;
    let spec = page.params.iter().find(|spec| spec.name == name)?;
    Some((span, format!("```mtl\n{}\n```\n{}", shown::parameter(spec), shown::expects(spec))))
}

fn name(snapshot: &Snapshot, symbol: Symbol<'_>, offset: usize) -> (Span, String) {
    let definition = symbol.definition;
    let mut parts = Vec::new();
    match definition.sort {
        Sort::Entry(folder) => {
            parts.extend(computed(snapshot, offset));
            let page = reference::entries().iter().find(|page| page.folder == folder && page.name == definition.name);
            parts.push(page.map_or_else(|| shown::heading(definition), shown::page));
        }
        Sort::Block | Sort::Template => {
            parts.push(shown::heading(definition));
            let declared = snapshot.declared(definition);
            let page = declared.and_then(|(decl, text)| Page::of(&decl, text));
            parts.push(page.map_or_else(|| definition.doc.trim().to_string(), |page| shown::declared(&page)));
        }
        _ => {
            parts.push(shown::heading(definition));
            parts.extend(Some(definition.doc.trim().to_string()).filter(|doc| !doc.is_empty()));
            parts.extend(costs(snapshot, definition));
            parts.extend(column(snapshot, symbol));
        }
    }
    (symbol.span, parts.join("\n\n"))
}

/// What the layer at a place takes and gives, and what it costs. Inside a block, that may differ from use to use.
fn computed(snapshot: &Snapshot, offset: usize) -> Option<String> {
    const MOST: usize = 4;
    let nodes = snapshot.nodes_at(offset);
    let mut lines: Vec<String> = Vec::new();
    for node in nodes.iter().take(MOST) {
        let inputs: Vec<String> =
            node.inputs.iter().filter_map(|input| Some(snapshot.node(*input)?.ty.to_string())).collect();
        let cost = snapshot.cost_at(&node.path).map(|(parameters, operations)| cost(&parameters, &operations));
        let cost = cost.map_or(String::new(), |cost| format!(": {cost}"));
        lines.push(format!("`{}` {} → `{}`{cost}", node.path, quoted(&inputs), node.ty));
    }
    if nodes.len() > MOST {
        lines.push(format!("… ({} uses)", nodes.len()));
    }
    (!lines.is_empty()).then(|| lines.join("  \n"))
}

fn quoted(types: &[String]) -> String {
    types.iter().map(|ty| format!("`{ty}`")).collect::<Vec<_>>().join(", ")
}

/// "4,224 parameters, 4,096 multiply-adds per row".
fn cost(parameters: &Dim, operations: &Dim) -> String {
    let one = |count: &Dim| count.value() == Some(1);
    let words = if one(parameters) { "parameter" } else { "parameters" };
    match operations.value() {
        Some(0) => format!("{} {words}", show(parameters)),
        _ => format!("{} {words}, {} multiply-adds per row", show(parameters), show(operations)),
    }
}

/// What everything that was written in a declaration holds and costs.
fn costs(snapshot: &Snapshot, definition: &Definition) -> Option<String> {
    let pipeline = snapshot.pipeline()?;
    let name = definition.name.as_str();
    let owner = match definition.sort {
        Sort::Shared => Owner::Shared(pipeline.shared.iter().position(|shared| shared.name == name)?),
        Sort::Task => Owner::Task(pipeline.tasks.iter().position(|task| task.name == name)?),
        Sort::Input => Owner::Input(pipeline.inputs.iter().position(|input| input.name == name)?),
        _ => return None,
    };
    let (parameters, operations) = snapshot.cost_of(owner)?;
    let mut lines = vec![cost(&parameters, &operations)];
    if let Owner::Task(task) = owner {
        let weight = pipeline.weights.lambda.get(task).copied().unwrap_or_default();
        lines.push(format!("λ {}", crate::catalog::show_number((weight * 1e6).round() / 1e6)));
        let task = &pipeline.tasks[task];
        lines.extend(task.loss.iter().map(|term| format!("loss `{}`", term.def.show())));
        let metrics: Vec<String> = task.metrics.iter().map(|metric| format!("`{}`", metric.key())).collect();
        lines.push(format!("metrics {}", metrics.join(", ")));
    }
    Some(lines.join("  \n"))
}

/// What is known of a column: where it lies, its classes or its range, how many are missing.
fn column(snapshot: &Snapshot, symbol: Symbol<'_>) -> Option<String> {
    let definition = symbol.definition;
    let pipeline = snapshot.pipeline().filter(|_| definition.sort == Sort::Column)?;
    let named = |column: &&Column| column.name == definition.name && Some(column.span) == definition.span;
    let (data, column): (&DataSet, &Column) =
        pipeline.data.iter().find_map(|data| Some((data, data.columns.iter().find(named)?)))?;
    let mut lines = Vec::new();
    if column.source != column.name {
        lines.push(format!("`{}` in the file", column.source));
    }
    let classes = shown::classes(snapshot, &data.name, column);
    if !classes.is_empty() {
        const MOST: usize = 24;
        let listed: Vec<String> = classes.iter().take(MOST).map(|class| format!("`{class}`")).collect();
        let more = if classes.len() > MOST { ", …" } else { "" };
        lines.push(format!("{} classes: {}{more}", classes.len(), listed.join(", ")));
    }
    if let Some(facts) = snapshot.facts.as_ref().and_then(|facts| facts.data.get(&data.name))
        && let Some(seen) = facts.columns.get(&column.name)
    {
        if !seen.holds.is_empty() {
            lines.push(seen.holds.clone());
        }
        lines.push(format!("{} of {} rows have none", seen.missing, facts.rows));
    }
    (!lines.is_empty()).then(|| lines.join("  \n"))
}
