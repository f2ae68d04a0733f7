//! What is offered at a place, while it is typed.

use serde_json::{Value, json};

use super::SPEC;
use super::client::{Editor, apply};

/// The items at `|` in a text.
fn items(editor: &mut Editor, text: &str) -> Vec<Value> {
    let offset = text.find('|').expect("a cursor");
    editor.open("a.mtl", &text.replacen('|', "", 1));
    let found = editor.at("textDocument/completion", "a.mtl", offset).expect("an answer");
    found.as_array().cloned().unwrap_or_default()
}

fn labels(items: &[Value]) -> Vec<&str> {
    items.iter().filter_map(|one| one["label"].as_str()).collect()
}

/// A part of the spec as it is while it is typed.
fn with(from: &str, to: &str) -> String {
    assert!(SPEC.contains(from), "{from}");
    SPEC.replacen(from, to, 1)
}

#[test]
fn what_may_stand_at_a_place_is_offered() {
    let mut editor = Editor::new();
    editor.write("penguins.csv", "species,bill\n");
    let cases: &[(String, &[&str], &[&str])] = &[
        // Declarations, where one begins.
        (format!("{SPEC}\n|"), &["task", "shared", "weights", "train"], &["dense", "epochs"]),
        (format!("{SPEC}\nta|"), &["task"], &["dense"]),
        // Behind an arrow: layers, and steps where an input is made.
        (with("-> relu -> dropout(0.1)", "-> |"), &["dense", "relu", "dropout"], &["standardize", "adamw", "task"]),
        (with("-> standardize", "-> |"), &["standardize", "impute", "dense"], &["adamw"]),
        (with("-> standardize", "-> stand|"), &["standardize"], &[]),
        // Columns of a data set, in brackets and behind a dot.
        (with("[bill, flipper]", "[bill, |]"), &["flipper", "species"], &["dense"]),
        (with("label: penguins.mass", "label: penguins.|"), &["mass", "bill"], &["trunk", "penguins"]),
        (with("label: penguins.mass", "label: |"), &["penguins"], &["dense", "trunk"]),
        // Arguments, and what they take.
        (with("lr: 1e-3", "|"), &["lr", "weight_decay"], &["dense"]),
        (with("lr: 1e-3", "lr: 1e-3, |"), &["weight_decay"], &["lr"]),
        (with("dense(64)", "dense(64, bias: |)"), &["true", "false"], &["units"]),
        (with("dropout(0.1)", "conv2d(4, padding: |)"), &["same", "valid"], &["padding"]),
        // Fields, and what they may hold.
        (with("  epochs: 3\n", "  |\n  epochs: 3\n"), &["batch", "seed"], &["epochs", "dense", "label"]),
        (with("optimizer: adamw(lr: 1e-3)", "optimizer: |"), &["adam", "sgd"], &["dense", "mse"]),
        (with("optimizer: adamw(lr: 1e-3)", "schedule: |"), &["cosine", "warmup"], &["sgd"]),
        (with("label: penguins.mass }", "label: penguins.mass, loss: | }"), &["mse", "huber"], &["dense", "label"]),
        (with("label: penguins.mass }", "label: penguins.mass, metrics: [|] }"), &["rmse", "inherited"], &["dense"]),
        (with("label: penguins.mass }", "label: penguins.mass, | }"), &["loss", "metrics"], &["label", "dense"]),
        (with("mass:    number", "mass: |"), &["number", "category", "image"], &["dense"]),
        (with("  columns {", "  split { | }\n  columns {"), &["train", "stratify"], &["species"]),
        (with("  columns {", "  split { stratify: | }\n  columns {"), &["species"], &["stratify"]),
        (with("species: 0.7, rest", "species: 0.7, |"), &["mass", "rest"], &["dense"]),
        // Strategies, formats, templates.
        (with("weights {", "weights by | {"), &["pcgrad", "uncertainty"], &["mmoe"]),
        (with("trunk from body", "trunk by | from body"), &["mmoe", "hard"], &["pcgrad"]),
        (with("csv(\"penguins.csv\")", "|"), &["csv", "parquet"], &["dense"]),
        (with("mass: regression from", "mass: | from"), &["regression", "binary", "classification"], &["dense"]),
        (with("from trunk { label: penguins.mass", "from | { label: penguins.mass"), &["trunk", "body"], &["dense"]),
        // Texts and comments.
        (with("penguins.csv", "|"), &["penguins.csv"], &["a.csv"]),
        (
            with(
                "mass: regression from trunk { label: penguins.mass }",
                "big: binary(positive: \"|\") from trunk { label: penguins.species }",
            ),
            &["Adelie", "Gentoo"],
            &["species"],
        ),
        (
            with("label: penguins.mass }", "label: penguins.mass, where: penguins.species == \"|\" }"),
            &["Adelie"],
            &["bill"],
        ),
        ("// mtlc: allow(|".into(), &["// mtlc: allow(unused-input)"], &[]),
        (
            with("use std.tasks.{classification, regression}", "use std.tasks.{|}"),
            &["binary", "multilabel"],
            &["transformer_encoder"],
        ),
        (with("use std.tasks.{classification, regression}", "use std.|"), &["tasks", "blocks"], &["binary"]),
        (format!("{SPEC}\ntransfer {{ | }}\n"), &["trunk", "mass"], &["dense"]),
        (format!("{SPEC}\nvariant wide {{ | }}\n"), &["train.epochs", "weights.by"], &["dense"]),
    ];
    for (text, offered, not) in cases {
        let items = items(&mut editor, text);
        let labels = labels(&items);
        let line = text.lines().find(|line| line.contains('|')).unwrap_or_default();
        for one in *offered {
            assert!(labels.contains(one), "`{one}` is not offered at `{line}`: {labels:?}");
        }
        for one in *not {
            assert!(!labels.contains(one), "`{one}` is offered at `{line}`: {labels:?}");
        }
    }
}

#[test]
fn what_is_chosen_is_written_whole() {
    let snippets = json!({ "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } } });
    for (capabilities, text) in [(snippets, "conv2d(${1:channels})"), (json!({}), "conv2d(channels)")] {
        let mut editor = Editor::with(capabilities, json!({}));
        let found = items(&mut editor, &with("-> relu -> dropout(0.1)", "-> conv|"));
        let item = found.iter().find(|one| one["label"] == "conv2d").expect("is offered");
        assert_eq!(item["textEdit"]["newText"], text);
        let page = item["documentation"]["value"].as_str().expect("a page");
        assert!(page.contains("conv2d(") && page.contains("| parameter |"), "{page}");
        let after = apply(&editor.texts["a.mtl"], &json!([item["textEdit"]]));
        assert!(after.contains(&format!("-> {text}")), "{after}");
    }
    // A template that is not used yet comes with its `use`.
    let mut editor = Editor::new();
    let text = with("mass: regression", "mass: bin|");
    let found = items(&mut editor, &text);
    let item = found.iter().find(|one| one["label"] == "binary").expect("is offered");
    let after = apply(&editor.texts["a.mtl"], &item["additionalTextEdits"]);
    assert!(after.starts_with("use std.tasks.{classification, regression, binary}\n"), "{after}");
    let found = items(&mut editor, &text.replace("use std.tasks.{classification, regression}\n", "//! A spec.\n"));
    let item = found.iter().find(|one| one["label"] == "binary").expect("is offered");
    let after = apply(&editor.texts["a.mtl"], &item["additionalTextEdits"]);
    assert!(after.starts_with("//! A spec.\n\nuse std.tasks.{binary}\n"), "{after}");
}
