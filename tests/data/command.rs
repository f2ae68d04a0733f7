//! `mtlc check --data` and `--write-facts`, as a process.

use std::path::Path;
use std::process::Command;

use super::Folder;

/// Exit code, standard output, standard error.
pub fn mtlc(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_mtlc"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("mtlc runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn penguins() -> Folder {
    let folder = Folder::new();
    std::fs::create_dir(folder.0.join("data")).expect("a folder");
    folder.write("data/penguins.csv", include_bytes!("../../pipelines/data/penguins.csv"));
    folder.write("penguins.mtl", include_str!("../../pipelines/penguins.mtl"));
    folder
}

#[test]
fn clean_data_is_summed_up() {
    let folder = penguins();
    let (code, out, err) = mtlc(&folder.0, &["check", "--data", "penguins.mtl"]);
    assert_eq!(code, Some(0), "{out}{err}");
    for words in [
        "penguins: 344 rows in `data/penguins.csv` (train 241, valid 52, test 51)",
        "Adelie, Chinstrap, Gentoo",
        "32.1 to 59.6; 2 missing",
        "female, male; 11 missing",
        "task species  labels: train 241, valid 52, test 51; Adelie 44%, Chinstrap 20%, Gentoo 36%",
    ] {
        assert!(out.contains(words), "`{words}` is not in:\n{out}");
    }
    assert!(err.contains("1 file checked, no problems"), "{err}");
}

#[test]
fn targets_that_leave_rows_out_say_how_many_they_have() {
    let folder = Folder::new();
    folder.write(
        "d.mtl",
        "data d: csv(\"d.csv\") {\n  split { train: 60%, valid: 20%, test: 20% }\n  columns { id: id, x: number, cost: number }\n}\n\
         input x from d.x -> standardize\n\
         task cost from x -> dense(4) {\n  label: d.cost\n  target {\n    any: above(0)\n    size: keep_above(0) -> log\n  }\n\
         head {\n    any: dense(1)\n    size: dense(1)\n  }\n  loss: binary_cross_entropy(any) + huber(size)\n\
         predict: (any -> sigmoid) * (size -> inverse(size))\n  metrics: [r2]\n}\n\
         task large from x {\n  label: d.cost\n  target: keep_above(10) -> standardize\n  head: dense(1)\n  loss: mse\n\
         predict: inverse(target)\n  metrics: [r2]\n}\n",
    );
    // A label is missing in every tenth row, 0 in every other one, and above 10 in one of four.
    let cost = |row: usize| match row % 10 {
        9 => String::new(),
        rest if rest % 2 == 0 => "0".into(),
        rest => format!("{}", rest * 3),
    };
    let rows: String = (0..100).map(|row| format!("r{row},{},{}\n", row % 7, cost(row))).collect();
    folder.write("d.csv", format!("id,x,cost\n{rows}"));
    let (code, out, err) = mtlc(&folder.0, &["check", "--data", "d.mtl"]);
    assert_eq!(code, Some(0), "{out}{err}");
    let line = |begins: &str| {
        let line = out.lines().skip_while(|line| !line.starts_with(begins)).nth(1).unwrap_or_default();
        // "train 27 of 54, valid 8 of 18, …"
        let (what, counts) = line.split_once("  rows with it: ").unwrap_or_else(|| panic!("{begins}: {out}"));
        let sum = |place: usize| {
            let number = |part: &str| part.split(' ').nth(place).and_then(|number| number.parse::<usize>().ok());
            counts.split(", ").filter_map(number).sum::<usize>()
        };
        (what.trim().to_string(), sum(1), sum(3))
    };
    assert_eq!(line("task cost"), ("target size".into(), 40, 90));
    assert_eq!(line("task large"), ("its target".into(), 20, 90));
    assert!(!out.contains("target any"), "{out}");
}

#[test]
fn machines_get_one_document() {
    let folder = penguins();
    let (code, out, _) = mtlc(&folder.0, &["check", "--data", "--format", "json", "penguins.mtl"]);
    assert_eq!(code, Some(0));
    assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok(), "{out}");
}

#[test]
fn problems_of_the_data_are_problems_of_the_spec() {
    let folder = penguins();
    let table = std::fs::read_to_string(folder.0.join("data/penguins.csv")).expect("is there");
    folder.write("data/penguins.csv", table.replacen("39.1", "39,1x", 1).replacen("39,1x", "\"39,1x\"", 1));
    let (code, out, _) = mtlc(&folder.0, &["check", "--data", "--format", "short", "penguins.mtl"]);
    assert_eq!(code, Some(1));
    assert!(
        out.contains("penguins.mtl:12:5")
            && out.contains("wrong-value")
            && out.contains("line 2: `bill_length_mm` is `39,1x`"),
        "{out}"
    );
    // Without the data, nothing is known of it.
    assert_eq!(mtlc(&folder.0, &["check", "penguins.mtl"]).0, Some(0));
}

const SMALL: &str = "use std.tasks.{regression}\n\
    data d: csv(\"d.csv\") {\n  columns {\n    x: number\n    w: number  // mtlc: allow(constant-column) it will vary next year\n    y: number\n  }\n}\n\
    input both from d[x, w] -> standardize\n\
    task y: regression from both { label: d.y }\n";

#[test]
fn levels_and_allows_hold_for_the_data_too() {
    let folder = Folder::new();
    folder.write("s.mtl", SMALL);
    let rows = |w: fn(usize) -> usize| (0..20).map(|row| format!("{row},{},{}\n", w(row), row * 2)).collect::<String>();
    folder.write("d.csv", format!("x,w,y\n{}", rows(|_| 7)));
    let (code, out, err) = mtlc(&folder.0, &["check", "--data", "--deny", "warnings", "s.mtl"]);
    assert_eq!(code, Some(0), "{out}{err}");
    // Without the data nobody can say that the allow is of no use.
    let (code, out, err) = mtlc(&folder.0, &["check", "--deny", "warnings", "s.mtl"]);
    assert_eq!(code, Some(0), "{out}{err}");
    folder.write("d.csv", format!("x,w,y\n{}", rows(|row| row % 5)));
    let (code, out, _) = mtlc(&folder.0, &["check", "--data", "--deny", "warnings", "s.mtl"]);
    assert!(code == Some(1) && out.contains("unused-allow"), "{out}");
    // With other settings it may be of use.
    let set = ["check", "--data", "--deny", "warnings", "--set", "train.epochs=3", "s.mtl"];
    let (code, out, err) = mtlc(&folder.0, &set);
    assert_eq!(code, Some(0), "{out}{err}");
    // And of data that cannot be read to the end nobody knows.
    folder.write("d.csv", format!("x,w,y\n{}", rows(|row| row % 5)).replacen("0,0,0", "zero,0,0", 1));
    let (code, out, _) = mtlc(&folder.0, &["check", "--data", "s.mtl"]);
    assert!(code == Some(1) && out.contains("wrong-value") && !out.contains("unused-allow"), "{out}");
    folder.write("s.mtl", SMALL.replace("  // mtlc: allow(constant-column) it will vary next year", ""));
    folder.write("d.csv", format!("x,w,y\n{}", rows(|_| 7)));
    let (code, out, _) = mtlc(&folder.0, &["check", "--data", "--deny", "constant-column", "s.mtl"]);
    assert!(code == Some(1) && out.contains("`d.w` is `7` in all 14 rows of the training part"), "{out}");
}

#[test]
fn facts_replace_the_data_until_it_changes() {
    let folder = Folder::new();
    let spec = "use std.tasks.{classification}\n\
        data d: csv(\"d.csv\") { columns { x: number, y: category } }\n\
        input x from d.x -> standardize\n\
        task y: classification from x { label: d.y, class_weights: [1, 2, 3] }\n";
    folder.write("s.mtl", spec);
    let rows = |classes: usize| (0..60).map(|row| format!("{row},c{}\n", row % classes)).collect::<String>();
    folder.write("d.csv", format!("x,y\n{}", rows(3)));
    let (code, out, _) = mtlc(&folder.0, &["check", "s.mtl"]);
    assert!(code == Some(0) && out.contains("classes(d.y)"), "an obligation is listed: {out}");
    let (code, out, err) = mtlc(&folder.0, &["check", "--data", "--write-facts", "s.mtl"]);
    assert!(
        code == Some(0) && out.contains("The data has, as it must") && err.contains("wrote `s.facts.json`"),
        "{out}{err}"
    );
    let facts: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.0.join("s.facts.json")).expect("is there")).expect("JSON");
    assert_eq!(facts["sizes"]["classes(d.y)"], 3);
    assert_eq!(facts["data"]["d"]["columns"]["y"]["classes"][2], "c2");
    // The data may go: nothing is left to depend on it.
    std::fs::remove_file(folder.0.join("d.csv")).expect("goes");
    let (code, out, _) = mtlc(&folder.0, &["check", "s.mtl"]);
    assert!(code == Some(0) && !out.contains("classes(d.y)"), "{out}");
    // Other weights contradict the facts.
    folder.write("s.mtl", spec.replace("[1, 2, 3]", "[1, 2]"));
    let (code, out, _) = mtlc(&folder.0, &["check", "s.mtl"]);
    assert!(code == Some(1) && out.contains("obligation"), "{out}");
    // Other data: the facts are stale, and the data itself decides.
    folder.write("d.csv", format!("x,y\n{}", rows(2)));
    let (code, out, _) = mtlc(&folder.0, &["check", "--data", "s.mtl"]);
    assert!(
        code == Some(0)
            && out.contains("stale-facts")
            && out.contains("not those that `s.facts.json` was written from"),
        "{out}"
    );
    folder.write("s.mtl", spec);
    let (code, out, err) = mtlc(&folder.0, &["check", "--data", "--write-facts", "s.mtl"]);
    assert!(code == Some(1) && out.contains("obligation") && err.contains("no facts were written"), "{out}{err}");
    assert_eq!(std::fs::read_dir(&folder.0).expect("lists").count(), 3, "nothing half-written is left");
}
