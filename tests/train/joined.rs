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
    assert!(one.out.contains("have the key (`country`, `year`) that `rates` does not have"), "{one:?}");
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
    // Another file, though nothing that is read of it is another.
    let wider: Vec<String> = rates(0.0).lines().map(|line| format!("{line},1")).collect();
    folder.write("rates.csv", wider.join("\n"));
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

/// Another second table does what the spec's own would do if it held the same.
#[test]
fn another_second_table_is_as_if_the_spec_named_it() {
    let folder = visits();
    mtlc(&folder, "run v.mtl --out r -q").must(0, &[]);
    folder.write("new.csv", "visit,country,year,size\na,DE,2019,0.5\nb,NL,2023,1\nc,FR,2020,\nd,DE,2024,2\n");
    folder.write("other.csv", rates(0.7));
    // Written in another way than the spec's own.
    folder.write("other.tsv", rates(0.7).replace(',', "\t"));
    let predict = |line: &str| {
        mtlc(&folder, &format!("predict r {line} --out p.csv --force")).must(0, &[]);
        bytes(&folder, "p.csv")
    };
    let own = predict("--data new.csv");
    let other = [
        predict("--data new.csv --data rates=other.csv"),
        predict("--data visits=new.csv --data visits.rates=other.csv"),
        predict("--data rates=other.tsv --data new.csv --format rates=tsv"),
    ];
    let (own_part, other_part) = (predict("--part test"), predict("--part test --data rates=other.csv"));
    let eval = |line: &str| mtlc(&folder, &format!("eval r --json {line}")).must(0, &[]).out;
    let (own_eval, other_eval) = (eval(""), eval("--data rates=other.csv"));
    folder.write("rates.csv", rates(0.7));
    assert_ne!(own, other[0]);
    assert_ne!((&own_part, &own_eval), (&other_part, &other_eval));
    let as_if = predict("--data new.csv");
    other.iter().for_each(|other| assert_eq!(*other, as_if));
    assert_eq!(other_part, predict("--part test"));
    assert_eq!(other_eval, eval(""));
}

#[test]
fn another_second_table_may_be_said_wrongly() {
    let folder = visits();
    mtlc(&folder, "run v.mtl --out r -q --epochs 1").must(0, &[]);
    folder.write("new.csv", "visit,country,year,size\na,DE,2019,0.5\nb,NL,2023,1\n");
    folder.write("other.csv", rates(0.7));
    let wrong = |line: &str, code: i32, words: &[&str]| {
        for command in ["eval r", "predict r --out p.csv"] {
            mtlc(&folder, &format!("{command} {line}")).must(code, words);
        }
        assert!(!folder.0.join("p.csv").exists());
    };
    let known = "the data set is visits; joined to them: visits.rates";
    wrong(
        "--data new.csv --data rate=other.csv",
        2,
        &["the run has no data set `rate`", "did you mean `rates`?", known],
    );
    wrong("--data new.csv --data visits.rate=other.csv", 2, &["did you mean `visits.rates`?"]);
    wrong("--data new.csv --data people=other.csv", 2, &["the run has no data set `people`", known]);
    wrong(
        "--data new.csv --data rates=other.csv --format rats=tsv",
        2,
        &["the run has no data set `rats`\n", "`rates`"],
    );
    wrong(
        "--data new.csv --format rates=tsv",
        2,
        &["how files of `visits.rates` are written, and `--data` names none"],
    );
    wrong("--data - --data rates=-", 2, &["standard input is one file"]);
    wrong("--data new.csv --data rates=gone.csv", 1, &["cannot read `gone.csv`: there is no such file"]);
    // What the second table lacks is said of it, and how it was read.
    folder.write("keyless.csv", rates(0.7).replace("Year,", "When,"));
    let read = "The files of `visits.rates` were read as the spec of the run says: csv";
    wrong("--data new.csv --data rates=keyless.csv", 1, &["`keyless.csv` has no column `Year`", read]);
    folder.write("poor.csv", rates(0.7).replace(",rate,", ",worth,"));
    wrong("--data new.csv --data rates=poor.csv", 1, &["`poor.csv` has no column `rate`", read]);
    folder.write("twice.csv", rates(0.7) + "2018,1,low,DE\n");
    wrong(
        "--data new.csv --data rates=twice.csv",
        1,
        &["`twice.csv`, line 26: `country` is `DE` and `Year` is `2018`"],
    );
    folder.write("elsewhere.csv", "Year,rate,sort,country\n2018,1,low,US\n");
    wrong("--data new.csv --data rates=elsewhere.csv", 1, &["no row of `visits` has the key (`country`, `year`)"]);
    // A second table has no rows of its own, and is written over as little as the first.
    mtlc(&folder, "predict r --data rates=other.csv --out p.csv").must(2, &["nothing says which rows to predict for"]);
    for own in ["other.csv", "rates.csv"] {
        let line = format!("predict r --data new.csv --data rates=other.csv --out {own} --force");
        mtlc(&folder, &line).must(2, &["whose place would be taken"]);
    }
}

/// The run's own rows stay in their parts: where these go by the second table, another one needs other rows.
#[test]
fn parts_that_go_by_the_second_table_keep_it() {
    let folder = visits();
    folder.write("v.mtl", VISITS.replace("test: 20% }", "test: 20%, stratify: rates.sort }"));
    folder.write("other.csv", rates(0.7));
    mtlc(&folder, "run v.mtl --out r -q --epochs 1").must(0, &[]);
    mtlc(&folder, "eval r --data rates=other.csv")
        .must(2, &["the rows of `visits` are split by `rates.sort`", "--data visits=FILE"]);
    mtlc(&folder, "eval r --data visits.csv --data rates=other.csv").must(0, &[]);
}

/// Two data sets may each join a table of one name.
#[test]
fn tables_of_one_name_are_told_apart() {
    let folder = visits();
    let two = VISITS
        .replace(
            "data visits",
            "data stays: csv(\"visits.csv\") {\n  columns { visit: id, country: category, price: number }\n  \
            join rates: csv(\"countries.csv\") on country { wealth: number }\n}\n\ndata visits",
        )
        .replace(
            "train {",
            "input wealth from stays.rates.wealth -> impute -> standardize\n\
            task stay: regression from wealth -> dense(4) -> relu { label: stays.price }\n\ntrain {",
        );
    folder.write("v.mtl", &two);
    folder.write("countries.csv", "country,wealth\nDE,1\nFR,2\nIT,3\nNL,4\n");
    folder.write("rich.csv", "country,wealth\nDE,10\nFR,20\nIT,3\nNL,4\n");
    mtlc(&folder, "run v.mtl --out r -q --epochs 1").must(0, &[]);
    let eval = |line: &str| mtlc(&folder, &format!("eval r --json {line}"));
    eval("--data rates=rich.csv")
        .must(2, &["several data sets join a table `rates`", "write stays.rates=… or visits.rates=…"]);
    let (own, other) = (eval("").must(0, &[]), eval("--data stays.rates=rich.csv").must(0, &[]));
    assert_ne!(own.out, other.out);
}
