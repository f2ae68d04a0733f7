//! Every spec of the repository in an editor, whole and cut off: whatever is asked is answered, and every place that is named is in the file.

use serde_json::{Value, json};

use super::client::{Editor, position};
use crate::support::{all_good, files_below, repository};

/// Questions about a place.
const AT: [&str; 7] = [
    "textDocument/hover",
    "textDocument/completion",
    "textDocument/signatureHelp",
    "textDocument/definition",
    "textDocument/documentHighlight",
    "textDocument/prepareRename",
    "textDocument/references",
];

/// Questions about a file.
const OF: [&str; 5] = [
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/semanticTokens/full",
    "textDocument/inlayHint",
    "textDocument/formatting",
];

/// Places that lie behind the last line, or behind the end of theirs.
fn outside(answer: &Value, lines: &[usize]) -> Option<String> {
    match answer {
        Value::Object(map) => {
            if let (Some(line), Some(column)) = (map.get("line"), map.get("character")) {
                let (line, column) = (line.as_u64()? as usize, column.as_u64()? as usize);
                return lines.get(line).is_none_or(|width| column > *width).then(|| format!("{line}:{column}"));
            }
            let own = map.get("uri").and_then(Value::as_str).is_none_or(|uri| uri.ends_with("/a.mtl"));
            map.values().filter(|_| own).find_map(|value| outside(value, lines))
        }
        Value::Array(items) => items.iter().find_map(|value| outside(value, lines)),
        _ => None,
    }
}

#[test]
fn whatever_is_asked_of_any_spec_is_answered() {
    let mut editor = Editor::new("every-spec");
    let mut wrong = Vec::new();
    let mut asked = 0;
    let paths =
        ["tests/spec", "pipelines", "std-tasks", "std-blocks"].map(|folder| files_below(&repository(folder), "mtl"));
    for (index, path) in paths.into_iter().flatten().enumerate() {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let mut end = text.len() * (index % 4 + 1) / 4;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = &text[..end];
        editor.open("a.mtl", text);
        let lines: Vec<usize> = text.split('\n').map(|line| line.encode_utf16().count()).collect();
        let mut look = |question: &str, answer: Result<Value, (i32, String)>| {
            asked += 1;
            match answer {
                Ok(answer) => {
                    let place = outside(&answer, &lines);
                    wrong.extend(place.map(|place| format!("{}: {question} names {place}", path.display())));
                }
                // A refusal with its reason is an answer.
                Err((-32803, _)) => {}
                Err((code, said)) => wrong.push(format!("{}: {question}: {code} {said}", path.display())),
            }
        };
        for question in OF {
            let answer = editor.of(question, "a.mtl");
            look(question, Ok(answer));
        }
        // Some places, others in each file, and the end.
        let step = (text.len() / 3).max(1);
        for at in (index % step..=text.len()).step_by(step).chain([text.len()]) {
            let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            for question in AT {
                let answer = editor.at(question, "a.mtl", at);
                look(question, answer);
            }
            let here = position(text, at);
            let params = json!({ "textDocument": { "uri": editor.uri("a.mtl") }, "range": { "start": here, "end": here },
                "context": { "diagnostics": [] } });
            let answer = editor.ask("textDocument/codeAction", params);
            look("textDocument/codeAction", answer);
            let params = json!({ "textDocument": { "uri": editor.uri("a.mtl") }, "positions": [here] });
            let answer = editor.ask("textDocument/selectionRange", params);
            look("textDocument/selectionRange", answer);
        }
    }
    assert!(asked > 5_000, "only {asked} questions");
    all_good(wrong);
}
