//! Which word is what: colours that only the meaning of a name can tell.

use std::collections::HashMap;

use lsp_types::request::{SemanticTokensFullRequest, SemanticTokensRangeRequest};
use lsp_types::{
    SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensFullOptions,
    SemanticTokensLegend, SemanticTokensOptions, SemanticTokensParams, SemanticTokensRangeParams,
    SemanticTokensRangeResult, SemanticTokensResult, SemanticTokensServerCapabilities,
};

use super::Capability;
use crate::check::analysis::Sort;
use crate::editor::snapshot::Snapshot;
use crate::editor::world::{Refusal, World};
use crate::syntax::PART_WORDS;
use crate::syntax::token::TokenKind;

const TYPES: [SemanticTokenType; 12] = [
    SemanticTokenType::KEYWORD,
    SemanticTokenType::COMMENT,
    SemanticTokenType::STRING,
    SemanticTokenType::NUMBER,
    SemanticTokenType::OPERATOR,
    SemanticTokenType::VARIABLE,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::PARAMETER,
    SemanticTokenType::FUNCTION,
    SemanticTokenType::TYPE,
    SemanticTokenType::STRUCT,
    SemanticTokenType::CLASS,
];

const MODIFIERS: [SemanticTokenModifier; 4] = [
    SemanticTokenModifier::DECLARATION,
    SemanticTokenModifier::READONLY,
    SemanticTokenModifier::DOCUMENTATION,
    SemanticTokenModifier::DEFAULT_LIBRARY,
];

const DECLARATION: u32 = 1;
const READONLY: u32 = 2;
const DOCUMENTATION: u32 = 4;
const LIBRARY: u32 = 8;

pub(super) static CAPABILITY: Capability = Capability {
    requests: &[request!(SemanticTokensFullRequest, full), request!(SemanticTokensRangeRequest, in_range)],
    declare: |capabilities, _| {
        let options = SemanticTokensOptions {
            legend: SemanticTokensLegend { token_types: TYPES.to_vec(), token_modifiers: MODIFIERS.to_vec() },
            range: Some(true),
            full: Some(SemanticTokensFullOptions::Bool(true)),
            ..SemanticTokensOptions::default()
        };
        capabilities.semantic_tokens_provider = Some(SemanticTokensServerCapabilities::SemanticTokensOptions(options));
    },
};

fn full(world: &World, params: SemanticTokensParams) -> Result<Option<SemanticTokensResult>, Refusal> {
    let snapshot = world.snapshot(&params.text_document.uri)?;
    Ok(Some(SemanticTokensResult::Tokens(tokens(world, &snapshot, 0..u32::MAX))))
}

fn in_range(world: &World, params: SemanticTokensRangeParams) -> Result<Option<SemanticTokensRangeResult>, Refusal> {
    let snapshot = world.snapshot(&params.text_document.uri)?;
    let lines = params.range.start.line..params.range.end.line.saturating_add(1);
    Ok(Some(SemanticTokensRangeResult::Tokens(tokens(world, &snapshot, lines))))
}

fn tokens(world: &World, snapshot: &Snapshot, wanted: std::ops::Range<u32>) -> SemanticTokens {
    let source = snapshot.source();
    let meanings = meanings(snapshot);
    let mut data = Vec::new();
    let (mut line, mut column) = (0, 0);
    let scan = snapshot.scan();
    let mut head = scan.pieces.iter().map(|piece| scan.tokens[piece.start].start).peekable();
    for token in &scan.tokens {
        while head.next_if(|start| *start < token.start).is_some() {}
        let begins = head.peek() == Some(&token.start);
        let Some((kind, modifiers)) = meaning(snapshot, &meanings, token, begins) else { continue };
        let Some(of_type) = TYPES.iter().position(|one| *one == kind) else { continue };
        let text = token.text(&source.text).trim_end_matches(['\r', '\n']);
        let position = world.client.encoding.position(&source.text, &source.lines, token.start as usize);
        if !wanted.contains(&position.line) {
            continue;
        }
        data.push(SemanticToken {
            delta_line: position.line - line,
            delta_start: if position.line == line { position.character - column } else { position.character },
            length: world.client.encoding.width(text),
            token_type: of_type as u32,
            token_modifiers_bitset: modifiers,
        });
        (line, column) = (position.line, position.character);
    }
    SemanticTokens { result_id: None, data }
}

/// What stands at a byte: the type of the name and how it stands there.
fn meanings(snapshot: &Snapshot) -> HashMap<u32, (SemanticTokenType, u32)> {
    let names = snapshot.names();
    let mut found = HashMap::new();
    for definition in &names.definitions {
        if let Some(span) = definition.span.filter(|span| span.file == snapshot.file) {
            let (kind, modifiers) = of_sort(definition.sort);
            found.insert(span.start, (kind, modifiers | DECLARATION));
        }
    }
    for one in names.uses.iter().filter(|one| one.span.file == snapshot.file) {
        found.insert(one.span.start, of_sort(names.definitions[one.of].sort));
    }
    found
}

fn of_sort(sort: Sort) -> (SemanticTokenType, u32) {
    match sort {
        Sort::Block | Sort::Template | Sort::Instance => (SemanticTokenType::FUNCTION, 0),
        Sort::Column | Sort::Output => (SemanticTokenType::PROPERTY, 0),
        Sort::Data | Sort::Joined => (SemanticTokenType::STRUCT, 0),
        Sort::Entry("kinds") => (SemanticTokenType::TYPE, LIBRARY),
        Sort::Entry(_) => (SemanticTokenType::FUNCTION, LIBRARY),
        Sort::Family | Sort::Task => (SemanticTokenType::CLASS, 0),
        Sort::Input | Sort::Local | Sort::Shared | Sort::Value => (SemanticTokenType::VARIABLE, 0),
        Sort::Param => (SemanticTokenType::VARIABLE, READONLY),
        Sort::Parameter => (SemanticTokenType::PARAMETER, 0),
    }
}

fn meaning(
    snapshot: &Snapshot,
    meanings: &HashMap<u32, (SemanticTokenType, u32)>,
    token: &crate::syntax::token::Token,
    begins: bool,
) -> Option<(SemanticTokenType, u32)> {
    let text = token.text(snapshot.text());
    match token.kind {
        TokenKind::Comment => Some((SemanticTokenType::COMMENT, 0)),
        TokenKind::Doc | TokenKind::FileDoc => Some((SemanticTokenType::COMMENT, DOCUMENTATION)),
        TokenKind::String => Some((SemanticTokenType::STRING, 0)),
        TokenKind::Number => Some((SemanticTokenType::NUMBER, 0)),
        TokenKind::Arrow | TokenKind::Operator | TokenKind::DotDot => Some((SemanticTokenType::OPERATOR, 0)),
        TokenKind::Word if begins => Some((SemanticTokenType::KEYWORD, 0)),
        TokenKind::Word => match meanings.get(&token.start) {
            Some(known) => Some(known.clone()),
            None if PART_WORDS.contains(&text) => Some((SemanticTokenType::KEYWORD, 0)),
            // A field or an argument.
            None if snapshot.text()[token.end as usize..].trim_start().starts_with(':') => {
                Some((SemanticTokenType::PROPERTY, 0))
            }
            None => None,
        },
        _ => None,
    }
}
