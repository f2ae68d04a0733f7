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
    let mut editor = Editor::new();
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

/// Behind each word and each sign of a text: what stands there while it is typed.
fn ends(text: &str) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((at, one)) = characters.next() {
        let in_word = |one: char| one.is_alphanumeric() || one == '_';
        let goes_on = characters.peek().is_some_and(|(_, next)| in_word(one) && in_word(*next));
        if !one.is_whitespace() && !goes_on {
            ends.push(at + one.len_utf8());
        }
    }
    ends
}

/// A declaration of each sort, and variants.
const EVERYTHING: &str = r#"//! Birds.
use std.tasks.{classification, regression}

data birds: csv("birds.csv") {
  split { train: 70%, valid: 15%, test: 15%, stratify: species }
  columns {
    id: id
    species: category("a", "b")
    bill, flipper, wing, beak: number
    p0 .. p3: number
    ratio: number = wing / beak ^ 2
  }
}

param width: int = 64 over [16, 64, 128]
let mixed = concat(body, more) -> relu

block two(w: int, n: int = 2) {
  h = in -> dense(w) -> relu
  out: h -> repeat(n) { dense(w) -> relu }
}

input body from birds[wing, beak] -> standardize
input more from birds[p0 .. p3 except p1] -> standardize
instance late: two(w: 8)
shared trunk by hard from mixed -> two(width, n: 1) -> dropout(0.1)
task species: classification from trunk { label: birds.species, weight: birds.ratio }
task size[bill, flipper]: regression from trunk -> late { label: birds, where: birds.bill > 2, loss: huber }
weights by uncertainty { species: 0.7, rest: 0.3 }
train { epochs: 3, optimizer: adamw(lr: 1e-3), schedule: warmup(5%) -> cosine }
evaluate { batch: 32, bootstrap: 100 }
transfer { trunk { init: "runs/a/last", freeze: true } }
variant small { width: 16, trunk.by: mmoe(experts: 3), train.epochs: 1 }
variant wide { width: 128 }
"#;

/// A text in an editor: it is told what is wrong with it and with its variants, and nothing fails.
fn typed(editor: &mut Editor, text: &str, wrong: &mut Vec<String>) {
    editor.open("a.mtl", text);
    let params = json!({ "textDocument": { "uri": editor.uri("a.mtl") }, "range": super::client::whole(),
        "context": { "diagnostics": [] } });
    if let Err((code, said)) = editor.ask("textDocument/codeAction", params) {
        wrong.push(format!("{code} {said}:\n{text}"));
    }
    wrong.extend(editor.logged.drain(..).map(|said| format!("{said}:\n{text}")));
}

#[test]
fn a_spec_is_checked_wherever_one_who_types_it_has_come_to() {
    let mut editor = Editor::new();
    let mut wrong = Vec::new();
    for end in ends(EVERYTHING) {
        typed(&mut editor, &EVERYTHING[..end], &mut wrong);
    }
    let specs = files_below(&repository("pipelines"), "mtl").into_iter().map(|path| (path, 4));
    let pages = files_below(&repository("docs"), "md").into_iter().map(|path| (path, 1));
    let mut texts = Vec::new();
    for (path, cuts) in specs.chain(pages) {
        let text = std::fs::read_to_string(&path).expect("a text");
        match text.split("```mtl").collect::<Vec<_>>().as_slice() {
            [whole] if cuts > 1 => texts.push((whole.to_string(), cuts)),
            [_, blocks @ ..] => texts.extend(blocks.iter().filter_map(|block| {
                let (_, block) = block.split_once('\n')?;
                Some((block.split("```").next()?.to_string(), cuts))
            })),
            [] => {}
        }
    }
    assert!(texts.len() > 200, "only {} texts", texts.len());
    for (index, (text, cuts)) in texts.iter().enumerate() {
        let ends = ends(text);
        for cut in 0..*cuts {
            // Other places in each text, with a variant before it or one that is being named behind it.
            let Some(end) = ends.get((index * 7 + cut * ends.len() / cuts) % ends.len().max(1)) else { continue };
            let text = match (index + cut) % 3 {
                0 => format!("variant one {{ train.epochs: 2 }}\n{}", &text[..*end]),
                1 => format!("{}\nvariant a", &text[..*end]),
                _ => text[..*end].to_string(),
            };
            typed(&mut editor, &text, &mut wrong);
        }
    }
    all_good(wrong);
}
