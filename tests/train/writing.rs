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
