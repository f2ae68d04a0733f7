//! What is said of a place: hover, signatures, definitions, uses, outlines, folds, selections, colours, hints.

use serde_json::{Value, json};

use super::SPEC;
use super::client::{Editor, covered, offset};

fn opened() -> Editor {
    let mut editor = Editor::new();
    editor.open("a.mtl", SPEC);
    editor
}

/// Asks for what stands under the cursor.
fn hover(editor: &mut Editor, text: &str) -> String {
    editor.on("textDocument/hover", "a.mtl", text)["contents"]["value"].as_str().unwrap_or_default().to_string()
}

fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

#[test]
fn hover_tells_types_costs_and_pages() {
    let mut editor = opened();
    // 2·64 + 64 numbers; 2·64 products.
    has(
        &hover(&mut editor, "trunk from"),
        &[
            "shared trunk: f32[rows(penguins), 64]",
            "What both tasks read.",
            "192 parameters, 128 multiply-adds per row",
        ],
    );
    has(&hover(&mut editor, "body\n"), &["input body: f32[rows(penguins), 2]", "What is measured."]);
    has(
        &hover(&mut editor, "dense(64)"),
        &["`f32[rows(penguins), 2]` → `f32[rows(penguins), 64]`", "192 parameters", "*layers* of the catalog"],
    );
    has(&hover(&mut editor, "lr: 1e-3"), &["lr", "Expects a number", "must be"][..2]);
    has(&hover(&mut editor, "species: category"), &["column species: category", "2 classes: `Adelie`, `Gentoo`"]);
    has(&hover(&mut editor, "mass: regression"), &["task mass", "λ 0.3", "loss `huber", "metrics `rmse`"]);
    has(
        &hover(&mut editor, "regression from"),
        &["task template regression", "| `delta` | a number | `1.0` |", "loss:    huber(delta: delta)"],
    );
    assert_eq!(hover(&mut editor, "{\n  columns"), "");
    // Of a spec with errors too.
    editor.replace("a.mtl", SPEC.find("dropout").expect("is there")..SPEC.find("(0.1)").expect("is there"), "drop_out");
    has(&hover(&mut editor, "dense(64)"), &["→ `f32[rows(penguins), 64]`"]);
    let text = "// mtlc: allow(unused-input) not yet\n";
    editor.open("a.mtl", text);
    has(&hover(&mut editor, "unused-input"), &["**unused-input**", "Not like this"]);
}

#[test]
fn what_was_seen_of_the_data_is_told() {
    let mut editor = Editor::new();
    let seen = json!({ "version": 1, "sizes": { "classes(penguins.island)": 3 }, "data": { "penguins": { "sha256": "", "rows": 344,
        "columns": { "island": { "kind": "category", "missing": 2, "classes": ["Biscoe", "Dream", "Torgersen"] },
            "bill": { "kind": "number", "missing": 0, "holds": "32.1 to 59.6" } } } } });
    editor.write("a.facts.json", &seen.to_string());
    let text = SPEC.replace("category(\"Adelie\", \"Gentoo\")", "category\n    island: category");
    editor.open("a.mtl", &text);
    has(&hover(&mut editor, "island"), &["3 classes: `Biscoe`", "2 of 344 rows have none"]);
    has(&hover(&mut editor, "bill:"), &["32.1 to 59.6"]);
}

#[test]
fn a_call_shows_its_parameters() {
    let mut editor = Editor::new();
    let text = SPEC.replace("dense(64)", "dense(64, )");
    editor.open("a.mtl", &text);
    let mut ask = |behind: &str| {
        let at = text.find(behind).expect("is there") + behind.len();
        let told = editor.at("textDocument/signatureHelp", "a.mtl", at).expect("an answer");
        let label = told["signatures"][0]["label"].as_str().unwrap_or_default().to_string();
        (label, told["activeParameter"].as_u64())
    };
    assert_eq!(ask("dense("), ("dense(units, bias: true)".into(), Some(0)));
    assert_eq!(ask("dense(64, ").0, "dense(units, bias: true)");
    let (label, active) = ask("adamw(lr: ");
    assert!(label.starts_with("adamw(lr: 1e-3") || label.starts_with("adamw(lr: 0.001"), "{label}");
    assert_eq!(active, Some(0));
    assert_eq!(ask("epochs: ").1, None);
}

#[test]
fn names_lead_to_their_definitions_and_back() {
    let mut editor = opened();
    let target = editor.on("textDocument/definition", "a.mtl", "trunk { label: penguins.species");
    assert_eq!(target["uri"], editor.uri("a.mtl").as_str());
    assert_eq!(offset(SPEC, &target["range"]["start"]), SPEC.find("trunk from").expect("is there"));
    let column = editor.on("textDocument/definition", "a.mtl", "mass }");
    assert_eq!(offset(SPEC, &column["range"]["start"]), SPEC.find("mass:    number").expect("is there"));
    // An entry of the catalog stands in no file.
    assert_eq!(editor.on("textDocument/definition", "a.mtl", "dense"), Value::Null);

    editor.write("blocks.mtl", "block wide(width: int) { out: in -> dense(width) }\n");
    let text = SPEC.replace("use std", "use \"blocks.mtl\".{wide}\nuse std").replace("dense(64)", "wide(64)");
    editor.open("a.mtl", &text);
    editor.write("b.mtl", &text);
    let target = editor.on("textDocument/definition", "a.mtl", "wide(64)");
    assert_eq!(target["uri"], editor.uri("blocks.mtl").as_str());
    let file = editor.on("textDocument/definition", "a.mtl", "blocks.mtl");
    assert_eq!(file["uri"], editor.uri("blocks.mtl").as_str());
    let uses = editor.on("textDocument/references", "a.mtl", "wide(64)");
    let files: Vec<&str> = uses.as_array().expect("a list").iter().filter_map(|one| one["uri"].as_str()).collect();
    let of = |name: &str| files.iter().filter(|uri| uri.ends_with(name)).count();
    assert_eq!((of("/a.mtl"), of("/b.mtl"), of("/blocks.mtl")), (2, 2, 1), "{files:?}");
    let shown = editor.on("textDocument/documentHighlight", "a.mtl", "trunk from");
    assert_eq!(shown.as_array().map(Vec::len), Some(3));
}

#[test]
fn a_file_has_an_outline_folds_and_selections() {
    let mut editor = opened();
    let symbols = editor.of("textDocument/documentSymbol", "a.mtl");
    let names: Vec<&str> = symbols.as_array().expect("a list").iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["penguins", "body", "trunk", "species", "mass", "weights", "train"]);
    let columns: Vec<&str> =
        symbols[0]["children"].as_array().expect("columns").iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(columns, ["species", "bill", "flipper", "mass"]);
    let found = editor.ask("workspace/symbol", json!({ "query": "TRU" })).expect("an answer");
    assert_eq!(found[0]["name"], "trunk");

    let folds = editor.of("textDocument/foldingRange", "a.mtl");
    let folds: Vec<(u64, u64)> = folds
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["startLine"].as_u64().expect("a line"), one["endLine"].as_u64().expect("a line")))
        .collect();
    assert_eq!(folds, [(2, 9), (3, 7), (15, 16), (23, 26)]);

    let at = super::client::position(SPEC, SPEC.find("64").expect("is there"));
    let params = json!({ "textDocument": { "uri": editor.uri("a.mtl") }, "positions": [at] });
    let selected = editor.ask("textDocument/selectionRange", params).expect("an answer");
    let mut one = &selected[0];
    let mut texts = vec![covered(SPEC, &one["range"])];
    while one["parent"].is_object() {
        one = &one["parent"];
        texts.push(covered(SPEC, &one["range"]));
    }
    assert_eq!(texts[..3], ["64", "dense(64)", "dense(64) -> relu -> dropout(0.1)"]);
    assert_eq!(texts.last(), Some(&SPEC));
    assert!(texts.windows(2).all(|pair| pair[1].contains(pair[0])));
}

#[test]
fn words_have_colours_of_what_they_mean() {
    let mut editor = opened();
    let types = editor.capabilities["semanticTokensProvider"]["legend"]["tokenTypes"].clone();
    let data = editor.of("textDocument/semanticTokens/full", "a.mtl")["data"].clone();
    let numbers: Vec<u64> = data.as_array().expect("a list").iter().filter_map(Value::as_u64).collect();
    let (mut line, mut column) = (0, 0);
    let mut found = Vec::new();
    for token in numbers.chunks(5) {
        column = if token[0] == 0 { column + token[1] } else { token[1] };
        line += token[0];
        let start = offset(SPEC, &json!({ "line": line, "character": column }));
        found.push((&SPEC[start..start + token[2] as usize], types[token[3] as usize].as_str().expect("a type")));
    }
    for wanted in [
        ("shared", "keyword"),
        ("trunk", "variable"),
        ("dense", "function"),
        ("64", "number"),
        ("->", "operator"),
        ("category", "type"),
        ("penguins", "struct"),
        ("bill", "property"),
        ("\"Adelie\"", "string"),
        ("/// What is measured.", "comment"),
        ("epochs", "property"),
    ] {
        assert!(found.contains(&wanted), "{wanted:?} is not in {found:?}");
    }
    // `species` is a column, and a task.
    let species: Vec<&str> = found.iter().filter(|(text, _)| *text == "species").map(|(_, kind)| *kind).collect();
    assert!(species.contains(&"property") && species.contains(&"class"), "{species:?}");
}

#[test]
fn hints_say_shapes_and_weights() {
    let mut editor = opened();
    let hints = editor.of("textDocument/inlayHint", "a.mtl");
    let shown: Vec<String> = hints
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            let before = &SPEC[..offset(SPEC, &one["position"])];
            let word = before.rsplit([' ', '\n']).next().unwrap_or_default();
            format!("{word} {}", one["label"].as_str().expect("a text"))
        })
        .collect();
    // A layer that keeps the shape says nothing of it; the weight of `species` is written.
    assert_eq!(shown, ["dense(64) [64]", "mass λ 0.3"]);
}

#[test]
fn lenses_are_for_editors_that_run_them() {
    let mut editor = Editor::with(json!({}), json!({ "commands": ["mtlc.run", "mtlc.plan"] }));
    editor.open("a.mtl", SPEC);
    let lenses = editor.of("textDocument/codeLens", "a.mtl");
    let titles: Vec<&str> =
        lenses.as_array().expect("a list").iter().filter_map(|one| one["command"]["title"].as_str()).collect();
    assert_eq!(titles, ["Run", "Plan"]);
    assert_eq!(lenses[0]["command"]["arguments"][0], editor.uri("a.mtl").as_str());
    assert_eq!(opened().capabilities["codeLensProvider"], Value::Null);
}
