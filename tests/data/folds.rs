//! Folds: each learnable row is valid once, test is left alone, and groups and strata are as the split has them.

use std::collections::{BTreeMap, BTreeSet};

use mtlc::data::{self, Parts};

use super::{Folder, Opened, open, simple};

fn cut(opened: &Opened, count: usize) -> Vec<Parts> {
    data::folds(&opened.pipeline, &opened.tables, &opened.parts, count).expect("can be cut")
}

fn opened(spec: &str, table: &str) -> Opened {
    let folder = Folder::new();
    folder.write("d.csv", table);
    open(&folder, spec)
}

#[test]
fn each_row_is_valid_once_and_test_is_never_seen() {
    let table: String = (0..103).map(|row| format!("{row},{}\n", row * 2)).collect();
    let spec = simple("", "train: 60%, valid: 20%, test: 20%", "x: number, y: number");
    let opened = opened(&spec, &format!("x,y\n{table}"));
    let folds = cut(&opened, 5);
    let mut seen = BTreeSet::new();
    for parts in &folds {
        let (rows, split) = (&parts.0[0], &opened.parts.0[0]);
        assert_eq!(rows.test, split.test);
        assert_eq!(rows.train.len() + rows.valid.len(), split.train.len() + split.valid.len());
        assert!(rows.train.iter().all(|row| !rows.valid.contains(row) && !rows.test.contains(row)));
        assert!((16..=17).contains(&rows.valid.len()), "{}", rows.valid.len());
        rows.valid.iter().for_each(|row| assert!(seen.insert(row), "row {row} is valid twice"));
    }
    assert_eq!(seen.len(), opened.parts.0[0].train.len() + opened.parts.0[0].valid.len());
}

#[test]
fn folds_do_not_depend_on_the_order_of_the_file() {
    let rows: Vec<String> = (0..40).map(|row| format!("{row},{}\n", row % 7)).collect();
    let spec = simple("", "train: 80%, valid: 20%", "x: number, y: number");
    let lines = |rows: &[String]| -> Vec<BTreeSet<String>> {
        let opened = opened(&spec, &format!("x,y\n{}", rows.concat()));
        cut(&opened, 4).iter().map(|parts| parts.0[0].valid.iter().map(|row| rows[row].clone()).collect()).collect()
    };
    let back: Vec<String> = rows.iter().rev().cloned().collect();
    assert_eq!(lines(&rows), lines(&back));
}

#[test]
fn groups_stay_together_and_strata_are_spread() {
    // 30 people with 4 rows each; a third of them is of class `b`.
    let table: String =
        (0..120).map(|row| format!("{row},{},{}\n", row / 4, if row / 4 % 3 == 0 { "b" } else { "a" })).collect();
    let split = "train: 80%, valid: 20%, stratify: y, group: who";
    let spec = simple("", split, "x: number, who: category, y: category").replace("regression", "classification");
    let opened = opened(&spec, &format!("x,who,y\n{table}"));
    let mut fold_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (fold, parts) in cut(&opened, 5).iter().enumerate() {
        let valid = &parts.0[0].valid;
        valid.iter().for_each(|row| assert_eq!(*fold_of.entry(row / 4).or_insert(fold), fold, "person {}", row / 4));
        let rare = valid.iter().filter(|row| *row / 4 % 3 == 0).count();
        assert_eq!((rare, valid.len()), (8, 24), "each fold has two of the ten people of class b");
    }
}

#[test]
fn what_cannot_be_cut_says_why() {
    let table = "x,y\n1,1\n2,2\n3,3\n4,4\n5,5\n";
    let few = opened(&simple("", "train: 60%, valid: 20%, test: 20%", "x: number, y: number"), table);
    let message = data::folds(&few.pipeline, &few.tables, &few.parts, 5).unwrap_err().to_string();
    assert!(message.contains("4 rows") && message.contains("5 folds"), "{message}");
    let timed = opened(&simple("", "train: 60%, valid: 40%, time: x", "x: number, y: number"), table);
    let message = data::folds(&timed.pipeline, &timed.tables, &timed.parts, 2).unwrap_err().to_string();
    assert!(message.contains("split by time (`x`)"), "{message}");
}
