//! Texts from a table to answers: tags for words, pieces that are kept with the run, and a text that is asked about on the command line.

use super::{bytes, json, mtlc, text};
use crate::data::Folder;

const TAGS: &str = r#"use std.tasks.{tagging}

data news: conll("news.conll") {
  split { train: 80%, valid: 10%, test: 10% }
  columns { words: text, tags: text as "2" }
}

input words from news.words -> lowercase -> words(split: spaces, min_count: 1) -> embed(16)

shared read from words -> lstm(16, bidirectional: true)

task tags: tagging("words") from read { label: news.tags }

train { epochs: 15, batch: 16, optimizer: adam(lr: 1e-2), seed: 3 }
"#;

/// Sentences about places and people: what a name is, the words before it say.
fn sentences() -> String {
    let mut state = 5u64;
    let mut draw = |bound: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % bound
    };
    let names = ["avery", "brook", "casey", "dale", "eden", "frances", "glen", "harley"];
    let mut text = String::new();
    for _ in 0..400 {
        for _ in 0..1 + draw(3) {
            let (before, mark) = [("in", "LOC"), ("mr", "PER"), ("near", "LOC"), ("says", "PER")][draw(4)];
            text += &format!("{before} O\n");
            for place in 0..1 + draw(2) {
                text += &format!("{} {}-{mark}\n", names[draw(8)], if place == 0 { "B" } else { "I" });
            }
            text += ["and O\n", "then O\n", "today O\n"][draw(3)];
        }
        text += "\n";
    }
    text
}

/// Without a random field, after a layer that reads both ways, of words that say which tag they have.
#[test]
fn tags_are_found_one_by_one_too() {
    let folder = Folder::new();
    folder.write("news.conll", sentences());
    folder.write("news.mtl", TAGS.replace("tagging", "token_classification"));
    mtlc(&folder, "run news.mtl --out r -q").must(0, &[]);
    let report = json(&folder, "r/report.json");
    let figure = |name: &str| report["tasks"]["tags"]["test"][name].as_f64();
    assert!(figure("span_f1").is_some_and(|f1| f1 > 0.95), "{:#}", report["tasks"]["tags"]);
    assert!(figure("tag_accuracy").is_some_and(|share| share > 0.97), "{:#}", report["tasks"]["tags"]);
    folder.write("new.conll", "mr O\nzebra O\nin O\neden O\nglen O\n\nnear O\ndale O\n");
    mtlc(&folder, "predict r --data new.conll --out a.csv").must(0, &[]);
    let answers = text(&folder, "a.csv");
    let tags: Vec<&str> = answers.lines().skip(1).map(|line| line.split_once(',').expect("two cells").1).collect();
    assert_eq!(tags, ["O B-PER O B-LOC I-LOC", "O B-LOC"]);
}

#[test]
fn spans_are_found_and_answered_as_tags() {
    let folder = Folder::new();
    folder.write("news.conll", sentences());
    folder.write("news.mtl", TAGS);
    mtlc(&folder, "run news.mtl --out r -q").must(0, &[]);
    let report = json(&folder, "r/report.json");
    let figure = |name: &str| report["tasks"]["tags"]["test"][name].as_f64();
    assert!(figure("span_f1").is_some_and(|f1| f1 > 0.95), "{:#}", report["tasks"]["tags"]);
    assert!(figure("tag_accuracy").is_some_and(|share| share > 0.97), "{:#}", report["tasks"]["tags"]);
    // New sentences, which are of other lengths and have words that nobody has seen.
    folder.write("new.conll", "mr O\nzebra O\nin O\neden O\nglen O\n\nnear O\ndale O\n");
    mtlc(&folder, "predict r --data new.conll --out a.csv").must(0, &[]);
    let answers = text(&folder, "a.csv");
    let tags: Vec<&str> = answers.lines().skip(1).map(|line| line.split_once(',').expect("two cells").1).collect();
    assert_eq!(tags, ["O B-PER O B-LOC I-LOC", "O B-LOC"]);
    // And they are judged as they were.
    mtlc(&folder, "predict r --part test --out t.csv").must(0, &[]);
    mtlc(&folder, "eval r --predictions t.csv --part test").must(0, &[]);
}

/// Reviews that say whether something is good.
fn reviews() -> String {
    let mut table = String::from("review,good\n");
    for row in 0..240 {
        let thing = ["lamp", "chair", "kettle", "radio", "bicycle"][row % 5];
        let (judged, good) = match row % 4 {
            0 => ("works wonderfully", "yes"),
            1 => ("fell apart", "no"),
            2 => ("is a delight", "yes"),
            _ => ("never worked", "no"),
        };
        table += &format!("\"the {thing}, bought {row} days ago, {judged}\",{good}\n");
    }
    table
}

#[test]
fn a_text_is_answered_at_once() {
    let folder = Folder::new();
    folder.write("reviews.csv", reviews());
    folder.write(
        "reviews.mtl",
        "use std.tasks.{binary}

data reviews: csv(\"reviews.csv\") { columns { review: text, good: category(\"no\", \"yes\") } }

input bag from reviews.review -> lowercase -> hash(1024) -> embed_bag(16)

task good: binary(positive: \"yes\") from bag -> dense(8) -> relu { label: reviews.good }

train { epochs: 20, batch: 16, optimizer: adam(lr: 1e-2), seed: 1 }
",
    );
    mtlc(&folder, "run reviews.mtl --out r -q").must(0, &[]);
    let command = super::command(&folder.0)
        .args(["predict", "r", "--text", "The sofa works wonderfully", "--text", "it \"fell\" apart, \n sadly"])
        .output();
    let said = super::Said::of(&command.expect("mtlc runs")).must(0, &["2 rows predicted"]);
    let answers: Vec<&str> = said.out.lines().skip(1).map(|line| line.split(',').nth(1).expect("an answer")).collect();
    assert_eq!(answers, ["yes", "no"]);
    mtlc(&folder, "predict r --text a --part test").must(2, &[]);
}

#[cfg(feature = "text")]
#[test]
fn pieces_are_learnt_kept_and_used_again() {
    let folder = Folder::new();
    folder.write("reviews.csv", reviews());
    let spec = |step: &str| {
        format!(
            "use std.tasks.{{binary}}

data reviews: csv(\"reviews.csv\") {{ columns {{ review: text, good: category(\"no\", \"yes\") }} }}

input pieces from reviews.review -> {step} -> embed(8) -> mean_pool

task good: binary(positive: \"yes\") from pieces -> dense(8) -> relu {{ label: reviews.good }}

train {{ epochs: 3, batch: 16, seed: 1 }}
"
        )
    };
    folder.write("pieces.mtl", spec("bpe(300)"));
    mtlc(&folder, "run pieces.mtl --out r -q").must(0, &[]);
    let kept = json(&folder, "r/tokenizer.pieces.json");
    assert_eq!(kept["model"]["type"], "BPE");
    // What was kept is a tokenizer that another spec can name; it is found beside the spec, and learnt from no part of the data.
    std::fs::create_dir_all(folder.0.join("other")).expect("a folder");
    folder.write("other/reviews.csv", reviews());
    folder.write("other/tokenizer.json", bytes(&folder, "r/tokenizer.pieces.json"));
    folder.write("other/given.mtl", spec("tokenizer(\"tokenizer.json\")"));
    mtlc(&folder, "run other/given.mtl --out g -q").must(0, &[]);
    assert_eq!(json(&folder, "g/tokenizer.pieces.json")["model"], kept["model"]);
    // A run needs the file no more.
    std::fs::remove_file(folder.0.join("other/tokenizer.json")).expect("it was there");
    mtlc(&folder, "eval g").must(0, &[]);
    let said = mtlc(&folder, "check --data other/given.mtl").must(1, &[]);
    assert!(said.out.contains("cannot read `tokenizer.json`"), "{said:?}");
}
