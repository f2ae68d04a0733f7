//! What an editor can ask: a file for each sort of question, and the one list of them.

use lsp_server::ErrorCode;
use lsp_types::request::Request;
use lsp_types::{
    PositionEncodingKind, ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
};
use serde_json::Value;

use super::world::{Client, Refusal, World};

/// How a request is answered.
type Answer = fn(&World, Value) -> Result<Value, Refusal>;

/// One sort of question.
struct Capability {
    /// The requests of it, each with its answer.
    requests: &'static [(&'static str, Answer)],
    /// Says to the editor that this can be asked.
    declare: fn(&mut ServerCapabilities, &Client),
}

/// Declares the files of this folder, and their list.
macro_rules! capabilities {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        static CAPABILITIES: &[&Capability] = &[$(&$module::CAPABILITY),*];
    };
}

/// The entry of a request in its capability: `request!(HoverRequest, hover)`.
macro_rules! request {
    ($request:ty, $answer:expr) => {
        (<$request as lsp_types::request::Request>::METHOD, |world, params| {
            super::answer::<$request>(world, params, $answer)
        })
    };
}

pub mod diagnostics;

capabilities! {
    code_actions,
    code_lens,
    completion,
    definition,
    folding,
    formatting,
    hover,
    inlay_hints,
    references,
    rename,
    selection,
    semantic_tokens,
    signature,
    symbols,
}

/// Who answers a request.
pub fn answerer(method: &str) -> Option<Answer> {
    let mut requests = CAPABILITIES.iter().flat_map(|capability| capability.requests);
    requests.find(|(name, _)| *name == method).map(|(_, answer)| *answer)
}

/// Everything that can be asked.
pub fn declared(client: &Client) -> ServerCapabilities {
    let encoding: PositionEncodingKind = client.encoding.kind();
    let mut declared = ServerCapabilities {
        position_encoding: Some(encoding),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            ..TextDocumentSyncOptions::default()
        })),
        ..ServerCapabilities::default()
    };
    for capability in CAPABILITIES {
        (capability.declare)(&mut declared, client);
    }
    declared
}

/// Reads what is asked, and writes the answer.
fn answer<R: Request>(
    world: &World,
    params: Value,
    answer: impl Fn(&World, R::Params) -> Result<R::Result, Refusal>,
) -> Result<Value, Refusal> {
    let params = serde_json::from_value(params)
        .map_err(|error| Refusal { code: ErrorCode::InvalidParams, message: error.to_string() })?;
    let result = answer(world, params)?;
    serde_json::to_value(result).map_err(|error| Refusal { code: ErrorCode::InternalError, message: error.to_string() })
}
