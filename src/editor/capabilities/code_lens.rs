//! Above a spec: run it, look at its plan. The editor runs these, and is asked to only if it has said that it can.

use lsp_types::request::CodeLensRequest;
use lsp_types::{CodeLens, CodeLensOptions, CodeLensParams, Command};
use serde_json::Value;

use super::Capability;
use crate::editor::world::{Refusal, World};
use crate::syntax::tree::Keyword;

/// Commands by the names that an editor registers them under, with what is shown.
const COMMANDS: [(&str, &str); 3] =
    [("mtlc.run", "Run"), ("mtlc.plan", "Plan"), ("mtlc.checkData", "Check with its data")];

pub(super) static CAPABILITY: Capability = Capability {
    requests: &[request!(CodeLensRequest, lenses)],
    declare: |capabilities, client| {
        if COMMANDS.iter().any(|(command, _)| client.commands.iter().any(|known| known == command)) {
            capabilities.code_lens_provider = Some(CodeLensOptions { resolve_provider: Some(false) });
        }
    },
};

fn lenses(world: &World, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>, Refusal> {
    let snapshot = world.snapshot(&params.text_document.uri)?;
    // A library of blocks and templates is not run.
    let tasks = || snapshot.decls().filter(|decl| decl.keyword == Keyword::Task && decl.from.is_some());
    let Some(first) = snapshot.decls().find(|decl| decl.keyword == Keyword::Train).or_else(|| tasks().next()) else {
        return Ok(None);
    };
    if tasks().next().is_none() {
        return Ok(None);
    }
    let range = world.range(&snapshot.sources, first.keyword_span);
    let known = COMMANDS.iter().filter(|(command, _)| world.client.commands.iter().any(|known| known == command));
    let lens = |(command, title): &(&str, &str)| CodeLens {
        range,
        command: Some(Command {
            title: (*title).into(),
            command: (*command).into(),
            arguments: Some(vec![Value::String(params.text_document.uri.as_str().into())]),
        }),
        data: None,
    };
    Ok(Some(known.map(lens).collect()))
}
