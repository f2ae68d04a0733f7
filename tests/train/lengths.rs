//! Texts of different lengths: what is said of a row does not depend on the rows beside it.

use std::collections::BTreeMap;

use super::{mtlc, text};
use crate::data::Folder;

const NOTES: &str = r#"use std.tasks.{binary, regression}

data notes: csv("notes.csv") { columns { id: id, title: text, body: text, loud: category("no", "yes"), size: number } }

input title from notes.title -> characters(max: 12) -> embed(6)
input body  from notes.body -> lowercase -> characters(max: 200) -> embed(6)

block part(width: int) { out: in -> dense(width) -> relu -> layer_norm }

let local = body -> conv1d(8, kernel: 3, stride: 2, padding: same) -> relu -> conv1d(8, kernel: 3, dilation: 2, padding: same)
let again = body -> conv1d(8, kernel: 5, stride: 2, padding: same) -> tanh
let first = title -> each(time) { part(8) -> batch_norm -> dropout(0.1) } -> conv1d(8, kernel: 4)
shared both by mmoe(experts: 2) from concat(
    (local + again) -> global_max_pool,
    mask(local, again) -> mean_pool,
    first -> global_avg_pool,
    first -> global_max_pool,
  )
  -> dense(12) -> relu

task loud: binary(positive: "yes") from both { label: notes.loud }
task size: regression from both { label: notes.size }

train { epochs: 3, batch: 8, optimizer: adam(lr: 1e-2), seed: 5 }
"#;

/// Titles of up to fifteen letters and bodies of up to a hundred, some of none.
fn notes() -> Vec<String> {
    let mut state = 7u64;
    let mut draw = |bound: u64| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) % bound
    };
    let note = |row: usize| {
        let mut word = |most: u64| -> String {
            let letters = draw(most);
            (0..letters).map(|_| char::from(b'a' + draw(6) as u8)).collect()
        };
        let title = word(16);
        let body = if row.is_multiple_of(9) { word(100) } else { word(12) };
        let loud = if title.contains('a') { "yes" } else { "no" };
        format!("n{row},{title},{body},{loud},{}", body.len())
    };
    (0..90).map(note).collect()
}

fn write(folder: &Folder, name: &str, rows: &[&String]) {
    let rows: Vec<&str> = rows.iter().map(|row| row.as_str()).collect();
    folder.write(name, format!("id,title,body,loud,size\n{}\n", rows.join("\n")));
}

/// What is said of each note.
fn answers(folder: &Folder, rows: &[&String], name: &str) -> BTreeMap<String, Vec<f64>> {
    write(folder, &format!("{name}.csv"), rows);
    mtlc(folder, &format!("predict r --data {name}.csv --out {name}-out.csv")).must(0, &[]);
    let out = text(folder, &format!("{name}-out.csv"));
    let mut lines = out.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let place = |name: &str| header.iter().position(|column| *column == name).expect("a column");
    let columns = [place("loud.yes"), place("size")];
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let numbers = columns.iter().map(|column| cells[*column].parse().expect("a number")).collect();
        (cells[place("id")].to_string(), numbers)
    };
    lines.map(row).collect()
}

#[test]
fn predictions_do_not_depend_on_the_rows_beside() {
    let folder = Folder::new();
    let notes = notes();
    let rows: Vec<&String> = notes.iter().collect();
    write(&folder, "notes.csv", &rows);
    folder.write("notes.mtl", NOTES);
    mtlc(&folder, "check --data notes.mtl").must(0, &[]);
    mtlc(&folder, "run notes.mtl --out r -q").must(0, &[]);
    let all = answers(&folder, &rows, "all");
    assert_eq!(all.len(), 90);
    let spread = |place: usize| {
        let of = |row: &Vec<f64>| row[place];
        all.values().map(of).fold(f64::MIN, f64::max) - all.values().map(of).fold(f64::MAX, f64::min)
    };
    assert!(spread(0) > 1e-3 && spread(1) > 1e-2, "rows differ in what is said of them: {} {}", spread(0), spread(1));
    let close = |found: &BTreeMap<String, Vec<f64>>, what: &str| {
        for (id, found) in found {
            for (found, expected) in found.iter().zip(&all[id]) {
                let near = (found - expected).abs() <= 2e-5 * expected.abs().max(1.0);
                assert!(near, "{what}: {id} is {found} here and {expected} among all");
            }
        }
    };
    let backwards: Vec<&String> = rows.iter().rev().copied().collect();
    close(&answers(&folder, &backwards, "backwards"), "in another order");
    let short: Vec<&String> = rows.iter().enumerate().filter(|(row, _)| row % 9 != 0).map(|(_, row)| *row).collect();
    close(&answers(&folder, &short, "short"), "without the long ones");
    for row in [0, 1, 9, 44] {
        close(&answers(&folder, &rows[row..=row], &format!("alone-{row}")), "alone");
        close(&answers(&folder, &rows[row..row + 7], &format!("seven-{row}")), "in a small batch");
    }
    let longest = "x".repeat(200);
    let other = format!("other,{longest},{longest},no,200");
    let mut beside = rows.clone();
    beside.push(&other);
    let mut found = answers(&folder, &beside, "beside");
    assert!(found.remove("other").is_some());
    close(&found, "beside a row of two hundred letters");
}
