//! Tables that are joined, through whole runs: keys of several columns, from memory and from disk, and what a run is told by.

use super::{Said, bytes, command, json, mtlc, same_runs};
use crate::data::Folder;

/// Visits whose price depends on a rate of the country and the year, which a second table has.
pub const VISITS: &str = r#"use std.tasks.{regression}

data visits: csv("visits.csv") {
  split { train: 60%, valid: 20%, test: 20% }
  columns { visit: id, country: category, year: category, size: number, price: number }
  join rates: csv("rates.csv") on [country, year as "Year"] { rate: number, sort: category }
}

input size from visits[size, rates.rate] -> impute -> standardize
input sort from visits.rates.sort -> embed(2)

task price: regression from concat(size, sort) -> dense(8) -> relu { label: visits.price }

train { epochs: 3, batch: 16, seed: 3 }
"#;

const COUNTRIES: [&str; 4] = ["DE", "FR", "IT", "NL"];

/// The second table, its rates raised by so much.
pub fn rates(raised: f64) -> String {
    let mut text = String::from("Year,rate,sort,country\n");
    for (place, country) in COUNTRIES.iter().enumerate() {
        for year in 2018..2024 {
            let rate = (f64::from(year) * 0.9 + place as f64).sin() + raised;
            text += &format!("{year},{rate:.4},{},{country}\n", ["low", "high"][(place + year as usize) % 2]);
        }
    }
    text
}

pub fn visits() -> Folder {
    let folder = Folder::new();
    folder.write("v.mtl", VISITS);
    let mut text = String::from("visit,country,year,size,price\n");
    for row in 0..160_usize {
        // Of 2024 the second table has nothing, and some rows lack a part of the key.
        let (country, year) = (COUNTRIES[row * 7 % 4], 2018 + row / 3 % 7);
        let year = if row % 23 == 5 { String::new() } else { year.to_string() };
        text += &format!("v{row},{country},{year},{:.3},{}\n", (row as f64 * 1.3).sin(), row % 17);
    }
    folder.write("visits.csv", text);
    folder.write("rates.csv", rates(0.0));
    folder
}

#[test]
fn a_table_is_joined_on_disk_as_in_memory() {
    let folder = visits();
    mtlc(&folder, "run v.mtl --out memory -q").must(0, &[]);
    let from_disk = |line: &str| {
        let mut command = command(&folder.0);
        command.args(line.split_whitespace()).env("MTLC_MEMORY", "1K").env("MTLC_CACHE", folder.0.join("cache"));
        Said::of(&command.output().expect("mtlc runs"))
    };
    from_disk("run v.mtl --out disk -q").must(0, &[]);
    same_runs(&folder, "memory", "disk");
    let (one, other) = (mtlc(&folder, "check --data v.mtl"), from_disk("check --data v.mtl"));
    assert_eq!((one.code, &one.out, &one.err), (other.code, &other.out, &other.err));
    assert!(one.err.contains("have the key (`country`, `year`) that `rates` does not have"), "{}", one.err);
    let plan = mtlc(&folder, "plan v.mtl");
    assert!(plan.out.contains("rates.csv on country, year"), "{}", plan.out);
}

/// What rows are joined by is part of what tells one run from another, and so is what the second table holds.
#[test]
fn keys_and_the_second_table_are_part_of_the_identity() {
    let folder = visits();
    let identity = |name: &str, spec: &str| {
        folder.write(&format!("{name}.mtl"), spec);
        mtlc(&folder, &format!("run {name}.mtl --out {name} -q --epochs 1")).must(0, &[]);
        json(&folder, &format!("{name}/run.json"))["identity"].as_str().map(str::to_string)
    };
    let first = identity("first", VISITS);
    assert!(first.is_some());
    assert_eq!(identity("again", VISITS), first);
    // The same names, another column of the file.
    folder.write("rates.csv", rates(0.0).replace("Year,rate,sort,country", "Year,rate,sort,country,Y").replace(
        |letter| letter == '\n',
        ",1\n",
    ).replacen(",1\n", "\n", 1));
    let other_file = identity("other-file", VISITS);
    assert_ne!(other_file, first);
    folder.write("rates.csv", rates(0.0));
    let swapped = VISITS.replace("[country, year as \"Year\"]", "[year as \"Year\", country]");
    assert_ne!(identity("swapped", &swapped), first);
    // In whichever order the columns of a key stand, rows get the same.
    let of = |name: &str| bytes(&folder, &format!("{name}/model.safetensors"));
    assert_eq!(of("first").len(), of("swapped").len());
    assert_eq!(super::records(&folder, "first"), super::records(&folder, "swapped"));
}
