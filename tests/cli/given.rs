//! What is given in the place of a spec, a table or a command: each answer names what to write.

use crate::data::Folder;
use crate::data::command::mtlc;

const SPEC: &str = "use std.tasks.{regression}\n\ndata d: csv(\"data/d.csv\") { columns { x: number, y: number } }\n\
    input x from d.x -> standardize\ntask y: regression from x { label: d.y }\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("base.mtl", SPEC);
    std::fs::create_dir(folder.0.join("data")).expect("a folder");
    folder.write(
        "data/d.csv",
        "x,y\n".to_string() + &(0..30).map(|row| format!("{row},{}\n", row * row)).collect::<String>(),
    );
    folder
}

/// The line must fail with this code, and its errors must have these words.
fn must(folder: &Folder, line: &str, code: i32, words: &[&str]) {
    let arguments: Vec<&str> = line.split(' ').collect();
    let (found, out, err) = mtlc(&folder.0, &arguments);
    assert_eq!(found, Some(code), "{line}\n{out}{err}");
    for word in words {
        assert!(format!("{out}{err}").contains(word), "{line}: `{word}` is not in:\n{out}{err}");
    }
}

#[test]
fn files_that_are_not_there_come_with_what_may_be_meant() {
    let folder = folder();
    for command in ["check", "graph", "run", "plan", "tune", "compare", "affinity"] {
        must(&folder, &format!("{command} base"), 2, &["did you mean `base.mtl`?"]);
    }
    must(&folder, "run bsae.mtl", 2, &["cannot read `bsae.mtl`: there is no such file", "did you mean `base.mtl`?"]);
    must(&folder, "init d.csv", 2, &["there is no such file", "did you mean `data/d.csv`?"]);
    must(&folder, "init data/d.tsv", 2, &["did you mean `data/d.csv`?"]);
    must(&folder, "init nothing-like-it.json", 2, &["there is no such file", "nothing-like-it.json"]);
    folder.write("moved.mtl", SPEC.replace("data/d.csv", "d.csv"));
    must(
        &folder,
        "check --data moved.mtl",
        1,
        &["cannot read `d.csv`: there is no such file", "did you mean `data/d.csv`?", "looked for it at `"],
    );
}

#[test]
fn tables_and_folders_are_no_specs() {
    let folder = folder();
    for command in ["check", "run", "plan", "graph"] {
        must(&folder, &format!("{command} data/d.csv"), 2, &["`data/d.csv` is a table", "`mtlc init data/d.csv`"]);
    }
    folder.write("book.xlsx", b"PK\x03\x04 xl/workbook.xml");
    must(&folder, "run book.xlsx", 2, &["is a table"]);
    must(&folder, "run .", 2, &["is a folder", "did you mean `./base.mtl`?"]);
    for (name, content, words) in [
        ("book.xlsx", b"PK\x03\x04 xl/workbook.xml".as_slice(), "save the sheet as CSV"),
        (
            "all.zip",
            b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0a.csv1,2",
            "holds `a.csv`; unpack it",
        ),
        ("t.parquet", b"PAR1\x15\0\0\0PAR1", "Parquet"),
        ("t.json", b"[{\"a\": 1, \"b\": 2}]", "read_json"),
        ("t.csv", b"PAR1\x15\0\0\0PAR1", "a Parquet file"),
    ] {
        folder.write(name, content);
        must(&folder, &format!("init {name}"), 2, &[words]);
        folder.write("of.mtl", SPEC.replace("data/d.csv", name));
        must(&folder, "check --data of.mtl", 1, &["unreadable-data", words]);
    }
}

#[test]
fn words_that_are_no_commands_come_with_ours() {
    let folder = folder();
    for (line, words) in [
        ("train base.mtl", "did you mean `mtlc run base.mtl`?"),
        ("fit base.mtl --seed 3", "did you mean `mtlc run base.mtl --seed 3`?"),
        ("Lint base.mtl", "did you mean `mtlc check base.mtl`?"),
        ("validate base.mtl", "did you mean `mtlc check base.mtl`?"),
        ("evaluate runs/a", "did you mean `mtlc eval runs/a`?"),
        ("base.mtl", "`mtlc check base.mtl` or `mtlc run base.mtl`"),
        ("data/d.csv", "`mtlc init data/d.csv`"),
    ] {
        must(&folder, line, 2, &[words]);
    }
}

#[test]
fn what_is_no_run_is_told_from_one() {
    let folder = folder();
    must(&folder, "eval base.mtl", 2, &["`base.mtl` is a spec", "`mtlc run base.mtl`"]);
    must(&folder, "predict base.mtl --data data/d.csv --out p.csv", 2, &["`base.mtl` is a spec"]);
    std::fs::create_dir_all(folder.0.join("runs/base/2026-01-01")).expect("a folder");
    folder.write("runs/base/2026-01-01/run.json", "{}");
    folder.write("runs/base/2026-01-01/model.safetensors", "");
    must(&folder, "eval runs/base", 2, &["did you mean `runs/base/2026-01-01`?"]);
    must(&folder, "eval base.mtl", 2, &["its last run is `runs/base/2026-01-01`"]);
    must(&folder, "eval runs/bas", 2, &["did you mean `runs/base/2026-01-01`?"]);
    must(
        &folder,
        "eval runs/base/2026-01-01/model.safetensors",
        2,
        &["give its run directory, `runs/base/2026-01-01`"],
    );
}

#[test]
fn classes_of_a_yes_or_no_question_are_named_from_the_data() {
    let folder = folder();
    folder.write(
        "b.mtl",
        "use std.tasks.{binary}\n\ndata d: csv(\"data/k.csv\") { columns { x: number, k: category } }\n\
         input x from d.x -> standardize\ntask k: binary from x { label: d.k }\n",
    );
    folder.write("data/k.csv", "x,k\n1,yes\n2,no\n3,yes\n");
    must(&folder, "check b.mtl", 1, &["`binary` needs `positive`", "`mtlc check --data` names them"]);
    must(&folder, "check --data b.mtl", 1, &["write `binary(positive: \"no\")` or `binary(positive: \"yes\")`"]);
    std::fs::remove_file(folder.0.join("data/k.csv")).expect("goes");
    must(&folder, "check --data b.mtl", 1, &["`binary` needs `positive`"]);
}
