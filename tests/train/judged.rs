//! `mtlc eval`: the same figures as training reported, on the run's own data and on other files.

use super::{json, mtlc, shop, table};

#[test]
fn eval_says_what_the_run_said() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    let said = mtlc(&folder, "eval r --json").must(0, &[]);
    let mut again: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let judged = again.as_object_mut().and_then(|report| report.remove("judged"));
    assert_eq!(again, json(&folder, "r/report.json"));
    let part = |part: &str, rows: usize| serde_json::json!({"data": "shop", "files": ["shop.csv"], "part": part, "rows": rows});
    assert_eq!(judged, Some(serde_json::json!([part("train", 72), part("valid", 24), part("test", 24)])));
    let said = mtlc(&folder, "eval r").must(0, &[]);
    assert!(said.out.contains("Judged the test part of shop.csv (24 rows)."), "{}", said.out);
    assert!(!said.out.contains("examples/s"), "{}", said.out);
}

#[test]
fn a_run_that_stopped_early_still_did() {
    let folder = shop();
    folder.write("shop.mtl", super::SHOP.replace("epochs: 4", "epochs: 40, stop: early(patience: 1, min_delta: 0.5)"));
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    assert_eq!(json(&folder, "r/report.json")["ended"], "stopped early");
    for data in ["", " --data shop.csv"] {
        let said = mtlc(&folder, &format!("eval r --json{data}")).must(0, &[]);
        let again: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
        for field in ["ended", "epochs", "best_epoch", "train"] {
            assert_eq!(again[field], json(&folder, "r/report.json")[field], "{field}");
        }
    }
}

#[test]
fn a_file_with_the_labels_of_some_tasks() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    let whole: serde_json::Value =
        serde_json::from_str(&mtlc(&folder, "eval r --data shop.csv --json").must(0, &[]).out).expect("JSON");
    let column = |names: &[&str], clear: &[&str]| {
        let table = table();
        let header: Vec<&str> = table.lines().next().expect("a header").split(',').collect();
        let cell = |row: usize, name: &&str, cells: &[&str]| {
            let place = header.iter().position(|other| other == name).expect("a column");
            if row > 0 && clear.contains(name) { String::new() } else { cells[place].to_string() }
        };
        let line = |(row, line): (usize, &str)| {
            let cells: Vec<&str> = line.split(',').collect();
            names.iter().map(|name| cell(row, name, &cells)).collect::<Vec<_>>().join(",") + "\n"
        };
        table.lines().enumerate().map(line).collect::<String>()
    };
    folder.write("some.csv", column(&["id", "a", "b", "city", "kind", "price"], &["price"]));
    let said = mtlc(&folder, "eval r --data some.csv").must(0, &[]);
    for words in [
        "Judged all 120 rows of some.csv.",
        "Not judged: flag (`some.csv` has no column `flag`)",
        "Not judged: price (no row of `some.csv` has its label)",
    ] {
        assert!(said.out.contains(words), "`{words}` is not in:\n{}", said.out);
    }
    assert!(!said.out.contains("rmse") && said.out.contains("accuracy"), "{}", said.out);
    let some: serde_json::Value =
        serde_json::from_str(&mtlc(&folder, "eval r --data some.csv --json").must(0, &[]).out).expect("JSON");
    assert_eq!(some["tasks"]["kind"], whole["tasks"]["kind"]);
    assert_eq!(some["not_judged"]["flag"], "`some.csv` has no column `flag`");
    assert!(whole.get("not_judged").is_none());
    // A slip in a name is pointed at; inputs are needed all the same.
    folder.write("slip.csv", column(&["id", "a", "b", "city", "kind", "price"], &[]).replacen("price", "prise", 1));
    let said = mtlc(&folder, "eval r --data slip.csv").must(0, &[]);
    assert!(said.out.contains("`slip.csv` has no column `price`; is `prise` meant?"), "{}", said.out);
    folder.write("less.csv", column(&["id", "a", "city", "kind"], &[]));
    mtlc(&folder, "eval r --data less.csv").must(1, &["has no column `b`"]);
}

/// A task is judged on the rows of its `where`, or not at all.
#[test]
fn a_file_without_the_column_of_a_where() {
    let folder = shop();
    folder
        .write("shop.mtl", super::SHOP.replace("label: shop.price", "label: shop.price, where: shop.flag == \"yes\""));
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    let table = table();
    let cells = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
    folder.write("new.csv", cells.map(|c| [c[0], c[1], c[2], c[3], c[4], c[6]].join(",") + "\n").collect::<String>());
    let said = mtlc(&folder, "eval r --data new.csv").must(0, &[]);
    assert!(said.out.contains("Not judged: price (`new.csv` has no column `flag`)"), "{}", said.out);
}

#[test]
fn a_file_of_its_test_rows_gives_its_test_figures() {
    let folder = shop();
    // The test part by name, so that it can be written out.
    let (mut all, mut test) = (String::new(), String::new());
    for (row, line) in table().lines().enumerate() {
        let part = if row == 0 { "part" } else { ["train", "valid", "train", "test", "train"][row % 5] };
        all += &format!("{line},{part}\n");
        if row == 0 || part == "test" {
            test += &format!("{line}\n");
        }
    }
    folder.write("shop.csv", all);
    folder.write("test.csv", test);
    folder.write(
        "shop.mtl",
        super::SHOP
            .replace(
                "train: 60%, valid: 20%, test: 20%",
                "by: part, train: \"train\", valid: \"valid\", test: \"test\"",
            )
            .replace("price: number }", "price: number, part: category }"),
    );
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    let said = mtlc(&folder, "eval r --data test.csv --json --allow-unknown").must(0, &[]);
    let again: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let report = json(&folder, "r/report.json");
    for task in ["kind", "flag", "price"] {
        let (mut before, mut after) = (report["tasks"][task]["test"].clone(), again["tasks"][task]["test"].clone());
        // Without training rows nothing tells what answering without looking would reach.
        before["skill"].take();
        after["skill"].take();
        assert_eq!(before.get("rows"), after.get("rows"), "{task}");
        assert_eq!(before.get("loss"), after.get("loss"), "{task}");
        for metric in ["accuracy", "f1_macro", "auroc", "rmse", "mae", "r2"] {
            assert_eq!(before.get(metric), after.get(metric), "{task}: {metric}");
        }
        assert!(again["tasks"][task].get("train").is_none());
    }
    mtlc(&folder, "eval r --data nosuch.csv").must(1, &["cannot read `nosuch.csv`: there is no such file"]);
    folder.write("unlabelled.csv", "id,a,b,city\nr0,1,2,Oslo\n");
    mtlc(&folder, "eval r --data unlabelled.csv").must(1, &["has no column `kind`"]);
}

#[test]
fn of_several_data_sets_only_the_asked_one_is_judged() {
    let folder = shop();
    folder.write("other.csv", table());
    folder.write(
        "two.mtl",
        r#"use std.tasks.{regression}
data a: csv("shop.csv") { columns { a: number, b: number, price: number } }
data b: csv("other.csv") { columns { a: number, b: number, price: number } }
input x from union(a[a, b], b[a, b]) -> impute -> standardize
shared trunk from x -> dense(8) -> relu
task one: regression from trunk { label: a.price }
task two: regression from trunk { label: b.price }
train { epochs: 1 }
"#,
    );
    mtlc(&folder, "run two.mtl --out r -q").must(0, &[]);
    let said = mtlc(&folder, "eval r --data b=shop.csv --json").must(0, &[]);
    let report: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(report["tasks"]["one"]["test"]["rows"], 0);
    assert_eq!(report["tasks"]["two"]["test"]["rows"], 110);
    mtlc(&folder, "eval r --data shop.csv").must(2, &["write NAME=FILE; the data sets are a, b"]);
    mtlc(&folder, "predict r --data a=shop.csv --out p.csv").must(0, &["120 rows predicted"]);
    let answers = super::text(&folder, "p.csv");
    // Both heads read the stacked rows.
    assert!(answers.starts_with("row,one,two\n1,"), "{answers}");
}

/// The rows of the table with some cells of a column written otherwise.
fn rewritten(column: usize, rewrite: impl Fn(usize, &str) -> String) -> String {
    let line = |(row, line): (usize, &str)| {
        let mut cells: Vec<String> = line.split(',').map(str::to_string).collect();
        if row > 0 && !cells[column].is_empty() {
            cells[column] = rewrite(row, &cells[column]);
        }
        cells.join(",") + "\n"
    };
    table().lines().enumerate().map(line).collect()
}

#[test]
fn a_label_of_an_unknown_class_stops_no_other_task() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    let header = table().lines().next().expect("a header").split(',').map(str::to_string).collect::<Vec<_>>();
    let kind = header.iter().position(|name| name == "kind").expect("a column");
    let judge = |name: &str, content: String, code: i32, words: &[&str]| {
        folder.write(name, content);
        mtlc(&folder, &format!("eval r --data {name} --json")).must(code, words)
    };
    let report = |said: &super::Said| -> serde_json::Value { serde_json::from_str(&said.out).expect("JSON") };
    let all = report(&judge("all.csv", table(), 0, &[]));
    // Some rows: they are left out of this task alone, and counted.
    let some = judge(
        "some.csv",
        rewritten(kind, |row, cell| if row % 10 == 3 { cell.to_uppercase() } else { cell.into() }),
        0,
        &[],
    );
    let found = report(&some);
    let rows = |report: &serde_json::Value, task: &str| report["tasks"][task]["test"]["rows"].as_u64().expect("rows");
    assert_eq!(rows(&found, "kind"), rows(&all, "kind") - 12);
    assert_eq!(found["tasks"]["price"]["test"], all["tasks"]["price"]["test"]);
    let warnings = found["warnings"].to_string();
    assert!(
        warnings.contains("task `kind`: of 120 labels, 12 are of a class that training did not have")
            && warnings.contains("meant?; these rows are not judged"),
        "{warnings}"
    );
    // All rows: nothing of this task can be judged, and the others are.
    let none = report(&judge("none.csv", rewritten(kind, |_, cell| cell.to_uppercase()), 0, &[]));
    assert!(
        none["not_judged"]["kind"].as_str().is_some_and(|why| why.contains("of 120 labels, 120 are of a class")),
        "{none}"
    );
    assert_eq!(none["tasks"]["price"]["test"], all["tasks"]["price"]["test"]);
    // And if it is all that the file has labels of, there is nothing to judge.
    let alone: String = rewritten(kind, |_, cell| cell.to_uppercase())
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let kept = (0..cells.len()).filter(|place| !["flag", "price"].contains(&header[*place].as_str()));
            kept.map(|place| cells[place]).collect::<Vec<_>>().join(",") + "\n"
        })
        .collect();
    judge("alone.csv", alone, 1, &["there is nothing to judge", "120 are of a class that training did not have"]);
}
