//! Answers that are looked for: a part of a row's text, and the best of many texts.

use std::process::Stdio;

use super::{Said, command, json, mtlc, text};
use crate::data::Folder;

const PLACES: &str = r#"use std.tasks.{span}

data notes: jsonl("notes.jsonl") {
  split { train: 80%, valid: 10%, test: 10%, seed: 1 }
  columns { note, asks, answer: text }
}

input note from notes.note -> lowercase -> words -> truncate(14) -> embed(16)
input asks from notes.asks -> lowercase -> words -> embed(16) -> mean_pool

shared read from concat(note, asks) -> lstm(24, bidirectional: true)

task answer: span("note", max: 3) from read { label: notes.answer }

train { epochs: 12, batch: tokens(400), optimizer: adam(lr: 1e-2), seed: 3 }
"#;

/// "Ada is in the Old Hall, Bruno is in …": where is Bruno? Some answers stand behind what is kept of a note, some nowhere.
fn notes() -> (Folder, usize) {
    let folder = Folder::new();
    let mut state = 5u64;
    let mut draw = |bound: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % bound
    };
    let names = ["Ada", "Bruno", "Clara", "Dario"];
    let places = ["Old Hall", "garden", "west tower", "Cellar", "attic"];
    let (mut rows, mut nowhere) = (String::new(), 0);
    for row in 0..400 {
        let first = draw(4);
        let who = [first, (first + 1 + draw(3)) % 4];
        let first_place = draw(5);
        let place = [first_place, (first_place + 1 + draw(4)) % 5];
        let asked = draw(2);
        let note = format!(
            "{} is in the {}, {} is in the {}.",
            names[who[0]], places[place[0]], names[who[1]], places[place[1]]
        );
        let answer = if row % 40 == 7 { "Moon" } else { places[place[asked]] };
        nowhere += usize::from(row % 40 == 7);
        let asks = format!("Where is {}?", names[who[asked]]);
        rows += &(serde_json::json!({"note": note, "asks": asks, "answer": answer}).to_string() + "\n");
    }
    folder.write("notes.jsonl", rows);
    folder.write("notes.mtl", PLACES);
    (folder, nowhere)
}

#[test]
fn a_part_of_a_text_is_found_and_written_as_it_stands_there() {
    let (folder, nowhere) = notes();
    let lost = format!("task `answer`: {nowhere} answers of 400 not in the text of `note`");
    mtlc(&folder, "run notes.mtl --out r").must(0, &[&lost]);
    let test = &json(&folder, "r/report.json")["tasks"]["answer"]["test"];
    let figure = |name: &str| test[name].as_f64().expect("a figure");
    // One row in forty has no answer in its note.
    assert!(
        figure("exact_match_normalized") > 0.9 && figure("token_f1") >= figure("exact_match_normalized"),
        "{test:#}"
    );
    // New rows, with the letters of the note and not those that the tokens were made of.
    let new = r#"{"note": "Dario is in the Old Hall, Ada is in the garden.", "asks": "Where is Dario?"}
{"note": "Dario is in the attic, Ada is in the Old Hall.", "asks": "Where is Ada?"}
{"note": "", "asks": "Where is Ada?"}
"#;
    folder.write("new.jsonl", new);
    mtlc(&folder, "predict r --data new.jsonl --out a.csv").must(0, &[]);
    let answers = text(&folder, "a.csv");
    let found: Vec<&str> = answers.lines().skip(1).map(|line| line.split_once(',').expect("two cells").1).collect();
    assert_eq!(found, ["Old Hall", "Old Hall", ""], "{answers}");
}

#[test]
fn the_longest_row_of_a_batch_may_lack_the_label() {
    let (folder, _) = notes();
    let mut rows = text(&folder, "notes.jsonl");
    for row in 0..60 {
        let long = "Ada is in the garden, Bruno is in the attic, and nobody says more of that".repeat(1 + row % 2);
        rows += &(serde_json::json!({"note": long, "asks": "Where is Ada?"}).to_string() + "\n");
    }
    folder.write("notes.jsonl", rows);
    folder.write("notes.mtl", PLACES.replace("truncate(14) -> ", "").replace("epochs: 12", "epochs: 1"));
    mtlc(&folder, "run notes.mtl --out r -q").must(0, &[]);
}

#[test]
fn a_text_in_which_no_answer_stands_teaches_nothing() {
    let (folder, _) = notes();
    let other = text(&folder, "notes.jsonl").replace(r#""answer":""#, r#""answer":"Not the "#);
    folder.write("notes.jsonl", other);
    let said = mtlc(&folder, "check --data notes.mtl").must(1, &[]).out;
    assert!(said.contains("has nothing to learn from") && said.contains("`locate`"), "{said}");
}

const REPLIES: &str = r#"use std.tasks.{retrieval}

data talk: jsonl("talk.jsonl") {
  split { by: part, train: "a", valid: "b", test: "c" }
  columns { says, reply: text, part: category }
}

input says from talk.says -> lowercase -> words(min_count: 1) -> embed_bag(24)

task reply: retrieval(width: 24, best: 3) from says -> dense(24) -> relu { label: talk.reply }

train { epochs: 30, batch: 32, optimizer: adam(lr: 1e-2), seed: 3 }
"#;

/// What is asked about a thing is answered about that thing, in other words.
fn talk() -> Folder {
    let folder = Folder::new();
    let things =
        ["bread", "rain", "music", "chess", "trains", "gardens", "stars", "soup", "rivers", "clocks", "maps", "bees"];
    let mut rows = String::new();
    let mut line = |says: String, reply: String, part: &str| {
        rows += &(serde_json::json!({"says": says, "reply": reply, "part": part}).to_string() + "\n");
    };
    for (number, thing) in things.iter().enumerate() {
        for (place, way) in ["do you like", "what about", "tell me of", "who needs", "why"].iter().enumerate() {
            let part = if place + 1 == 1 + number % 5 { ["b", "c"][number % 2] } else { "a" };
            line(format!("{way} {thing}"), format!("Well, {thing} number {number}."), part);
            line(format!("{way} {thing}"), format!("{} it is, {thing}!", ["Fine", "Good"][number % 2]), part);
        }
    }
    folder.write("talk.jsonl", rows);
    folder.write("talk.mtl", REPLIES);
    folder
}

#[test]
fn the_best_answers_are_found_and_written_with_their_scores() {
    let folder = talk();
    mtlc(&folder, "run talk.mtl --out r -q").must(0, &[]);
    let test = &json(&folder, "r/report.json")["tasks"]["reply"]["test"];
    let figure = |name: &str| test[name].as_f64().expect("a figure");
    assert!(
        figure("recall_at_1") > 0.9 && figure("mrr") > 0.9 && figure("recall_at_10") >= figure("recall_at_1"),
        "{test:#}"
    );
    // A file of predictions has the figures of the run.
    mtlc(&folder, "predict r --part test --out p.csv").must(0, &[]);
    let said = mtlc(&folder, "eval r --predictions p.csv --json").must(0, &[]).out;
    let again: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    for name in ["recall_at_1", "recall_at_10", "mrr", "chrf"] {
        assert_eq!(again["tasks"]["reply"]["test"][name], test[name], "{name}: {again:#}");
    }
    folder.write("new.jsonl", "{\"says\": \"who needs bees\"}\n");
    mtlc(&folder, "predict r --data new.jsonl --out a.csv").must(0, &[]);
    let answers = text(&folder, "a.csv");
    let mut lines = answers.lines();
    let head = lines.next().expect("names");
    assert!(head.ends_with("reply,reply.score,reply.rank,reply.2,reply.score_2,reply.3,reply.score_3"), "{head}");
    let cells = lines.next().expect("a row");
    assert!(cells.matches("bees").count() >= 2, "{answers}");
}

#[test]
fn questions_are_remembered_with_the_model_and_alike_answers_agree() {
    let folder = talk();
    // What is right for a thing is said by no word of the answer.
    let rows = text(&folder, "talk.jsonl").replace("Well, ", "Of ").replace(" it is, ", " for ");
    folder.write("talk.jsonl", rows);
    folder.write("talk.mtl", REPLIES.replace("best: 3", "best: 3, memory: 1, agreement: 0.05"));
    mtlc(&folder, "run talk.mtl --out r -q").must(0, &[]);
    let test = json(&folder, "r/report.json")["tasks"]["reply"]["test"].clone();
    mtlc(&folder, "predict r --part test --out p.csv").must(0, &[]);
    let said = mtlc(&folder, "eval r --predictions p.csv --json").must(0, &[]).out;
    let again: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(again["tasks"]["reply"]["test"]["chrf"], test["chrf"], "{again:#}");
    // Neither its own table nor its answers are there any more.
    folder.write("talk.jsonl", "");
    folder.write("new.jsonl", "{\"says\": \"who needs bees\"}\n");
    mtlc(&folder, "predict r --data new.jsonl --out a.csv").must(0, &[]);
    let answers = text(&folder, "a.csv");
    let row = answers.lines().nth(1).expect("a row");
    assert!(row.contains("bees"), "{answers}");
    folder.write(
        "two.mtl",
        REPLIES
            .replace("best: 3", "memory: 1")
            .replace("from says ->", "from concat(says, kinds) ->")
            .replace("task reply", "input kinds from talk.part -> embed(2)\n\ntask reply"),
    );
    let said = mtlc(&folder, "check two.mtl").must(1, &[]).out;
    assert!(said.contains("is to remember the texts that were asked") && said.contains("`says`, `kinds`"), "{said}");
}

#[test]
fn a_conversation_is_a_line_for_a_line_until_the_input_ends() {
    let folder = talk();
    mtlc(&folder, "run talk.mtl --out r -q").must(0, &[]);
    let said = |task: &str, lines: &[u8]| {
        use std::io::Write;
        let mut command = command(&folder.0);
        command.args(["talk", "r"]).args(task.split_whitespace());
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        child.stdin.take().expect("a pipe").write_all(lines).expect("it reads");
        Said::of(&child.wait_with_output().expect("it ends"))
    };
    // The last line has no end, one is empty, and one is no text.
    let answers = said("", b"who needs bees\n\n\xff\xfe\nwhat about soup").must(0, &[]).out;
    let lines: Vec<&str> = answers.lines().collect();
    assert!(lines.len() == 3 && lines[0].contains("bees") && lines[2].contains("soup"), "{answers}");
    assert_eq!(said("", b"").must(0, &[]).out, "");
    said("--task says", b"").must(2, &["no task `says`", "`reply`"]);
}

#[test]
fn the_same_seed_is_the_same_answers() {
    let folder = talk();
    for out in ["one", "two"] {
        mtlc(&folder, &format!("run talk.mtl --out {out} -q --epochs 2")).must(0, &[]);
    }
    super::same_runs(&folder, "one", "two");
}
