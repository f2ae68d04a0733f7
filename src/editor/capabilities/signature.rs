//! The parameters of the call that is being written, and which of them this argument is.

use lsp_types::request::SignatureHelpRequest;
use lsp_types::{
    Documentation, MarkupContent, MarkupKind, ParameterInformation, ParameterLabel, SignatureHelp,
    SignatureHelpOptions, SignatureHelpParams, SignatureInformation,
};

use super::Capability;
use crate::catalog::reference;
use crate::check::analysis::Sort;
use crate::editor::place::{Frame, Place};
use crate::editor::shown;
use crate::editor::snapshot::Snapshot;
use crate::editor::world::{Refusal, World};
use crate::library::Told;

pub(super) static CAPABILITY: Capability = Capability {
    requests: &[request!(SignatureHelpRequest, signature)],
    declare: |capabilities, _| {
        capabilities.signature_help_provider = Some(SignatureHelpOptions {
            trigger_characters: Some(vec!["(".into(), ",".into()]),
            ..SignatureHelpOptions::default()
        });
    },
};

/// A parameter as it is shown: its name, how it is written, what it takes, and whether it may stand without its name.
struct Shown {
    name: String,
    label: String,
    doc: String,
    positional: bool,
}

fn signature(world: &World, params: SignatureHelpParams) -> Result<Option<SignatureHelp>, Refusal> {
    let (snapshot, offset) = world.at(&params.text_document_position_params)?;
    let place = Place::of(&snapshot, offset);
    let Some(call) = place.call() else { return Ok(None) };
    let Some((doc, parameters)) = called(&snapshot, call, offset) else { return Ok(None) };
    let label = |shown: &Shown| shown.label.clone();
    let signature = SignatureInformation {
        label: format!("{}({})", call.owner, parameters.iter().map(label).collect::<Vec<_>>().join(", ")),
        documentation: Some(markup(doc)),
        parameters: Some(
            parameters
                .iter()
                .map(|shown| ParameterInformation {
                    label: ParameterLabel::Simple(shown.label.clone()),
                    documentation: Some(markup(shown.doc.clone())),
                })
                .collect(),
        ),
        active_parameter: active(call, place.word, &parameters).map(|at| at as u32),
    };
    let active_parameter = signature.active_parameter;
    Ok(Some(SignatureHelp { signatures: vec![signature], active_signature: Some(0), active_parameter }))
}

fn markup(value: String) -> Documentation {
    Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })
}

/// Which parameter an argument is: by its name, by the beginning of one, else by its place.
fn active(call: &Frame<'_>, word: &str, parameters: &[Shown]) -> Option<usize> {
    if let Some(name) = call.key() {
        return parameters.iter().position(|shown| shown.name == name);
    }
    let mut positional = parameters.iter().enumerate().filter(|(_, shown)| shown.positional);
    let by_place = positional.nth(call.position).map(|(at, _)| at).filter(|_| call.given.is_empty());
    let begun = |shown: &Shown| !word.is_empty() && shown.name.starts_with(word);
    parameters.iter().position(begun).or(by_place)
}

/// What is called: its page and its parameters.
fn called(snapshot: &Snapshot, call: &Frame<'_>, offset: usize) -> Option<(String, Vec<Shown>)> {
    let names = snapshot.names();
    let mut uses = names.uses.iter().filter(|one| one.span.file == snapshot.file && (one.span.end as usize) <= offset);
    let definition = uses.rfind(|one| snapshot.sources.text(one.span) == call.owner);
    let definition = definition.map(|one| &names.definitions[one.of]);
    match definition.map(|definition| definition.sort) {
        Some(Sort::Block | Sort::Template) => {
            let definition = definition?;
            let (decl, text) = snapshot.declared(definition)?;
            let shown = decl.params.iter().flatten().map(|parameter| Shown {
                name: parameter.name.name.clone(),
                label: snapshot.sources.text(parameter.span).to_string(),
                doc: shown::told(&Told::of(parameter, text)),
                positional: true,
            });
            Some((definition.doc.clone(), shown.collect()))
        }
        found => {
            // Of what does not parse, the name alone is known.
            let mut pages = reference::entries().iter().filter(|page| page.name == call.owner);
            let page = match found {
                Some(Sort::Entry(folder)) => pages.find(|page| page.folder == folder)?,
                _ => pages.next()?,
            };
            let shown = page.params.iter().map(|spec| Shown {
                name: spec.name.to_string(),
                label: shown::parameter(spec),
                doc: shown::expects(spec),
                positional: spec.positional,
            });
            Some((page.summary().to_string(), shown.collect()))
        }
    }
}
