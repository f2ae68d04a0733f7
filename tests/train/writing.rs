//! Answers that are text, written character by character: learnt, judged, written to files, resumed.

use super::{json, mtlc, same_runs, text};
use crate::data::Folder;

const TILL: &str = r#"use std.tasks.{writing, regression}

data till: csv("till.csv") {
  split { train: 70%, valid: 10%, test: 20% }
  columns { id: id, count: category, item: text, printed: text, price: number }
}

input count from till.count -> embed(8)
input item from till.item -> characters(max: 12) -> embed(12)

shared trunk from concat(count, item -> gru(32) -> last_pool) -> dense(48) -> tanh

/// What stands on the receipt: "two berries".
task printed: writing(width: 64, max: 24) from trunk { label: till.printed }
task price: regression from trunk { label: till.price }

weights { printed: 0.8, price: 0.2 }

train { epochs: 40, batch: 16, optimizer: adam(lr: 8e-3), schedule: cosine, clip: 1, seed: 3 }
"#;

const COUNTS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// The plural ends in "s", "es" or "ies".
const ITEMS: [(&str, &str); 12] = [
    ("bag", "bags"),
    ("bean", "beans"),
    ("berry", "berries"),
    ("box", "boxes"),
    ("cherry", "cherries"),
    ("egg", "eggs"),
    ("fox", "foxes"),
    ("lemon", "lemons"),
    ("lily", "lilies"),
    ("nut", "nuts"),
    ("pear", "pears"),
    ("tax", "taxes"),
];

/// Every count of every item, with the rows that `keep` chooses.
fn till(keep: impl Fn(usize) -> bool, labels: bool) -> String {
    let mut table = String::from(if labels { "id,count,item,printed,price\n" } else { "id,count,item\n" });
    for (row, (count, (one, many))) in COUNTS.iter().flat_map(|count| ITEMS.map(|item| (count, item))).enumerate() {
        if keep(row) {
            let printed = format!("{count} {}", if *count == "one" { one } else { many });
            let price = 1.0 + (row / 12) as f64 * 0.5 + (row % 12) as f64 * 0.1;
            let label = if labels { format!(",{printed},{price:.2}") } else { String::new() };
            table += &format!("r{row},{count},{one}{label}\n");
        }
    }
    table
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("till.csv", till(|_| true, true));
    folder.write("till.mtl", TILL);
    folder
}

#[test]
fn texts_are_written_as_they_stand_on_the_receipt() {
    let folder = folder();
    mtlc(&folder, "run till.mtl --out r").must(0, &[]);
    let report = json(&folder, "r/report.json");
    let figure = |name: &str| report["tasks"]["printed"]["test"][name].as_f64();
    assert!(figure("exact_match").is_some_and(|share| share >= 0.7), "{:#}", report["tasks"]["printed"]);
    assert!(figure("character_error_rate").is_some_and(|rate| rate < 0.1), "{:#}", report["tasks"]["printed"]);
    // New rows have no label to read: what is written then is what was written when it was judged.
    folder.write("new.csv", till(|row| row % 3 == 0, false));
    mtlc(&folder, "predict r --data new.csv --out all.csv").must(0, &[]);
    let answers = text(&folder, "all.csv");
    let truth = till(|row| row % 3 == 0, true);
    let printed = |table: &str, column: &str| -> Vec<String> {
        let place = table.lines().next().and_then(|head| head.split(',').position(|name| name == column));
        let place = place.unwrap_or_else(|| panic!("no column {column} in\n{table}"));
        table.lines().skip(1).map(|line| line.split(',').nth(place).unwrap_or_default().to_string()).collect()
    };
    let (found, truth) = (printed(&answers, "printed"), printed(&truth, "printed"));
    assert_eq!(found.len(), truth.len());
    let right = found.iter().zip(&truth).filter(|(found, truth)| found == truth).count();
    assert!(right * 10 >= truth.len() * 8, "{right} of {}: {found:?}", truth.len());
    // A row is answered in the same way alone and among others.
    folder.write("one.csv", till(|row| row == 42, false));
    mtlc(&folder, "predict r --data one.csv --out one.csv.out --out-format csv").must(0, &[]);
    assert_eq!(printed(&text(&folder, "one.csv.out"), "printed"), [found[14].clone()]);
}

#[test]
fn a_head_that_reads_its_label_resumes_and_stands_alone() {
    let folder = folder();
    let spec = TILL.replace("epochs: 40", "epochs: 3");
    folder.write("till.mtl", spec);
    mtlc(&folder, "run till.mtl --out whole").must(0, &[]);
    folder.write("short.mtl", TILL.replace("epochs: 40", "epochs: 3"));
    mtlc(&folder, "run till.mtl --out again").must(0, &[]);
    same_runs(&folder, "whole", "again");
    // The graph shows what is read of the label, and no column of it is an input.
    let graph = mtlc(&folder, "graph till.mtl --format json").must(0, &[]);
    let graph: serde_json::Value = serde_json::from_str(&graph.out).expect("JSON");
    let nodes = graph["nodes"].as_array().expect("nodes");
    let read: Vec<&str> =
        nodes.iter().filter(|node| node["kind"] == "previous").filter_map(|node| node["op"].as_str()).collect();
    assert_eq!(read, ["previous(target)"], "{graph:#}");
    mtlc(&folder, "plan till.mtl").must(0, &[]);
}

/// Words that were made up, in two languages that are easy: one puts an article before them, and one a plural's ending behind.
fn words() -> String {
    let mut table = String::from("word,article,plural\n");
    let mut state = 7u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for row in 0..260 {
        let length = 3 + next(4);
        let word: String = (0..length)
            .map(|place| {
                let letters = if place % 2 == row % 2 { "aeio" } else { "bdgkmnprt" };
                letters.as_bytes()[next(letters.len() as u64) as usize] as char
            })
            .collect();
        let article = if word.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
        // The second label is known of half of the rows.
        let plural = if row % 2 == 0 || row % 3 == 0 { format!("{word}s") } else { String::new() };
        table += &format!("{word},{article} {word},{plural}\n");
    }
    table
}

const WORDS: &str = r#"use std.blocks.{transformer_decoder, transformer_encoder}

data words: csv("words.csv") {
  split { train: 70%, valid: 10%, test: 20% }
  columns { word, article, plural: text }
}

input letters from words.word -> characters(shared: "letters")

block vectors { out: in -> embed(32) }
instance look: vectors
block writer(memory: value) { out: in -> positions -> transformer_decoder(memory, 32, heads: 2, rate: 0) -> layer_norm }
instance write: writer

shared read from letters -> look -> positions -> transformer_encoder(32, heads: 2, rate: 0) -> layer_norm

task to[article, plural] from read {
  label:   words
  target:  characters(max: 16, end: true, shared: "letters")
  head {
    past = previous(target) -> look
    seen = past -> dense(32) -> write(in)
    text: pointer_generator(unembed(seen, past), seen, in, letters)
  }
  loss:    cross_entropy
  predict: beam(width: 2, max: 16) -> inverse(target)
  metrics: [exact_match, chrf, bleu, perplexity]
}

train { epochs: 18, batch: 16, optimizer: adamw(lr: 4e-3), schedule: warmup(10%) -> cosine, clip: 1, seed: 3 }
"#;

#[test]
fn one_decoder_writes_two_languages_and_copies_what_it_has_never_seen() {
    let folder = Folder::new();
    folder.write("words.csv", words());
    folder.write("words.mtl", WORDS);
    mtlc(&folder, "run words.mtl --out r").must(0, &[]);
    let report = json(&folder, "r/report.json");
    for (task, rows) in [("to_article", 52), ("to_plural", 40)] {
        let task = &report["tasks"][task]["test"];
        assert!(task["rows"].as_u64().is_some_and(|found| found <= rows && found > 20), "{task:#}");
        let figure = |name: &str| task[name].as_f64().unwrap_or_else(|| panic!("no {name} in {task:#}"));
        assert!(figure("exact_match") > 0.8, "{task:#}");
        // Nobody is surprised by a text that is copied, and nobody could be less so than not at all.
        assert!((1.0..1.3).contains(&figure("perplexity")), "{task:#}");
    }
    // The vocabulary is one: the letters of all three columns, padding, unknown, and the end.
    let of = |path: &str| json(&folder, "r/preprocessing.json").pointer(path).cloned();
    let letters = of("/inputs/letters/0/state").expect("what was learnt");
    assert_eq!(Some(letters.clone()), of("/targets/to_plural/0/state"));
    assert!(letters.as_str().is_some_and(|letters| letters.contains('s') && letters.contains(' ')), "{letters}");
    // A file of answers says nothing of how likely labels are.
    mtlc(&folder, "predict r --part test --out answers.csv").must(0, &[]);
    let judged = mtlc(&folder, "eval words.mtl --predictions answers.csv").must(0, &[]);
    assert!(judged.out.contains("exact_match") && judged.out.contains("perplexity"), "{}", judged.out);
}

const DRAWN: &str = r#"use std.tasks.{generation}

data till: csv("till.csv") {
  split { train: 80%, valid: 20% }
  columns { count: category, printed: text }
}

input count from till.count -> embed(8)

task printed: generation(width: 24, layers: 1, heads: 2, rate: 0, max: 24, temperature: 0.8, top_k: 10, top_p: 0.95, seed: SEED) from count { label: till.printed }

train { epochs: 6, batch: 16, optimizer: adam(lr: 1e-2), seed: 3 }
"#;

#[test]
fn texts_are_drawn_by_the_seed() {
    let folder = folder();
    let answers = |seed: &str, out: &str| {
        folder.write("drawn.mtl", DRAWN.replace("SEED", seed));
        mtlc(&folder, &format!("run drawn.mtl --out {out}")).must(0, &[]);
        mtlc(&folder, &format!("predict {out} --part valid --out {out}.csv")).must(0, &[]);
        text(&folder, &format!("{out}.csv"))
    };
    let first = answers("1", "a");
    assert_eq!(first, answers("1", "b"));
    assert_ne!(first, answers("2", "c"));
    let report = json(&folder, "a/report.json");
    let perplexity = report["tasks"]["printed"]["valid"]["perplexity"].as_f64();
    // Of some thirty tokens each is guessed much better than by chance.
    assert!(perplexity.is_some_and(|figure| (1.0..8.0).contains(&figure)), "{:#}", report["tasks"]["printed"]);
}

/// A template that draws answers with the likeliest instead, when it is told to.
#[test]
fn what_is_drawn_can_be_searched_for() {
    let folder = folder();
    let told = "{ label: till.printed, predict: beam(width: 3, max: 24, length_penalty: 1) -> inverse(target) }";
    let spec = DRAWN.replace("seed: SEED)", "smoothing: 0.1)").replace("{ label: till.printed }", told);
    folder.write("searched.mtl", spec.replace("epochs: 6", "epochs: 12"));
    mtlc(&folder, "run searched.mtl --out r").must(0, &[]);
    let report = json(&folder, "r/report.json");
    let figures = &report["tasks"]["printed"]["valid"];
    let figure = |name: &str| figures[name].as_f64().unwrap_or_else(|| panic!("no {name} in {figures:#}"));
    // The count is read and written, and of what is counted nothing is known.
    assert!(figure("rouge_l") > 0.4 && figure("chrf") > 0.15, "{figures:#}");
    for name in ["exact_match", "bleu"] {
        assert!((0.0..0.5).contains(&figure(name)), "{figures:#}");
    }
    // Nothing is drawn: rows with the same count have the same answer, which begins with it.
    mtlc(&folder, "predict r --part train --out a.csv").must(0, &[]);
    let answers = text(&folder, "a.csv");
    let mut of_counts: std::collections::BTreeMap<&str, std::collections::BTreeSet<&str>> = Default::default();
    for answer in answers.lines().skip(1).filter_map(|line| line.rsplit(',').next()) {
        of_counts.entry(answer.split(' ').next().unwrap_or_default()).or_default().insert(answer);
    }
    assert_eq!(of_counts.keys().copied().collect::<Vec<_>>(), {
        let mut counts = COUNTS.to_vec();
        counts.sort_unstable();
        counts
    });
    assert!(of_counts.values().all(|answers| answers.len() == 1), "{answers}");
}

/// The days of a week from any one of them on, two to six of them.
#[test]
fn a_language_model_goes_on_from_what_it_is_given() {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let of = |first: usize, count: usize| (first..first + count).map(|day| DAYS[day % 7]).collect::<Vec<_>>().join(" ");
    let rows = (0..4).flat_map(|_| (0..7).flat_map(|first| (2..7).map(move |count| (first, count))));
    let folder = Folder::new();
    folder.write("days.csv", rows.fold("days\n".to_string(), |table, (first, count)| table + &of(first, count) + "\n"));
    folder.write(
        "days.mtl",
        r#"use std.tasks.{language_model}

data week: csv("days.csv") { split { train: 70%, valid: 15%, test: 15% } columns { days: text } }

input begins from week.days -> characters(shared: "letters")

task days: language_model("begins", width: 32, layers: 1, rate: 0, top_k: 1, max: 12) from begins { label: week.days }

train { epochs: 30, batch: 16, optimizer: adamw(lr: 1e-2), schedule: warmup(10%) -> cosine, clip: 1, seed: 1 }
"#,
    );
    mtlc(&folder, "run days.mtl --out r").must(0, &[]);
    let report = json(&folder, "r/report.json");
    let perplexity = report["tasks"]["days"]["test"]["perplexity"].as_f64().expect("a figure");
    // Which day is the first, and whether another follows, can be guessed alone: of 16 characters on average a few are open.
    assert!((1.0..1.5).contains(&perplexity), "{perplexity}");
    folder.write("new.csv", "days\nfri\nwed thu f\ntue wed thu fri sa\n");
    mtlc(&folder, "predict r --data new.csv --out all.csv").must(0, &[]);
    let answers = text(&folder, "all.csv");
    for begins in ["fri sat sun mon", "wed thu fri sat", "tue wed thu fri sat sun"] {
        assert!(answers.lines().any(|line| line.contains(begins)), "no `{begins}` in {answers}");
    }
    // A beginning is given back as it is written, with letters that nobody has seen.
    folder.write("strange.csv", "days\nFri sät s\nΩ\n");
    mtlc(&folder, "predict r --data strange.csv --out strange-out.csv").must(0, &[]);
    let answers = text(&folder, "strange-out.csv");
    let found: Vec<&str> = answers.lines().skip(1).collect();
    assert!(found[0].contains("Fri sät s"), "{answers}");
    assert!(found[1].contains('Ω'), "{answers}");
}
