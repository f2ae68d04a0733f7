//! `check --data` on inputs that tell the label, and on ids that a split cuts.

use super::said;

fn codes(spec: &str, table: &str) -> Vec<(String, String)> {
    said(spec, &[("d.csv", table.as_bytes())])
}

fn only(spec: &str, table: &str, code: &str, words: &[&str]) {
    let found = codes(spec, table);
    let [(name, text)] = found.as_slice() else { panic!("expected one problem: {found:#?}") };
    assert_eq!(name, code, "{text}");
    for word in words {
        assert!(text.contains(word), "`{word}` is not in: {text}");
    }
}

const NUMBERS: &str = "use std.tasks.{regression}\ndata d: csv(\"d.csv\") { columns { x: number, z: number, y: number } }\n\
    input both from d[x, z] -> impute -> standardize\ntask y: regression from both { label: d.y }\n";

const CLASSES: &str = "use std.tasks.{classification}\ndata d: csv(\"d.csv\") { columns { x: number, z: category, y: category } }\n\
    input x from d.x -> standardize\ninput z from d.z -> embed(2)\n\
    task y: classification from concat(x, z) { label: d.y }\n";

/// A number that looks drawn, below `below`.
fn drawn(row: usize, below: usize) -> usize {
    (row * 7919 + row * row * 104_729 + 13) % 10_007 % below
}

fn table(header: &str, rows: usize, cells: impl Fn(usize) -> String) -> String {
    format!("{header}\n{}", (0..rows).map(|row| format!("{}\n", cells(row))).collect::<String>())
}

#[test]
fn numbers_that_are_the_label_in_another_unit_are_told() {
    let fahrenheit = |row: usize| {
        let celsius = drawn(row, 400) as f64 / 10.0;
        format!("{},{celsius},{}", row % 7, celsius * 1.8 + 32.0)
    };
    only(
        NUMBERS,
        &table("x,z,y", 60, fahrenheit),
        "label-copy",
        &["`d.z` tells the label `d.y` of task `y` in all 60 rows", "1.8 times it + 32"],
    );
    only(NUMBERS, &table("x,z,y", 12, |row| format!("{},{row},{row}.0", row % 5)), "label-copy", &["they are equal"]);
    // One row that differs, noise, or a curve: no copy.
    let spoilt = |row: usize| if row == 31 { "1,5,900".to_string() } else { fahrenheit(row) };
    assert_eq!(codes(NUMBERS, &table("x,z,y", 60, spoilt)), []);
    assert_eq!(codes(NUMBERS, &table("x,z,y", 60, |row| format!("{},{row},{}", row % 7, row * row))), []);
    // A few numbers are on a line by chance.
    assert_eq!(codes(NUMBERS, &table("x,z,y", 12, |row| format!("{},{row},{}", row % 5, 3 * row + 1))), []);
    assert_eq!(codes(NUMBERS, &table("x,z,y", 60, |row| format!("{row},{},{}", row % 2, drawn(row, 9)))), []);
    // Where one of the two is missing, nothing speaks against it.
    let gaps = |row: usize| {
        if row.is_multiple_of(5) {
            format!("{},,{}", row % 7, drawn(row, 90))
        } else {
            format!("{},{row},-{row}", row % 7)
        }
    };
    only(NUMBERS, &table("x,z,y", 60, gaps), "label-copy", &["in all 48 rows", "-1 times it"]);
}

#[test]
fn classes_by_other_names_are_told_if_there_are_rows_enough() {
    let renamed = |row: usize| format!("{row},{0},class {0}", drawn(row, 3));
    only(CLASSES, &table("x,z,y", 80, renamed), "label-copy", &["in all 80 rows", "`0` is `class 0`"]);
    only(
        CLASSES,
        &table("x,z,y", 40, |row| format!("{row},{0},{0}", drawn(row, 2))),
        "label-copy",
        &["they are equal"],
    );
    // Two columns of two values agree in a dozen rows now and then.
    assert_eq!(codes(CLASSES, &table("x,z,y", 12, |row| format!("{row},{0},{0}", row % 2))), []);
    assert_eq!(codes(CLASSES, &table("x,z,y", 20, |row| format!("{row},n{0},m{0}", row % 2))), []);
    // One way only: a kind of each, or one row that is another.
    assert_eq!(
        codes(CLASSES, &table("x,z,y", 80, |row| format!("{row},{0},{1}", drawn(row, 6), drawn(row, 6) % 2))),
        []
    );
    let spoilt = |row: usize| if row == 40 { "40,1,class 0".to_string() } else { renamed(row) };
    assert_eq!(codes(CLASSES, &table("x,z,y", 80, spoilt)), []);
    // Two columns of which every value stands once: they tell nothing by that.
    let unique = CLASSES.replace("y: category", "y: number").replace("classification", "regression");
    assert_eq!(codes(&unique, &table("x,z,y", 60, |row| format!("{},name {row},{}", row % 7, row * row))), []);
}

#[test]
fn what_the_task_asks_counts() {
    let spec = CLASSES
        .replace("task y: classification", "task y: binary(positive: \"b\")")
        .replace("{classification}", "{binary}");
    let rows = |row: usize| {
        let class = ["a", "b", "c"][drawn(row, 3)];
        format!("{row},{},{class}", if class == "b" { "yes" } else { "no" })
    };
    only(&spec, &table("x,z,y", 80, rows), "label-copy", &["`no` is any other", "`yes` is `b`"]);
    assert_eq!(codes(CLASSES, &table("x,z,y", 80, rows)), []);
    // Rows outside of the task's `where` say nothing for or against.
    let spec = CLASSES.replace("label: d.y", "label: d.y, where: d.x < 60");
    let outside = |row: usize| {
        if row < 60 {
            format!("{row},{0},class {0}", drawn(row, 3))
        } else {
            format!("{row},{},class {}", row % 3, (row + 1) % 3)
        }
    };
    only(&spec, &table("x,z,y", 80, outside), "label-copy", &["in all 60 rows"]);
}

#[test]
fn ids_that_a_split_cuts_are_told() {
    let spec = |split: &str| {
        format!(
            "use std.tasks.{{regression}}\ndata d: csv(\"d.csv\") {{\n  split {{ {split} }}\n  \
             columns {{ key: id, site: category, x: number, y: number }}\n}}\n\
             input x from d.x -> standardize\ntask y: regression from x {{ label: d.y }}\n"
        )
    };
    let rows = |row: usize| format!("k{},s{},{row},{}", row % 25, row % 10, drawn(row, 50));
    only(
        &spec("train: 60%, valid: 20%, test: 20%, group: site"),
        &table("key,site,x,y", 100, rows),
        "repeated-id",
        &["have the id of a row in an earlier part", "group: key"],
    );
    // By themselves, and by the group, rows of one id stay together.
    assert_eq!(codes(&spec("train: 60%, valid: 20%, test: 20%"), &table("key,site,x,y", 100, rows)), []);
    assert_eq!(codes(&spec("train: 60%, valid: 20%, test: 20%, group: key"), &table("key,site,x,y", 100, rows)), []);
}
