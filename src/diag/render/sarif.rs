//! SARIF 2.1.0 (OASIS), for code scanning.

use serde_json::{Value, json};

use super::place::Place;
use super::severity_word;
use crate::diag::Diagnostic;
use crate::source::{Sources, Span};

pub(super) fn render(all: &[(&[Diagnostic], &Sources)]) -> String {
    let every = || all.iter().flat_map(|(diagnostics, sources)| diagnostics.iter().map(move |one| (one, *sources)));
    let mut codes: Vec<_> = every().map(|(one, _)| one.code).collect();
    codes.sort_by_key(|code| code.name);
    codes.dedup_by_key(|code| code.name);
    let rules: Vec<Value> = codes
        .iter()
        .map(|code| {
            json!({
                "id": code.name,
                "shortDescription": { "text": code.summary() },
                "help": { "text": code.doc.trim(), "markdown": code.doc.trim() },
            })
        })
        .collect();
    let results: Vec<Value> = every()
        .map(|(one, sources)| {
            let mut text = one.message.clone();
            if let Some(help) = &one.help {
                text += &format!("\nhelp: {help}");
            }
            json!({
                "ruleId": one.code.name,
                "level": severity_word(one.severity),
                "message": { "text": text },
                "locations": [location(one.span, &one.label, sources)],
                "relatedLocations": one.labels.iter().map(|label| location(label.span, &label.message, sources)).collect::<Vec<_>>(),
            })
        })
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "mtlc", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn location(span: Span, message: &str, sources: &Sources) -> Value {
    let at = Place::of(span, sources);
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": at.file.replace('\\', "/").replace(' ', "%20") },
            "region": {
                "startLine": at.line,
                "startColumn": at.column,
                "endLine": at.end_line,
                "endColumn": at.end_column,
                "byteOffset": at.start,
                "byteLength": at.end - at.start,
            },
        },
    });
    if !message.is_empty() {
        location["message"] = json!({ "text": message });
    }
    location
}
