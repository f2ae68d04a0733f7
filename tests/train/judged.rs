//! `mtlc eval`: the same figures as training reported, on the run's own data and on other files.

use super::{json, mtlc, shop, table};

#[test]
fn eval_says_what_the_run_said() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    let said = mtlc(&folder, "eval r --json").must(0, &[]);
    let again: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(again, json(&folder, "r/report.json"));
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
    let said = mtlc(&folder, "eval r --data test.csv --json").must(0, &[]);
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
