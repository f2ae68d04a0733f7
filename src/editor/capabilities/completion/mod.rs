//! What can be written at a place: of all that the language has, what may stand there.

mod items;
mod names;
mod texts;

use lsp_types::request::Completion;
use lsp_types::{CompletionOptions, CompletionParams, CompletionResponse};

use super::Capability;
use crate::catalog::{ParamKind, ParamSpec};
use crate::check::analysis::Sort;
use crate::check::fields_of;
use crate::editor::place::{Frame, Inside, Place};
use crate::editor::snapshot::Snapshot;
use crate::editor::world::{Refusal, World};
use crate::syntax::tree::Keyword;
use items::Items;

pub(super) static CAPABILITY: Capability = Capability {
    requests: &[request!(Completion, completion)],
    declare: |capabilities, _| {
        capabilities.completion_provider = Some(CompletionOptions {
            trigger_characters: Some([".", ":", "(", "[", ">", "\"", " "].map(String::from).to_vec()),
            ..CompletionOptions::default()
        });
    },
};

fn completion(world: &World, params: CompletionParams) -> Result<Option<CompletionResponse>, Refusal> {
    let (snapshot, offset) = world.at(&params.text_document_position)?;
    let place = Place::of(&snapshot, offset);
    let mut items = Items::new(world, &snapshot, &place, offset);
    match place.inside {
        Inside::Comment(before) => texts::comment(before, &mut items),
        Inside::String(written) => texts::string(world, &snapshot, &place, written, &mut items),
        Inside::Code => code(&snapshot, &place, &mut items),
    }
    // An editor that asks because of a space or a colon wants nothing where nothing is to be said.
    Ok(Some(CompletionResponse::Array(items.done())))
}

fn code(snapshot: &Snapshot, place: &Place<'_>, items: &mut Items<'_>) {
    let frame = place.frame();
    if place.in_use {
        return names::of_use(snapshot, place, items);
    }
    let Some(keyword) = place.keyword else { return items.keywords() };
    if frame.before() == "." {
        return names::members(snapshot, frame, items);
    }
    match frame.bracket {
        "(" if !frame.owner.is_empty() => arguments(snapshot, keyword, place, items),
        "(" => value(keyword, place, items),
        "[" => brackets(snapshot, keyword, place, items),
        "{" => block(snapshot, keyword, place, items),
        _ => head(keyword, frame, items),
    }
}

/// In the line that begins a declaration.
fn head(keyword: Keyword, frame: &Frame<'_>, items: &mut Items<'_>) {
    match (frame.before(), keyword) {
        (":", Keyword::Data) => items.folder("formats"),
        (":", Keyword::Task) => items.templates(),
        (":", Keyword::Instance) => items.defined(&[Sort::Block]),
        (":", Keyword::Param) => items.words(&["int", "number", "bool", "string", "share", "factor"], "type"),
        ("by", Keyword::Weights) => items.folder("balancers"),
        ("by", Keyword::Shared) => items.folder("sharing"),
        ("by", _) => {}
        ("over", _) => items.words(&["linear", "log"], "space"),
        ("->", _) => stages(keyword, items),
        ("from", Keyword::Input) => items.defined(&[Sort::Data]),
        ("from" | "=", _) => items.values(),
        (name, _) if frame.segment.len() == 1 && !name.is_empty() => match keyword {
            Keyword::Shared => items.words(&["from", "by"], "keyword"),
            Keyword::Input => items.words(&["from"], "keyword"),
            _ => {}
        },
        ("", Keyword::Weights) => items.words(&["by"], "keyword"),
        (_, Keyword::Param) => items.words(&["over"], "keyword"),
        (_, Keyword::Task) => items.words(&["from"], "keyword"),
        _ => {}
    }
}

/// Behind an arrow.
fn stages(keyword: Keyword, items: &mut Items<'_>) {
    if keyword == Keyword::Input {
        items.folder("steps");
    }
    items.folder("layers");
    items.defined(&[Sort::Block, Sort::Instance]);
    items.imported();
}

/// Where a value begins.
fn value(keyword: Keyword, place: &Place<'_>, items: &mut Items<'_>) {
    match (place.field(), place.frame().before()) {
        (Some("schedule"), _) => items.folder("schedules"),
        (Some("target"), _) => items.folder("steps"),
        (Some("where"), _) => {
            items.folder("functions");
            items.defined(&[Sort::Data, Sort::Param]);
        }
        (_, "->") => stages(keyword, items),
        _ => {
            items.values();
            items.defined(&[Sort::Local, Sort::Parameter]);
        }
    }
}

/// In the parentheses of a call: names of arguments that are not given, or what the argument takes.
fn arguments(snapshot: &Snapshot, keyword: Keyword, place: &Place<'_>, items: &mut Items<'_>) {
    let frame = place.frame();
    if frame.before() == "->" {
        return stages(keyword, items);
    }
    let specs = items.parameters(snapshot, frame.owner, keyword, place.field());
    if let Some(name) = frame.key() {
        match specs.iter().find(|spec| spec.name == name) {
            Some(spec) => takes(&spec.kind, items),
            None => items.defined(&[Sort::Param, Sort::Parameter]),
        }
        return;
    }
    if frame.segment.is_empty() {
        let given = |spec: &ParamSpec| frame.given.contains(&spec.name);
        let positional = specs.iter().filter(|spec| spec.positional).nth(frame.position);
        if let Some(spec) = positional {
            takes(&spec.kind, items);
        }
        specs.iter().filter(|spec| !given(spec)).for_each(|spec| items.argument(spec));
        items.parameters_of_own(snapshot, frame);
        items.defined(&[Sort::Param, Sort::Parameter]);
    }
    // What joins values takes them by place.
    if ["concat", "union", "add", "multiply", "present"].contains(&frame.owner) || specs.is_empty() {
        value(keyword, place, items);
    }
}

/// What an argument takes.
fn takes(kind: &ParamKind, items: &mut Items<'_>) {
    match kind {
        ParamKind::Word(words) | ParamKind::WordOrInteger(words) => items.words(words, "value"),
        ParamKind::Bool => items.words(&["true", "false"], "value"),
        ParamKind::List(inner) => takes(inner, items),
        _ => items.defined(&[Sort::Param, Sort::Parameter]),
    }
}

fn brackets(snapshot: &Snapshot, keyword: Keyword, place: &Place<'_>, items: &mut Items<'_>) {
    let frame = place.frame();
    match frame.before() {
        "of" => return items.folder("kinds"),
        "->" => return stages(keyword, items),
        _ => {}
    }
    let data = snapshot.pipeline().into_iter().flat_map(|pipeline| &pipeline.data);
    if let Some(data) = data.clone().find(|data| data.name == frame.owner) {
        return items.columns(data, "");
    }
    match place.field() {
        Some("metrics") => {
            items.folder("metrics");
            items.words(&["inherited"], "keyword");
        }
        Some("parts") => items.words(&["train", "valid", "test"], "part"),
        _ if keyword == Keyword::Task && place.frames.len() == 2 && frame.owner.is_empty() => {}
        // `task assay[…]`: columns of the data that the label names.
        _ if keyword == Keyword::Task && place.frames.len() == 2 => {
            snapshot
                .pipeline()
                .into_iter()
                .flat_map(|pipeline| &pipeline.data)
                .for_each(|data| items.columns(data, ""));
        }
        _ => value(keyword, place, items),
    }
}

fn block(snapshot: &Snapshot, keyword: Keyword, place: &Place<'_>, items: &mut Items<'_>) {
    let frame = place.frame();
    if frame.before() == "->" || (frame.owner.is_empty() && is_body(place)) {
        return match place.field() {
            Some("schedule") => items.folder("schedules"),
            Some("target") => items.folder("steps"),
            Some("predict") => items.folder("decoders"),
            _ => stages(keyword, items),
        };
    }
    let inside = (place.frames.len() > 2).then(|| frame.field.unwrap_or_default());
    let Some(field) = frame.key() else {
        if frame.segment.is_empty() {
            entries(snapshot, keyword, inside, place, items);
        } else if frame.segment.get(1) == Some(&"=") {
            items.values();
            items.defined(&[Sort::Local, Sort::Parameter]);
        }
        return;
    };
    // Behind a value, no other begins.
    let begins = [":", "+", "(", "["].contains(&frame.before());
    match (keyword, inside, field) {
        (Keyword::Data, Some("columns"), _) if frame.before() == ":" => items.folder("kinds"),
        (Keyword::Data, Some("columns"), _) => {
            items.words(&["as", "map"], "keyword");
            items.own_columns(snapshot, place);
            items.folder("functions");
        }
        (Keyword::Data, Some("split"), "stratify" | "group" | "time" | "by") => items.own_columns(snapshot, place),
        (_, _, "label" | "weight") if begins => items.defined(&[Sort::Data]),
        (_, _, "where") => value(keyword, place, items),
        (_, _, "loss") => items.folder("losses"),
        (_, _, "predict") => items.folder("decoders"),
        (_, _, "target") if begins => items.folder("steps"),
        (_, _, "select" | "gain") => {
            items.folder("metrics");
            items.words(&["none"], "value");
        }
        (_, _, "metrics") => items.words(&["inherited"], "keyword"),
        (Keyword::Train, None, "optimizer") => items.folder("optimizers"),
        (Keyword::Train, None, "schedule") => items.folder("schedules"),
        (Keyword::Train, None, "average") => items.folder("averaging"),
        (Keyword::Train, None, "sampling") => items.folder("sampling"),
        (Keyword::Train, None, "batches") => items.words(&["mixed", "per_task"], "value"),
        (Keyword::Train, None, "precision") => items.words(&["f32", "bf16"], "value"),
        (Keyword::Train, None, "checkpointing" | "deterministic") => items.words(&["true", "false"], "value"),
        (_, _, "stop") => items.words(&["early", "none"], "rule"),
        (Keyword::Transfer, Some(_), "freeze") => items.words(&["true", "false"], "value"),
        (_, _, "head") => {
            stages(keyword, items);
            items.values();
        }
        (Keyword::Block | Keyword::Shared, ..) if begins => {
            items.values();
            items.defined(&[Sort::Local, Sort::Parameter]);
        }
        (Keyword::Variant, None, name) if name.ends_with(".by") || name.ends_with("by") => {
            items.folder("balancers");
            items.folder("sharing");
        }
        _ => {}
    }
}

/// Whether the braces are those of `repeat(…) { … }` or `each { … }`.
fn is_body(place: &Place<'_>) -> bool {
    let [.., outer, _] = place.frames.as_slice() else { return false };
    let before: Vec<&str> = outer.segment.iter().rev().skip(1).take(4).copied().collect();
    let named = before.iter().any(|word| ["repeat", "each"].contains(word));
    named && (before.first() == Some(&")") || before.first().is_some_and(|word| ["repeat", "each"].contains(word)))
}

/// Where an entry of a block begins.
fn entries(snapshot: &Snapshot, keyword: Keyword, inside: Option<&str>, place: &Place<'_>, items: &mut Items<'_>) {
    let template = keyword == Keyword::Task && !place.frames[0].segment.contains(&"from");
    let known = fields_of(keyword, inside, template);
    items.fields(known, place);
    match (keyword, inside) {
        (Keyword::Data, None) => items.words(&["join"], "keyword"),
        (Keyword::Weights, None) => {
            items.entries_of(&[Sort::Task, Sort::Family]);
            items.entry_words(&["rest"]);
        }
        (Keyword::Train, Some("sampling")) => {
            items.entries_of(&[Sort::Data, Sort::Task, Sort::Family]);
            items.entry_words(&["rest"]);
        }
        (Keyword::Transfer, None) => items.parts(snapshot),
        (Keyword::Variant, None) => items.settings(snapshot),
        (Keyword::Task, Some("class_weights" | "resample" | "threshold")) => {
            texts::classes_as_entries(snapshot, place, items)
        }
        _ => {}
    }
}
