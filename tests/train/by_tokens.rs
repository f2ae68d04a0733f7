//! Batches that are cut by tokens, of rows of like length.

use mtlc::train::plan;

use super::resume::resumes_in;
use super::{mtlc, session, text};
use crate::data::Folder;

const LETTERS: &str = r#"use std.tasks.{binary, regression}

data letters: csv("letters.csv") {
  split { train: 60%, valid: 20%, test: 20% }
  columns { body, more: text, loud: category("no", "yes"), size: number }
}

input body from letters.body -> words(min_count: 1) -> truncate(40) -> embed(6) -> mean_pool
input more from letters.more -> words(min_count: 1) -> embed(4) -> global_max_pool

shared both from concat(body, more) -> dense(8) -> batch_norm -> relu

task loud: binary(positive: "yes") from both { label: letters.loud }
task size: regression from both { label: letters.size }

train { epochs: 4, batch: tokens(120), optimizer: adam(lr: 1e-2), seed: 3 }
"#;

/// Texts of one to sixty words, most of them short.
fn letters() -> Folder {
    let folder = Folder::new();
    let mut state = 11u64;
    let mut draw = |bound: u64| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) % bound
    };
    let words = ["quiet", "loud", "green", "river", "stone", "letter"];
    let mut rows = String::from("body,more,loud,size\n");
    for row in 0..300 {
        let longest = if row % 7 == 0 { 60 } else { 12 };
        let count = 1 + draw(longest);
        let body: Vec<&str> = (0..count).map(|_| words[draw(6) as usize]).collect();
        let more: Vec<&str> = (0..draw(9)).map(|_| words[draw(6) as usize]).collect();
        let loud = if body.contains(&"loud") { "yes" } else { "no" };
        rows += &format!("{},{},{loud},{count}\n", body.join(" "), more.join(" "));
    }
    folder.write("letters.csv", rows);
    folder
}

#[test]
fn a_batch_has_no_more_tokens_than_it_may_and_an_epoch_every_row_once() {
    let session = session(&letters(), LETTERS);
    let prepared = &session.prepared;
    let of_epoch = |epoch: usize| plan::epoch(&session.pipeline, prepared, 3, epoch);
    let (first, second) = (of_epoch(0), of_epoch(1));
    let mut all: Vec<usize> = Vec::new();
    for number in 0..first.batches() {
        let rows = &first.batch(number).rows[0];
        let of_input = |input: usize| {
            let values = &prepared.batch(std::slice::from_ref(rows)).inputs[input];
            values.shape[0] * values.lengths[0].1.iter().copied().max().unwrap_or(0)
        };
        assert!(of_input(0) <= 120 && of_input(1) <= 120, "{} and {} places", of_input(0), of_input(1));
        assert!(rows.len() > 1, "a row alone");
        all.extend(rows);
    }
    all.sort_unstable();
    assert_eq!(all, prepared.parts().0[0].train.to_vec());
    let batches = |plan: &plan::Plan| (0..plan.batches()).map(|number| plan.batch(number).rows).collect::<Vec<_>>();
    assert_eq!(batches(&first), batches(&of_epoch(0)));
    assert_ne!(batches(&first), batches(&second));
    // As many rows a batch, drawn as they come, are more padding.
    let as_drawn = LETTERS.replace("batch: tokens(120)", "batch: 16");
    let other = super::session(&letters(), &as_drawn);
    let as_drawn = plan::epoch(&other.pipeline, &other.prepared, 3, 0).padding(&other.prepared);
    let by_length = first.padding(prepared);
    assert!(as_drawn.zip(by_length).is_some_and(|(drawn, by)| by < 0.3 && drawn > 0.5), "{as_drawn:?} {by_length:?}");
}

#[test]
fn it_goes_on_in_the_middle_of_an_epoch() {
    let folder = letters();
    resumes_in("batches by tokens", &folder, LETTERS);
    resumes_in("rows by length", &folder, &LETTERS.replace("batch: tokens(120)", "batch: 16, bucket: length"));
    let per_task = "batch: tokens(90), batches: per_task, accumulate: 2";
    resumes_in("a task per batch", &folder, &LETTERS.replace("batch: tokens(120)", per_task));
}

#[test]
fn what_is_cut_and_what_is_padding_is_said() {
    let folder = letters();
    folder.write("letters.mtl", LETTERS);
    let long = text(&folder, "letters.csv").lines().skip(1).filter(|line| line.split(' ').count() > 41).count();
    assert!(long > 5);
    let says = |line: &str, words: &[&str]| {
        let out = mtlc(&folder, line).must(0, &[]).out;
        words.iter().for_each(|words| assert!(out.contains(words), "`{words}` is not in:\n{out}"));
    };
    says("check --data letters.mtl", &["texts cut short", "unknown"]);
    says("plan letters.mtl", &["batches of up to 120 tokens of like length", "% of the tokens of a batch"]);
    let said = "of 300 texts cut short by `truncate`";
    mtlc(&folder, "run letters.mtl --out r").must(0, &["input `body`: ", said]);
    assert!(super::report(&folder, "r")["warnings"].to_string().contains(said));
}
