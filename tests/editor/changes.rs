//! What the server changes: names, layout, fixes. Each change is applied and checked again.

use serde_json::{Value, json};

use super::SPEC;
use super::client::{Editor, apply, position};
use crate::support::check_text;

fn rename(editor: &mut Editor, name: &str, text: &str, new: &str) -> Result<Value, (i32, String)> {
    let offset = editor.texts[name].find(text).expect("is there");
    let params = json!({ "textDocument": { "uri": editor.uri(name) },
        "position": position(&editor.texts[name], offset), "newName": new });
    editor.ask("textDocument/rename", params)
}

/// A text has no problems.
fn is_clean(text: &str) {
    let said = crate::support::describe(&check_text(text));
    assert!(said.is_empty(), "{}\n{text}", said.join("\n"));
}

#[test]
fn a_name_changes_wherever_it_stands() {
    let mut editor = Editor::new();
    editor.open("a.mtl", SPEC);
    let edit = rename(&mut editor, "a.mtl", "trunk from", "backbone").expect("renames");
    let after = editor.after(&edit)["a.mtl"].clone();
    assert_eq!(after, SPEC.replace("trunk", "backbone"));
    // From where it is read, too.
    assert_eq!(rename(&mut editor, "a.mtl", "trunk {", "backbone").expect("renames"), edit);
    let edit = rename(&mut editor, "a.mtl", "mass: regression", "weight").expect("renames");
    is_clean(&editor.after(&edit)["a.mtl"]);
    assert!(editor.after(&edit)["a.mtl"].contains("label: penguins.mass"));
    // A column keeps its name in the table.
    let edit = rename(&mut editor, "a.mtl", "bill:", "bill_mm").expect("renames");
    let after = editor.after(&edit)["a.mtl"].clone();
    assert!(
        after.contains("bill_mm:    number as \"bill\"") && after.contains("penguins[bill_mm, flipper]"),
        "{after}"
    );
    is_clean(&after);
}

#[test]
fn a_block_changes_its_name_in_every_file() {
    let mut editor = Editor::new();
    editor.write("blocks.mtl", "block wide(width: int) { out: in -> dense(width) -> relu }\n");
    let text = SPEC.replace("use std", "use \"blocks.mtl\".{wide}\nuse std").replace("dense(64)", "wide(width: 64)");
    editor.open("a.mtl", &text);
    editor.write("b.mtl", &text);
    editor.write("other.mtl", &SPEC.replace("trunk", "wide"));
    let edit = rename(&mut editor, "a.mtl", "wide(width", "broad").expect("renames");
    let after = editor.after(&edit);
    assert_eq!(after.keys().collect::<Vec<_>>(), ["a.mtl", "b.mtl", "blocks.mtl"]);
    assert_eq!(after["b.mtl"], text.replace("wide", "broad"));
    // A parameter, where it is given by name.
    let edit = rename(&mut editor, "a.mtl", "width: 64", "units").expect("renames");
    let after = editor.after(&edit);
    assert_eq!(after["a.mtl"], text.replace("width: 64", "units: 64"));
    assert_eq!(after["blocks.mtl"], "block wide(units: int) { out: in -> dense(units) -> relu }\n");
}

#[test]
fn a_name_that_would_break_the_spec_is_refused() {
    let mut editor = Editor::new();
    editor.open("a.mtl", SPEC);
    for (text, new, why) in [
        ("trunk from", "body", "would break the spec"),
        ("trunk from", "1st", "is no name"),
        ("trunk from", "from", "is a word of the language"),
        ("dense(", "linear", "entry of the catalog"),
        ("classification from", "sorting", "standard library"),
    ] {
        let (_, said) = rename(&mut editor, "a.mtl", text, new).expect_err("is refused");
        assert!(said.contains(why), "{text} -> {new}: {said}");
    }
    let text =
        SPEC.replace("bill:    number\n    flipper: number", "p0 .. p3: number").replace("bill, flipper", "p0 .. p3");
    editor.open("a.mtl", &text);
    let (_, said) = rename(&mut editor, "a.mtl", "p0 .. p3: number", "q0").expect_err("is refused");
    assert!(said.contains("range of"), "{said}");
}

/// Sizes by a block's own name, a line and a param.
const SIZES: &str =
    "param width: int = 64\nblock two(w: int) {\n  h = in -> dense(w) -> relu\n  out: h -> dense(width)\n}\n";

#[test]
fn a_name_that_would_be_taken_for_another_is_refused() {
    let mut editor = Editor::new();
    let text = SPEC.replace("shared trunk", &format!("{SIZES}\nshared trunk")).replace("dense(64)", "two(16)");
    assert_eq!(editor.open("a.mtl", &text), Vec::<String>::new());
    for (at, new, why) in [
        ("w: int", "width", "would mean the parameter"),
        ("width: int", "w", "would mean the parameter"),
        ("width: int", "h", "would"),
        ("h = in", "width", "would"),
        ("h = in", "w", "would"),
        ("w: int", "in", "what a block takes or gives"),
        ("w: int", "out", "what a block takes or gives"),
        ("h = in", "out", "what a block takes or gives"),
        ("w: int", "dense", "entry of the catalog"),
        ("two(w", "relu", "entry of the catalog"),
        ("body from", "in", "would"),
    ] {
        let said = rename(&mut editor, "a.mtl", at, new).expect_err("is refused").1;
        assert!(said.contains(why), "{at} -> {new}: {said}");
    }
    // What is told names both, and where.
    let line = 1 + text[..text.find("dense(width)").expect("is there")].matches('\n').count();
    let (_, said) = rename(&mut editor, "a.mtl", "w: int", "width").expect_err("is refused");
    let wanted = format!("line {line} of `a.mtl` would mean the parameter `width`, and means the param `width`");
    assert!(said.contains(&wanted), "{said}");
    // All others are free, those too of what stands elsewhere.
    for (at, new) in
        [("w: int", "units"), ("h = in", "trunk"), ("two(w", "twice"), ("bill:", "number"), ("body from", "bill")]
    {
        let edit = rename(&mut editor, "a.mtl", at, new).unwrap_or_else(|(_, said)| panic!("{at} -> {new}: {said}"));
        is_clean(&editor.after(&edit)["a.mtl"]);
    }
}

#[test]
fn a_family_changes_its_name_with_its_members() {
    let text = "use std.tasks.{regression}\ndata d: csv(\"d.csv\") { columns { x: number, a, b: number } }\ninput i from d.x -> standardize\nshared trunk from i -> dense(4)\ntask both[a, b]: regression from trunk { label: d }\nweights { both_a: 0.6, both_b: 0.4 }\n";
    let mut editor = Editor::new();
    let said = editor.open("a.mtl", text);
    assert_eq!(said, Vec::<String>::new());
    let edit = rename(&mut editor, "a.mtl", "both[", "all").expect("renames");
    let after = editor.after(&edit)["a.mtl"].clone();
    assert_eq!(after, text.replace("both", "all"));
}

#[test]
fn a_file_is_laid_out() {
    let mut editor = Editor::new();
    let untidy = SPEC
        .replace("  epochs: 3\n  optimizer", "  epochs:3\n\n\n  optimizer")
        .replace("bill:    number", "bill:number");
    editor.open("a.mtl", &untidy);
    let edits = editor.of("textDocument/formatting", "a.mtl");
    let laid_out = apply(&untidy, &edits);
    let file = mtlc::source::FileId::default();
    let wanted = mtlc::format::format(file, &untidy, &mut mtlc::diag::Sink::default()).expect("is whole");
    assert_eq!(laid_out, wanted);
    // A part of it alone.
    let start = untidy.find("bill:number").expect("is there");
    let range = json!({ "start": position(&untidy, start), "end": position(&untidy, start + 4) });
    let params = json!({ "textDocument": { "uri": editor.uri("a.mtl") }, "range": range,
        "options": { "tabSize": 2, "insertSpaces": true } });
    let edits = editor.ask("textDocument/rangeFormatting", params).expect("an answer");
    let part = apply(&untidy, &edits);
    assert!(part.contains("bill:    number") && part.contains("epochs:3"), "{part}");
    // What does not parse stays as it is.
    editor.open("a.mtl", &untidy.replace("train {", "train ("));
    assert_eq!(editor.of("textDocument/formatting", "a.mtl"), Value::Null);
}

/// The titles of what can be done at a text.
fn titled(editor: &mut Editor, text: &str) -> Vec<(String, Value)> {
    let offset = editor.texts["a.mtl"].find(text).expect("is there");
    let actions = editor.actions("a.mtl", offset, None);
    actions.into_iter().map(|one| (one["title"].as_str().expect("a title").to_string(), one["edit"].clone())).collect()
}

#[test]
fn problems_are_fixed_where_they_stand() {
    let mut editor = Editor::new();
    editor.open("a.mtl", &SPEC.replace("dense(64)", "dnese(64)"));
    let actions = titled(&mut editor, "dnese");
    assert_eq!(actions[0].0, "write `dense`");
    assert_eq!(editor.after(&actions[0].1)["a.mtl"], SPEC);
    let all = editor.actions("a.mtl", 0, Some("source.fixAll"));
    assert_eq!(editor.after(&all[0]["edit"])["a.mtl"], SPEC);

    let unused = SPEC.replace("shared trunk", "input more from penguins.bill -> standardize\n\nshared trunk");
    assert_eq!(editor.open("a.mtl", &unused), ["unused-input"]);
    let actions = titled(&mut editor, "more from");
    let (_, allowed) = actions.iter().find(|(title, _)| title.starts_with("allow `unused-input`")).expect("is offered");
    let text = editor.after(allowed)["a.mtl"].clone();
    assert!(text.contains("// mtlc: allow(unused-input) reason: \ninput more"), "{text}");
    // The reason is the person's, and asked for.
    is_clean(&text.replace("reason: ", "for later"));
}

#[test]
fn defaults_are_written_where_they_hold() {
    let mut editor = Editor::new();
    editor.open("a.mtl", SPEC);
    let before = check_text(SPEC).pipeline.expect("sound");
    for place in ["dense(64)", "adamw", "epochs", "standardize"] {
        let actions = titled(&mut editor, place);
        let found = actions.iter().find(|(title, _)| title == "write the defaults here");
        let Some((_, edit)) = found else {
            assert_eq!(place, "standardize", "{actions:?}");
            continue;
        };
        let text = editor.after(edit)["a.mtl"].clone();
        assert_ne!(text, SPEC);
        is_clean(&text);
        // It means the same.
        let after = check_text(&text).pipeline.expect("sound");
        let values = |pipeline: &mtlc::pipeline::Pipeline| {
            pipeline
                .settings
                .iter()
                .map(|one| (one.path.clone(), one.value.clone()))
                .collect::<std::collections::BTreeMap<_, _>>()
        };
        for (path, value) in values(&before) {
            let same = values(&after).get(&path).is_none_or(|now| *now == value);
            assert!(same, "{path} in\n{text}");
        }
    }
}
