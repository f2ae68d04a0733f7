//! Texts as nobody wishes for them: empty, of a megabyte, of emoji alone, from right to left, of marks on marks, with null bytes.

use super::{json, mtlc, text};
use crate::data::Folder;

const ODD: &str = r#"use std.tasks.{binary, retrieval, span}

data notes: jsonl("notes.jsonl") {
  split { by: part, train: "a", valid: "b", test: "c" }
  columns { note, word: text, long: category("no", "yes"), part: category }
}

input words    from notes.note -> normalize_text -> lowercase -> words(size: 1000000, min_count: 1) -> truncate(30, keep: both) -> embed(4) -> mean_pool
input letters  from notes.note -> characters(max: 40) -> embed(4) -> global_max_pool
input raw      from notes.note -> bytes(max: 40) -> embed(4) -> mean_pool
input joined   from notes.note -> bpe(100000, max: 30) -> special -> embed(4) -> mean_pool
input pieces   from notes.note -> wordpiece(5000, max: 30) -> embed(4) -> mean_pool
input likely   from notes.note -> unigram(5000, max: 30) -> embed(4) -> mean_pool
input grams    from notes.note -> hash(64, characters_to: 3) -> embed_bag(4)
input terms    from notes.note -> tf_idf(50, min_count: 1)
input places   from notes.note -> lowercase -> words(min_count: 1) -> truncate(30) -> embed(4)

shared all from concat(words, letters, raw, joined, pieces, likely, grams, terms) -> dense(8) -> relu

task long: binary(positive: "yes") from all { label: notes.long }
task word: span("places", max: 2) from concat(places, all) { label: notes.word }
task again: retrieval(width: 8, best: 2) from all { label: notes.word }

train { epochs: 1, batch: tokens(200), optimizer: adam(lr: 1e-2), seed: 1 }
"#;

/// What each text is for, and the text.
fn texts() -> Vec<(String, &'static str)> {
    let megabyte = "Wort und noch ein Wort. ".repeat(44_000);
    let unbroken = "x".repeat(300_000);
    vec![
        (String::new(), ""),
        ("   \t ".into(), ""),
        (megabyte, "Wort"),
        (unbroken, "x"),
        ("👩‍👩‍👧 😀😀 🏳️‍🌈".into(), "😀"),
        ("שלום לכולם, מה שלומכם היום".into(), "לכולם"),
        ("مرحبا بالعالم".into(), "بالعالم"),
        ("Z\u{351}\u{36b}\u{343}a\u{300}\u{301}\u{302}l e\u{301}t e\u{301}te\u{301}".into(), "e\u{301}t"),
        ("null\u{0}byte and \u{1f} unit separator \u{7f}".into(), "byte"),
        ("\u{feff}mark of order \u{202e}turned\u{202c} \u{200b}nothing".into(), "order"),
        ("日本語のテキスト、空白なし".into(), "日"),
        ("İstanbul'da ﬁne ﬂow ß ẞ".into(), "ẞ"),
        ("a plain text".into(), "plain"),
        ("another plain text".into(), "plain"),
    ]
}

fn folder() -> Folder {
    let folder = Folder::new();
    let mut rows = String::new();
    for part in ["a", "a", "b", "c"] {
        for (text, word) in texts() {
            let long = if text.len() > 20 { "yes" } else { "no" };
            rows += &(serde_json::json!({"note": text, "word": word, "long": long, "part": part}).to_string() + "\n");
        }
    }
    folder.write("notes.jsonl", rows);
    folder.write("notes.mtl", ODD);
    folder
}

#[test]
fn odd_texts_are_texts() {
    let folder = folder();
    let looked = mtlc(&folder, "check --data notes.mtl").must(0, &[]).out;
    // The megabyte, four times, and what else is longer than thirty tokens.
    assert!(looked.contains("cut short"), "{looked}");
    mtlc(&folder, "run notes.mtl --out r").must(0, &["cut short by `truncate`"]);
    let report = json(&folder, "r/report.json");
    for task in ["long", "word", "again"] {
        assert!(report["tasks"][task]["test"]["loss"].as_f64().is_some_and(f64::is_finite), "{report:#}");
    }
    assert_eq!(report["texts"]["words"]["longest"], 30, "{report:#}");
    assert!(text(&folder, "r/report.html").len() < 3_000_000, "a megabyte of text is not put into the page");
    mtlc(&folder, "predict r --part test --out p.jsonl").must(0, &[]);
    let rows: Vec<serde_json::Value> =
        text(&folder, "p.jsonl").lines().map(|line| serde_json::from_str(line).expect("a row")).collect();
    assert_eq!(rows.len(), texts().len());
    for (row, (text, _)) in rows.iter().zip(texts()) {
        // What is answered stands in the text, letter by letter, or nowhere.
        let found = row["word"].as_str().unwrap_or_default();
        assert!(text.contains(found) || text.to_lowercase().contains(found), "{found:?} in {text:?}");
    }
}

#[test]
fn a_text_alone_is_what_it_is_beside_a_megabyte() {
    let folder = folder();
    mtlc(&folder, "run notes.mtl --out r -q").must(0, &[]);
    let plain = serde_json::json!({"note": "a plain text"}).to_string();
    let long = serde_json::json!({"note": "Wort ".repeat(200_000)}).to_string();
    folder.write("one.jsonl", format!("{plain}\n"));
    folder.write("both.jsonl", format!("{plain}\n{long}\n"));
    let first = |name: &str| {
        let said = mtlc(&folder, &format!("predict r --data {name} --out {name}.csv --force")).must(0, &[]).err;
        assert_eq!(
            said.contains("Note: input `words`: 1 of 2 texts cut short by `truncate`"),
            name == "both.jsonl",
            "{said}"
        );
        text(&folder, &format!("{name}.csv")).lines().nth(1).map(str::to_string)
    };
    assert_eq!(first("one.jsonl"), first("both.jsonl"));
}

#[test]
fn bytes_that_are_no_text_are_told_with_their_place() {
    let folder = folder();
    let spec = ODD.replace("jsonl(\"notes.jsonl\")", "csv(\"notes.csv\")");
    folder.write("notes.mtl", spec);
    let mut rows = b"note,word,long,part\na plain text,plain,no,a\nbroken \xff\xfe here,here,no,b\n".to_vec();
    rows.extend(b"another plain text,plain,yes,c\n");
    std::fs::write(folder.0.join("notes.csv"), rows).expect("the folder can be written");
    let said = mtlc(&folder, "check --data notes.mtl").must(1, &[]).out;
    assert!(said.contains("line 3 is not UTF-8"), "{said}");
}

const PLACES: &str = r#"use std.tasks.{classification}

data notes: csv("notes.csv") {
  split { by: part, train: "a", valid: "b", test: "c" }
  columns { note: text, long: category, part: category }
}

input letters from notes.note -> characters(max: 50) -> embed(4) -> positions(max: 40) -> attention -> mean_pool

task long: classification from letters { label: notes.long }

train { epochs: 1, batch: 2, seed: 1 }
"#;

/// Rows of the data, and later ones that a model is asked about.
#[test]
fn a_text_with_more_places_than_are_known_is_said_at_the_layer() {
    let table = |longest: usize| {
        let row = |(length, part): (usize, &str)| format!("{},{},{part}\n", "x".repeat(length), length > 10);
        let rows = [(5, "a"), (12, "a"), (longest, "a"), (3, "b"), (11, "b"), (4, "c"), (12, "c")].map(row);
        "note,long,part\n".to_string() + &rows.concat()
    };
    let folder = Folder::new();
    folder.write("notes.mtl", PLACES);
    folder.write("notes.csv", table(45));
    for command in ["check --data notes.mtl", "run notes.mtl --out r"] {
        let said = mtlc(&folder, command).must(1, &[]);
        let said = said.out + &said.err;
        assert!(said.contains("the longest row has 45 places, and `positions` knows 40"), "{said}");
        assert!(said.contains("truncate(40)"), "{said}");
    }
    folder.write("notes.csv", table(40));
    mtlc(&folder, "run notes.mtl --out r").must(0, &[]);
    folder.write("new.csv", format!("note\n{}\n", "y".repeat(48)));
    let said = mtlc(&folder, "predict r --data new.csv --out p.csv").must(1, &[]).err;
    assert!(said.contains("the longest row has 48 places, and `positions` knows 40"), "{said}");
}
