//! `mtlc eval --predictions`: a file of predictions has the figures of the model that made it, and one of another program is judged
//! as far as it goes.

use super::{Said, json, mtlc, shop, table, text};
use crate::data::Folder;

/// Every kind of answer that is a cell: classes, yes or no by a fitted threshold, numbers, several numbers, sets and texts.
const KINDS: &str = r#"use std.tasks.{classification, binary, regression, multilabel, writing}

data shop: csv("kinds.csv") {
  split { train: 60%, valid: 20%, test: 20% }
  columns {
    id: id, a: number, b: number, kind: category, flag: category("no", "yes"), price, weight: number, tags: labels, note: text
  }
}

input body from shop[a, b] -> impute(median) -> standardize

shared trunk from body -> dense(12) -> relu

task kind: classification from trunk { label: shop.kind, metrics: inherited + [auroc, log_loss, mcc, confusion] }
task flag: binary(positive: "yes") from trunk {
  label: shop.flag, metrics: inherited + [log_loss, balanced_accuracy], select: f1, threshold: fitted(f1)
}
task price: regression from trunk { label: shop.price }
task sizes: regression from trunk { label: shop[price, weight] }
task tags: multilabel(at: 0.4) from trunk { label: shop.tags, metrics: inherited + [log_loss] }
task note: writing(width: 8, max: 8) from trunk { label: shop.note }

train { epochs: 3, batch: 16, optimizer: adam(lr: 1e-2), seed: 3 }
"#;

fn kinds() -> Folder {
    let folder = Folder::new();
    let mut rows = String::from("id,a,b,kind,flag,price,weight,tags,note\n");
    for line in table().lines().skip(1) {
        let [id, a, b, _, kind, flag, price] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let number: f64 = a.parse().expect("a number");
        let tags = match (number > 0.3, number.abs() > 1.0) {
            (true, true) => "red|round",
            (true, false) => "red",
            (false, true) => "round",
            (false, false) => "",
        };
        let note = if number > 0.0 { "more" } else { "less" };
        rows += &format!("{id},{a},{b},{kind},{flag},{price},{},{tags},{note}\n", number * 3.0);
    }
    folder.write("kinds.csv", rows);
    folder.write("kinds.mtl", KINDS);
    folder
}

/// The report of a command that says it as JSON.
#[track_caller]
fn report(said: Said) -> serde_json::Value {
    serde_json::from_str(&said.must(0, &[]).out).expect("JSON")
}

/// Every figure of some parts, but for the loss, which is the model's alone.
#[track_caller]
fn same_figures(found: &serde_json::Value, wanted: &serde_json::Value, parts: &[&str]) {
    for (task, of_task) in wanted["tasks"].as_object().expect("tasks") {
        for part in parts {
            let mut wanted = of_task[*part].clone();
            assert!(wanted["rows"].as_u64().is_some_and(|rows| rows > 0), "{task} {part}");
            wanted["loss"] = serde_json::Value::Null;
            assert_eq!(found["tasks"][task][*part], wanted, "{task} on {part}");
        }
        assert_eq!(found["tasks"][task]["classes"], of_task["classes"], "{task}");
    }
}

#[test]
fn predictions_have_the_figures_of_their_run() {
    let folder = kinds();
    mtlc(&folder, "run kinds.mtl --out r -q").must(0, &[]);
    let run = json(&folder, "r/report.json");
    for form in ["csv", "tsv", "jsonl", "parquet", "csv.gz", "jsonl.gz"] {
        mtlc(&folder, &format!("predict r --part all --out p.{form}")).must(0, &[]);
        let found = report(mtlc(&folder, &format!("eval r --predictions p.{form} --json")));
        same_figures(&found, &run, &["train", "valid", "test"]);
        assert_eq!(found["predictions"], format!("p.{form}"));
        let ours = found["warnings"].as_array().map_or(0, Vec::len);
        assert_eq!(ours, 0, "nothing is to be said of it: {}", found["warnings"]);
    }
    // The spec alone tells as much, but for the threshold that was fitted: the answers know it.
    let found = report(mtlc(&folder, "eval kinds.mtl --predictions p.csv --json"));
    for part in ["train", "valid", "test"] {
        for figure in ["f1", "accuracy", "auroc", "log_loss", "balanced_accuracy"] {
            let of = |report: &serde_json::Value| report["tasks"]["flag"][part][figure].clone();
            assert!(of(&run).is_number(), "{figure}");
            assert_eq!(of(&found), of(&run), "{figure} on {part}");
        }
    }
    let mut others = run.clone();
    others["tasks"].as_object_mut().expect("tasks").remove("flag");
    same_figures(&found, &others, &["train", "valid", "test"]);
    // A part of its own, in any order of rows and columns.
    mtlc(&folder, "predict r --part test --out t.csv").must(0, &[]);
    let rows = text(&folder, "t.csv");
    let mut lines: Vec<&str> = rows.lines().collect();
    lines[1..].reverse();
    folder.write("t.csv", lines.join("\n"));
    let found = report(mtlc(&folder, "eval r --predictions t.csv --json"));
    same_figures(&found, &run, &["test"]);
    assert!(found["tasks"]["kind"].get("valid").is_none());
    // No model is asked, so none need be there.
    std::fs::remove_file(folder.0.join("r/model.safetensors")).expect("it is there");
    let said = mtlc(&folder, "eval r --predictions t.csv").must(0, &[]);
    for words in ["Judged the test part of kinds.csv (24 rows).", "These are the predictions in t.csv (* chooses)."] {
        assert!(said.out.contains(words), "`{words}` is not in:\n{}", said.out);
    }
    assert!(!said.out.contains("Kept epoch"), "{}", said.out);
}

#[test]
fn rows_of_another_file() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    folder.write("new.csv", table().lines().take(41).collect::<Vec<_>>().join("\n"));
    mtlc(&folder, "predict r --data new.csv --out p.csv").must(0, &[]);
    let wanted = report(mtlc(&folder, "eval r --data new.csv --json"));
    let found = report(mtlc(&folder, "eval r --predictions p.csv --data new.csv --json"));
    same_figures(&found, &wanted, &["test"]);
    assert_eq!(found["judged"], wanted["judged"]);
    // Labels are enough: no input is read.
    let labels: String = table()
        .lines()
        .take(41)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            format!("{},{},{}\n", cells[0], cells[4], cells[6])
        })
        .collect();
    folder.write("labels.csv", labels);
    let found = report(mtlc(&folder, "eval r --predictions p.csv --data labels.csv --json"));
    assert_eq!(found["tasks"]["kind"]["test"]["accuracy"], wanted["tasks"]["kind"]["test"]["accuracy"]);
    assert_eq!(found["not_judged"]["flag"], "no row of the data has its label");
    mtlc(&folder, "eval shop.mtl --predictions p.csv --data new.csv").must(2, &["`shop.mtl` is a spec, and `--data`"]);
}

/// Keeps some columns of separated text.
fn columns(csv: &str, names: &[&str]) -> String {
    let header: Vec<&str> = csv.lines().next().expect("a header").split(',').collect();
    let places: Vec<usize> =
        names.iter().map(|name| header.iter().position(|other| other == name).expect("a column")).collect();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        places.iter().map(|place| cells[*place]).collect::<Vec<_>>().join(",") + "\n"
    };
    csv.lines().map(row).collect()
}

#[test]
fn what_another_program_does_not_say_is_left_out_and_why() {
    let folder = shop();
    let spec = super::SHOP.replace("label: shop.kind }", "label: shop.kind, metrics: [accuracy, log_loss, auroc] }");
    folder.write("shop.mtl", spec);
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    let run = json(&folder, "r/report.json");
    mtlc(&folder, "predict r --part test --out p.csv").must(0, &[]);
    let all = text(&folder, "p.csv");
    folder.write("few.csv", columns(&all, &["id", "kind", "flag.yes", "kind.low"]));
    let said = mtlc(&folder, "eval shop.mtl --predictions few.csv").must(0, &[]);
    for words in [
        "Not judged: price (`few.csv` has no column `price`)",
        "Left out: log_loss, auroc of kind (it needs probabilities, and the file does not have all of `kind.high`, `kind.low`, `kind.mid`)",
    ] {
        assert!(said.out.contains(words), "`{words}` is not in:\n{}", said.out);
    }
    let found = report(mtlc(&folder, "eval shop.mtl --predictions few.csv --json"));
    let of = |report: &serde_json::Value, task: &str, figure: &str| report["tasks"][task]["test"][figure].clone();
    assert_eq!(of(&found, "kind", "accuracy"), of(&run, "kind", "accuracy"));
    assert!(of(&found, "kind", "log_loss").is_null());
    // Probabilities alone decide as they do in a run.
    for figure in ["accuracy", "f1", "auroc", "log_loss", "skill"] {
        assert_eq!(of(&found, "flag", figure), of(&run, "flag", figure), "{figure}");
    }
    // Answers that are not the likeliest class: decisions are of the answers, all else of the probabilities.
    let mut lines = all.lines();
    let header = lines.next().expect("a header");
    let place = header.split(',').position(|name| name == "kind").expect("a column");
    let all_low = |line: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        cells[place] = "low";
        cells.join(",") + "\n"
    };
    folder.write("low.csv", format!("{header}\n{}", lines.map(all_low).collect::<String>()));
    let found = report(mtlc(&folder, "eval shop.mtl --predictions low.csv --json"));
    assert_eq!(of(&found, "kind", "log_loss"), of(&run, "kind", "log_loss"));
    let rows = table();
    let ids: Vec<&str> = all.lines().skip(1).map(|line| line.split(',').next().expect("an id")).collect();
    let low = rows
        .lines()
        .filter(|line| ids.contains(&line.split(',').next().expect("an id")))
        .filter(|line| line.contains(",low,"));
    assert_eq!(of(&found, "kind", "accuracy").as_f64(), Some(low.count() as f64 / ids.len() as f64));
    assert!(
        found["warnings"][0]
            .as_str()
            .is_some_and(|said| said.contains("answers of `kind` are not what its probabilities"))
    );
}

/// Rows of two data sets are told apart by a column, and each is judged by its own labels.
#[test]
fn rows_of_several_data_sets() {
    let folder = Folder::new();
    for (name, label) in [("bikes", "price"), ("cars", "age")] {
        let row = |row: usize| {
            let power = (row * 37 % 50) as f64 / 10.0;
            format!("{}{row},{power},{}\n", &name[..1], 2.0 * power + (row % 3) as f64)
        };
        folder.write(&format!("{name}.csv"), format!("id,power,{label}\n") + &(0..60).map(row).collect::<String>());
    }
    folder.write(
        "two.mtl",
        r#"use std.tasks.{regression}
data bikes: csv("bikes.csv") { columns { id: id, power: number, price: number } }
data cars: csv("cars.csv") { columns { id: id, power: number, age: number } }
input power from union(bikes.power, cars.power) -> standardize
shared trunk from power -> dense(16) -> relu
task price: regression from trunk { label: bikes.price }
task age: regression from trunk { label: cars.age }
train { epochs: 3, optimizer: adam(lr: 1e-2) }
"#,
    );
    mtlc(&folder, "run two.mtl --out r -q").must(0, &[]);
    mtlc(&folder, "predict r --part test --out p.csv").must(0, &[]);
    let all = text(&folder, "p.csv");
    assert!(all.starts_with("data,id,"), "{all}");
    same_figures(
        &report(mtlc(&folder, "eval r --predictions p.csv --json")),
        &json(&folder, "r/report.json"),
        &["test"],
    );
    folder.write("w.csv", columns(&all, &["id", "price", "age"]));
    mtlc(&folder, "eval r --predictions w.csv").must(1, &["does not say of which data set", "add a column `data`"]);
    // Of one task, there is one data set that they can be of.
    let bikes: String = all.lines().filter(|line| !line.starts_with("cars,")).map(|line| format!("{line}\n")).collect();
    folder.write("w.csv", columns(&bikes, &["id", "price"]));
    let found = report(mtlc(&folder, "eval two.mtl --predictions w.csv --json"));
    assert_eq!(
        found["tasks"]["price"]["test"]["rmse"],
        json(&folder, "r/report.json")["tasks"]["price"]["test"]["rmse"]
    );
    folder.write("w.csv", all.replacen("\nbikes,", "\nboats,", 1));
    mtlc(&folder, "eval r --predictions w.csv").must(1, &["`data` is `boats`, and there is no such data set"]);
    // A part of which there is nothing, whatever is left out.
    for flag in ["", " --incomplete"] {
        mtlc(&folder, &format!("eval r --predictions p.csv --part valid{flag}"))
            .must(1, &["`p.csv` does not answer", "labelled rows of the valid part of `bikes`"]);
    }
    mtlc(&folder, "predict r --data bikes=bikes.csv --out b.csv").must(0, &[]);
    let said = mtlc(&folder, "eval r --predictions b.csv --data bikes=bikes.csv").must(0, &[]);
    assert!(
        said.out.contains("Judged all 60 rows of bikes.csv.") && said.out.contains("Not judged: age"),
        "{}",
        said.out
    );
}

#[test]
fn rows_by_number_and_by_order() {
    let folder = shop();
    folder.write("shop.mtl", super::SHOP.replace("id: id, ", ""));
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    let run = json(&folder, "r/report.json");
    mtlc(&folder, "predict r --part test --out p.csv").must(0, &[]);
    let all = text(&folder, "p.csv");
    assert!(all.starts_with("row,"));
    same_figures(&report(mtlc(&folder, "eval r --predictions p.csv --json")), &run, &["test"]);
    let in_order = columns(&all, &["kind", "kind.high", "kind.low", "kind.mid", "flag", "flag.yes", "price"]);
    folder.write("order.csv", &in_order);
    same_figures(&report(mtlc(&folder, "eval r --predictions order.csv --part test --json")), &run, &["test"]);
    mtlc(&folder, "eval r --predictions order.csv").must(
        1,
        &[
            "`order.csv` has no column `row`",
            "its 24 rows are (train 72, valid 24, test 24)",
            "say which rows these are",
            "--part test",
        ],
    );
    mtlc(&folder, "eval r --predictions order.csv --part train")
        .must(1, &["its 24 rows are not those of the data in order: the train part has 72"]);
    folder.write("p.csv", all.replacen("row,kind,", "row,knd,", 1));
    let said = mtlc(&folder, "eval r --predictions p.csv").must(0, &[]);
    assert!(said.out.contains("accuracy"), "the probabilities are there: {}", said.out);
    folder.write("p.csv", columns(&all, &["row", "flag", "price"]).replacen("price", "prices", 1));
    let said = mtlc(&folder, "eval r --predictions p.csv").must(0, &[]);
    assert!(said.out.contains("Not judged: price (`p.csv` has no column `price`; is `prices` meant?)"), "{}", said.out);
    let number = all.lines().nth(1).and_then(|line| line.split(',').next()).expect("a number");
    for (to, words) in [
        ("121", "line 2: `row` is 121, and `shop` has the rows 1 to 120"),
        ("0", "`row` is 0"),
        ("1.5", "`row` is 1.5"),
        ("", "`row` is nothing"),
    ] {
        folder.write("p.csv", all.replacen(&format!("\n{number},"), &format!("\n{to},"), 1));
        mtlc(&folder, "eval r --predictions p.csv").must(1, &[words, "counted from 1"]);
    }
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_place() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    mtlc(&folder, "predict r --part test --out p.csv").must(0, &[]);
    let all = text(&folder, "p.csv");
    // A row in which every task has its label stands second.
    let rows = table();
    let labelled: Vec<&str> = rows
        .lines()
        .filter(|line| line.split(',').skip(4).all(|cell| !cell.is_empty()))
        .filter_map(|line| line.split(',').next())
        .collect();
    let mut lines: Vec<&str> = all.lines().collect();
    let counts = |line: &&str| labelled.iter().any(|id| line.starts_with(&format!("{id},")));
    let second = lines[1..].iter().position(counts).expect("a row with all labels") + 1;
    lines.swap(2, second);
    let header: Vec<&str> = lines[0].split(',').collect();
    // The file with one cell of its second row replaced.
    let with = |column: &str, cell: &str| {
        let place = header.iter().position(|name| *name == column).expect("a column");
        let mut cells: Vec<&str> = lines[2].split(',').collect();
        cells[place] = cell;
        let second = cells.join(",");
        let mut lines = lines.clone();
        lines[2] = &second;
        lines.join("\n") + "\n"
    };
    let id = |line: usize| lines[line].split(',').next().expect("an id").to_string();
    let kinds = "which is none of the classes";
    let wrong: Vec<(String, Vec<&str>)> = vec![
        (with("id", "r999"), vec!["`w.csv`, line 3: `shop` has no row with the id `r999`"]),
        (with("id", ""), vec!["line 3: `shop` has no row with no id"]),
        (with("id", &id(1)), vec!["line 3: the id", "is answered already, in line 2", "leave one of the two out"]),
        (with("kind", "lwo"), vec!["line 3: `kind` is `lwo`", kinds, "is `low` meant?", "correct the cell"]),
        (with("kind", "purple"), vec!["line 3: `kind` is `purple`", kinds, "`high`, `low`, `mid`"]),
        (with("kind", ""), vec!["line 3: `kind` is missing"]),
        (with("kind.low", "abc"), vec!["line 3: `kind.low` is `abc`, which is no number", "--predictions-format"]),
        (with("kind.low", "1.7"), vec!["line 3: `kind.low` is 1.7, and a probability is from 0 to 1"]),
        (with("kind.low", "1"), vec!["line 3: `kind.high` and the probabilities of the other classes add up to 1."]),
        (with("flag.yes", "-0.1"), vec!["line 3: `flag.yes` is -0.1, and a probability"]),
        (with("flag.yes", ""), vec!["line 3: `flag.yes` is missing"]),
        (with("flag", "maybe"), vec!["line 3: `flag` is `maybe`", kinds]),
        (with("price", "12 EUR"), vec!["line 3: `price` is `12 EUR`"]),
        (with("price", "inf"), vec!["line 3: `price` is `inf`"]),
        (with("price", ""), vec!["line 3: `price` is missing"]),
        (lines[0].to_string() + "\n", vec!["`w.csv`", "rows"]),
        (String::new(), vec!["`w.csv`", "empty"]),
        (
            lines[..20].join("\n"),
            vec!["`w.csv` does not answer", "labelled rows of the test part of `shop`", "--incomplete"],
        ),
        ("id,x\nr1,2\n".into(), vec!["`w.csv` answers no task", "kind: `w.csv` has no column `kind`"]),
        (all.replace(',', ";"), vec!["w.csv", "delimiter"]),
    ];
    for (file, words) in wrong {
        folder.write("w.csv", &file);
        mtlc(&folder, "eval r --predictions w.csv").must(1, &words);
    }
    mtlc(&folder, "eval r --predictions none.csv").must(1, &["cannot read `none.csv`: there is no such file"]);
    mtlc(&folder, "eval r --predictions nowhere").must(2, &["there is no file or folder `nowhere`"]);
    folder.write("p.txt", "id\n");
    mtlc(&folder, "eval r --predictions p.txt").must(2, &["`p.txt` does not say how its predictions are written"]);
    mtlc(&folder, "eval r --part test").must(2, &["--predictions"]);
    // What is left, judged all the same; and a file that is written in another way.
    folder.write("w.csv", lines[..20].join("\n"));
    let said = mtlc(&folder, "eval r --predictions w.csv --incomplete").must(0, &[]);
    assert!(said.out.contains("Judged the test part of shop.csv (19 rows)."), "{}", said.out);
    let wanted = report(mtlc(&folder, "eval r --predictions p.csv --json"));
    let semicolons: String = all
        .lines()
        .enumerate()
        .map(|(row, line)| {
            let line = line.replace(',', ";");
            if row == 0 { line + "\n" } else { line.replace('.', ",") + "\n" }
        })
        .collect();
    folder.write("w.txt", semicolons);
    let mut command = super::command(&folder.0);
    command.args(["eval", "r", "--predictions", "w.txt", "--json", "--predictions-format"]);
    command.arg("csv(delimiter: \";\", decimal: \",\")");
    let found = report(Said::of(&command.output().expect("mtlc runs")));
    assert_eq!(found["tasks"], wanted["tasks"]);
}
