//! How a conversation begins, goes on and ends; problems that come and go while one types.

use mtlc::editor::Ended;
use serde_json::{Value, json};

use super::SPEC;
use super::client::Editor;

#[test]
fn a_conversation_begins_goes_on_and_ends() {
    let mut editor = Editor::silent();
    assert_eq!(editor.ask("textDocument/hover", json!({})).expect_err("too early").0, -32002);
    editor.ask("initialize", json!({ "capabilities": {} })).expect("initialises");
    assert_eq!(editor.ask("initialize", json!({ "capabilities": {} })).expect_err("again").0, -32600);
    assert_eq!(editor.ask("textDocument/nothing", json!({})).expect_err("unknown").0, -32601);
    assert_eq!(editor.ask("textDocument/hover", json!({ "no": 1 })).expect_err("wrong").0, -32602);
    // What nobody knows is passed over, and what cannot be read is told.
    editor.tell("$/nothing", json!({}));
    editor.tell("textDocument/didOpen", json!({ "no": 1 }));
    let of_closed = json!({ "textDocument": { "uri": "file:///no.mtl" }, "position": { "line": 0, "character": 0 } });
    assert!(editor.ask("textDocument/hover", of_closed).expect_err("not open").1.contains("not open"));
    assert_eq!(editor.logged.len(), 1, "{:?}", editor.logged);
    assert_eq!(editor.ask("shutdown", Value::Null).expect("shuts down"), Value::Null);
    assert_eq!(editor.ask("textDocument/hover", json!({})).expect_err("too late").0, -32600);
    editor.tell("exit", Value::Null);

    assert_eq!(Editor::new().end(), Ended::Properly);
    assert_eq!(Editor::new().go(), Ended::Gone);
}

#[test]
fn columns_are_counted_as_agreed() {
    let utf8 = json!({ "general": { "positionEncodings": ["utf-16", "utf-8"] } });
    for (capabilities, encoding, column) in [(json!({}), "utf-16", 23), (utf8, "utf-8", 27)] {
        let mut editor = Editor::with(capabilities, json!({}));
        assert_eq!(editor.capabilities["positionEncoding"], encoding);
        // `π😀` is 3 units and 6 bytes.
        editor.open("a.mtl", "/* π */ let π = dnese(1)\nlet πx = 1  let y = z\n");
        editor.open("b.mtl", "task π😀 from concat(zz, nothing) { label: d.a }\n");
        let found = editor.problems[&editor.uri("b.mtl")].to_string();
        let text = "task π😀 from concat(zz, nothing) { label: d.a }\n";
        let at = text.find("nothing").expect("is there");
        let count = if encoding == "utf-8" { at } else { text[..at].encode_utf16().count() };
        assert!(found.contains(&format!("\"character\":{count}")), "{encoding} {column}: {found}");
    }
}

#[test]
fn problems_come_and_go_while_one_types() {
    let mut editor = Editor::new();
    assert_eq!(editor.open("a.mtl", SPEC), Vec::<String>::new());
    let at = SPEC.find("dense").expect("is there");
    editor.replace("a.mtl", at..at + 5, "dnese");
    assert_eq!(editor.told("a.mtl"), ["unknown-name"]);
    let problem = editor.problems[&editor.uri("a.mtl")][0].clone();
    assert_eq!((problem["severity"].as_u64(), problem["source"].as_str()), (Some(1), Some("mtlc")));
    assert!(problem["message"].as_str().is_some_and(|text| text.contains("did you mean `dense`?")), "{problem}");
    assert_eq!(problem["range"]["start"], super::client::position(SPEC, at));
    editor.replace("a.mtl", at..at + 5, "dense");
    assert_eq!(editor.told("a.mtl"), Vec::<String>::new());
    // Stroke after stroke, with a file that is never whole in between.
    let end = editor.texts["a.mtl"].len();
    for (index, letter) in "\ntask other: regression from trunk {".chars().enumerate() {
        editor.replace("a.mtl", end + index..end + index, &letter.to_string());
    }
    assert!(!editor.told("a.mtl").is_empty());
    let end = editor.texts["a.mtl"].len();
    editor.replace("a.mtl", end..end, " label: penguins.bill }\n");
    // `rest` speaks of two tasks now; `bill` is an input and a label.
    while !editor.told("a.mtl").iter().all(|code| code != "unclosed-bracket") {}
    let uri = editor.uri("a.mtl");
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(editor.told("a.mtl"), Vec::<String>::new());
}

#[test]
fn problems_of_a_file_that_is_used_stand_in_it() {
    let mut editor = Editor::new();
    editor.write("blocks.mtl", "block wide(width: int) { out: in -> dnese(width) }\n");
    let text = SPEC.replace("use std", "use \"blocks.mtl\".{wide}\nuse std").replace("dense(64)", "wide(64)");
    let own = editor.open("a.mtl", &text);
    editor
        .ask(
            "textDocument/hover",
            json!({ "textDocument": { "uri": editor.uri("a.mtl") },
        "position": { "line": 0, "character": 0 } }),
        )
        .expect("an answer");
    let all: Vec<String> = own.into_iter().chain(editor.codes("blocks.mtl")).collect();
    assert_eq!(all, ["unknown-name"], "{:?}", editor.problems);
    // What is typed into it counts for whoever uses it, saved or not.
    editor.open("blocks.mtl", "block wide(width: int) { out: in -> dense(width) }\n");
    while !editor.codes("a.mtl").is_empty() || !editor.codes("blocks.mtl").is_empty() {
        editor.told("blocks.mtl");
    }
    // A file that comes on disk is seen too.
    editor.write("mtlc.toml", "[lints]\nunused-input = \"dney\"\n");
    editor.tell("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
    assert_eq!(editor.told("mtlc.toml"), ["bad-settings"]);
}

#[test]
fn a_variant_is_named_before_it_has_its_block() {
    let mut editor = Editor::new();
    let said = editor.open("a.mtl", &format!("{SPEC}variant a"));
    assert_eq!((said, editor.logged.len()), (vec!["missing-part".to_string()], 0), "{:?}", editor.logged);
    // With another one, which is checked as it stands.
    let said = editor.open("a.mtl", &format!("{SPEC}variant small {{ train.epochs: 0.5 }}\nvariant a x\n"));
    assert!(said.len() > 1 && !said.contains(&"unknown-name".into()), "{said:?}");
    assert!(editor.logged.is_empty(), "{:?}", editor.logged);
}
