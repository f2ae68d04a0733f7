//! What `predict` writes: columns that never collide, places that are never overwritten, parts of the run's own data,
//! streams, and several files that are one table.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::Stdio;

use super::{Said, bytes, command, json, mtlc, shop, table, text};
use crate::data::Folder;

/// The header and the rows of separated text without quotes.
fn rows(text: &str, delimiter: char) -> (Vec<String>, Vec<Vec<String>>) {
    let mut lines = text.lines().map(|line| line.split(delimiter).map(str::to_string).collect::<Vec<_>>());
    (lines.next().expect("a header"), lines.collect())
}

fn trained() -> Folder {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q --epochs 1").must(0, &[]);
    folder
}

/// Runs `mtlc` with something piped into it.
fn piped(folder: &Folder, line: &str, input: &[u8]) -> Said {
    let mut child = command(&folder.0)
        .args(line.split_whitespace())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("mtlc runs");
    child.stdin.take().expect("a pipe").write_all(input).expect("it reads");
    Said::of(&child.wait_with_output().expect("it ends"))
}

#[test]
fn ids_and_answers_are_all_there_whatever_they_are_called() {
    for (id, task, classes, answer) in [
        ("row", "row", ["a", "b"], "row.predicted"),
        ("id", "id", ["predicted", "x"], "id.predicted_2"),
        ("key", "row", ["1", "2"], "row"),
        ("data", "part", ["row", "data"], "part"),
        ("k", "a", ["b_c", "b.c"], "a"),
    ] {
        let folder = Folder::new();
        let lines: String = (0..20).map(|row| format!("r{row},{}.5,{}\n", row % 7, classes[row % 2])).collect();
        folder.write("t.csv", format!("{id},x,label\n{lines}"));
        folder.write(
            "s.mtl",
            format!(
                "use std.tasks.{{classification}}\n\
                 data d: csv(\"t.csv\") {{ columns {{ {id}: id, x: number, label: category }} }}\n\
                 input x from d.x -> standardize\n\
                 task {task}: classification from x -> dense(4) -> relu {{ label: d.label }}\n\
                 train {{ epochs: 1 }}\n"
            ),
        );
        mtlc(&folder, "run s.mtl --out r -q").must(0, &[]);
        mtlc(&folder, "predict r --data t.csv --out p.csv").must(0, &["20 rows predicted"]);
        mtlc(&folder, "predict r --data t.csv --out p.tsv").must(0, &[]);
        let said = mtlc(&folder, "predict r --data t.csv --out p.jsonl").must(0, &[]);
        let renamed = said.err.contains("because");
        assert_eq!(renamed, answer != task, "{}", said.err);
        let (header, cells) = rows(&text(&folder, "p.csv"), ',');
        assert_eq!(rows(&text(&folder, "p.tsv"), '\t'), (header.clone(), cells.clone()));
        assert_eq!(header.len(), 4, "{header:?}");
        assert_eq!(header.iter().collect::<BTreeSet<_>>().len(), 4, "{header:?}");
        let place =
            |name: &str| header.iter().position(|column| column == name).unwrap_or_else(|| panic!("{header:?}"));
        for (row, line) in text(&folder, "p.jsonl").lines().enumerate() {
            let object: serde_json::Value = serde_json::from_str(line).expect("JSON");
            assert_eq!(object.as_object().map(|object| object.len()), Some(4));
            assert_eq!((&object[id], cells[row][place(id)].as_str()), (&format!("r{row}").into(), &*format!("r{row}")));
            let given = object[answer].as_str().expect("a class");
            assert!(classes.contains(&given) && cells[row][place(answer)] == given);
            let chances: f64 = classes.iter().filter_map(|class| object[format!("{task}.{class}")].as_f64()).sum();
            assert!((chances - 1.0).abs() < 1e-6, "{object}");
        }
        // Without the id in the file, rows have numbers, and answers keep their names.
        folder.write("new.csv", "x\n1\n2\n");
        mtlc(&folder, "predict r --data new.csv --out new-answers.csv").must(0, &[]);
        let (without, cells) = rows(&text(&folder, "new-answers.csv"), ',');
        assert_eq!(without[1..], header[1..]);
        assert_eq!((cells[0][0].as_str(), cells[1][0].as_str()), ("1", "2"));
    }
}

#[test]
fn rows_are_never_overwritten_by_what_is_said_of_them() {
    let folder = trained();
    std::fs::create_dir(folder.0.join("sub")).expect("a folder");
    folder.write("new.csv", table());
    let absolute = folder.0.join("new.csv").display().to_string();
    let mut named = vec!["new.csv".to_string(), "./new.csv".into(), "sub/../new.csv".into(), absolute];
    std::fs::hard_link(folder.0.join("new.csv"), folder.0.join("hard.csv")).expect("a link");
    named.push("hard.csv".into());
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("new.csv", folder.0.join("link.csv")).expect("a link");
        std::os::unix::fs::symlink("..", folder.0.join("sub/up")).expect("a link");
        named.extend(["link.csv".to_string(), "sub/up/new.csv".into()]);
    }
    for data in ["new.csv", "hard.csv", "*w.csv", "sub/../new.csv"] {
        for out in &named {
            let line = format!("predict r --data {data} --out {out} --force");
            mtlc(&folder, &line).must(2, &["is a file that is predicted for (`--data`)", "choose another name"]);
        }
    }
    assert_eq!(text(&folder, "new.csv"), table());
    // Packed, and a folder of files.
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(table().as_bytes()).expect("it packs");
    let packed = packed.finish().expect("it packs");
    folder.write("sub/rows.csv.gz", &packed);
    for data in ["sub/rows.csv.gz", "sub"] {
        let line = format!("predict r --data {data} --out sub/rows.csv.gz --force");
        mtlc(&folder, &line).must(2, &["is a file that is predicted for"]);
    }
    assert_eq!(bytes(&folder, "sub/rows.csv.gz"), packed);
    // What the run was trained on, and what it is made of, whether it is there or not.
    for (out, words) in [
        ("shop.csv", "is the data that the run was trained on (`shop`)"),
        ("shop.mtl", "is the spec of the run"),
        ("r/metrics.jsonl", "is a file of the run itself"),
        ("r/model.safetensors", "is a file of the run itself"),
        ("sub/../r/run.json", "is a file of the run itself"),
        ("r/checkpoint.safetensors", "is a file of the run itself"),
    ] {
        for source in ["--data new.csv", "--part test"] {
            mtlc(&folder, &format!("predict r {source} --out {out} --out-format csv --force")).must(2, &[words]);
        }
    }
    assert_eq!(text(&folder, "shop.csv"), table());
    // Any other file in the run directory is a person's own.
    mtlc(&folder, "predict r --data new.csv --out r/answers.csv").must(0, &[]);
    mtlc(&folder, "predict r --data new.csv --out r/answers.csv --force").must(0, &[]);
    mtlc(&folder, "eval r").must(0, &[]);
}

#[test]
fn parts_of_the_runs_own_rows() {
    let folder = trained();
    mtlc(&folder, "predict r --data shop.csv --out all.csv").must(0, &[]);
    let (header, all) = rows(&text(&folder, "all.csv"), ',');
    let mut seen = BTreeSet::new();
    for (part, count) in [("train", 72), ("valid", 24), ("test", 24)] {
        mtlc(&folder, &format!("predict r --part {part} --out {part}.csv"))
            .must(0, &[&format!("{count} rows predicted")]);
        let (again, cells) = rows(&text(&folder, &format!("{part}.csv")), ',');
        assert_eq!((again, cells.len()), (header.clone(), count));
        for row in cells {
            assert!(all.contains(&row) && seen.insert(row[0].clone()), "{row:?}");
        }
    }
    assert_eq!(seen.len(), 120);
    mtlc(&folder, "predict r --part all --out whole.csv").must(0, &["120 rows predicted"]);
    let (whole, cells) = rows(&text(&folder, "whole.csv"), ',');
    assert_eq!((whole[0].as_str(), &whole[1..]), ("part", &header[..]));
    assert!(cells.iter().zip(&all).all(|(with, without)| with[1..] == without[..]), "in the order of the file");
    let test: Vec<&str> = cells.iter().filter(|row| row[0] == "test").map(|row| row[1].as_str()).collect();
    let (_, only) = rows(&text(&folder, "test.csv"), ',');
    assert_eq!(test, only.iter().map(|row| row[0].as_str()).collect::<Vec<_>>());
    // Other rows than those that the run has split off are no secret.
    folder.write("shop.csv", table().replacen("Oslo", "Rome", 1));
    for line in ["predict r --part test --out changed.csv", "eval r"] {
        mtlc(&folder, line).must(0, &["Note: `shop.csv` changed after the run was trained"]);
    }
    folder.write("shop.csv", table());
    let said = mtlc(&folder, "predict r --part test --out again.csv").must(0, &[]);
    assert!(!said.err.contains("changed"), "{}", said.err);
    mtlc(&folder, "predict r --part test --data shop.csv --out x.csv").must(2, &["`--data` names others"]);
    mtlc(&folder, "predict r --out x.csv").must(2, &["which rows to predict for", "`--data FILE`", "`--part test`"]);
}

#[test]
fn streams() {
    let folder = trained();
    mtlc(&folder, "predict r --data shop.csv --out all.csv").must(0, &[]);
    let all = text(&folder, "all.csv");
    let said = piped(&folder, "predict r --data - --out -", table().as_bytes()).must(0, &["120 rows predicted\n"]);
    assert_eq!(said.out, all);
    let said = mtlc(&folder, "predict r --data shop.csv --out - --out-format jsonl").must(0, &[]);
    assert_eq!(said.out.lines().count(), 120);
    assert!(said.out.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
    // Packed, on both sides.
    mtlc(&folder, "predict r --data shop.csv --out all.csv.gz").must(0, &[]);
    let mut unpacked = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&*bytes(&folder, "all.csv.gz")), &mut unpacked)
        .expect("it is gzip");
    assert_eq!(unpacked, all);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(table().as_bytes()).expect("it packs");
    let packed = packed.finish().expect("it packs");
    assert_eq!(piped(&folder, "predict r --data - --out -", &packed).must(0, &[]).out, all);
    // What is wrong is said, and nothing is written.
    let said =
        piped(&folder, "predict r --data - --out -", b"id,a\nx,1\n").must(1, &["`standard input` has no column"]);
    assert_eq!(said.out, "");
    piped(&folder, "predict r --data - --out -", b"").must(1, &["standard input"]);
    mtlc(&folder, "predict r --data - --data - --out -").must(2, &["standard input is one file"]);
    let said = piped(&folder, "eval r --data -", table().as_bytes()).must(0, &[]);
    assert!(said.out.contains("Judged all 120 rows of standard input."), "{}", said.out);
}

#[test]
fn several_files_are_one_table() {
    let folder = trained();
    std::fs::create_dir(folder.0.join("parts")).expect("a folder");
    let whole = table();
    let lines: Vec<&str> = whole.lines().collect();
    for (name, rows) in [("parts/1.csv", &lines[1..50]), ("parts/2.csv", &lines[50..51]), ("parts/3.csv", &lines[51..])]
    {
        folder.write(name, format!("{}\n{}\n", lines[0], rows.join("\n")));
    }
    folder.write("parts/_SUCCESS", "");
    mtlc(&folder, "predict r --data shop.csv --out all.csv").must(0, &[]);
    for (index, data) in
        ["--data parts", "--data parts/*.csv", "--data parts/1.csv --data parts/[23].csv"].iter().enumerate()
    {
        mtlc(&folder, &format!("predict r {data} --out {index}.csv")).must(0, &["120 rows predicted"]);
        assert_eq!(text(&folder, &format!("{index}.csv")), text(&folder, "all.csv"), "{data}");
    }
    let said = mtlc(&folder, "eval r --data parts").must(0, &[]);
    assert!(said.out.contains("Judged all 120 rows of parts/1.csv … parts/3.csv (3 files)."), "{}", said.out);
    mtlc(&folder, "predict r --data nosuch*.csv --out x.csv").must(1, &["no file matches the pattern"]);
    mtlc(&folder, "predict r --data r --out x.csv").must(1, &["it is a folder without a file that ends in .csv"]);
    folder.write("parts/4.csv", "id,a\nx,1\n");
    mtlc(&folder, "predict r --data parts --out x.csv").must(1, &["`parts/4.csv` has no column `b`"]);
    // A spec names several files in the same way, and the run is the same.
    std::fs::remove_file(folder.0.join("parts/4.csv")).expect("it is there");
    for (index, path) in ["parts", "parts/*.csv"].iter().enumerate() {
        folder.write("many.mtl", super::SHOP.replace("csv(\"shop.csv\")", &format!("csv(\"{path}\")")));
        mtlc(&folder, &format!("run many.mtl --out many{index} -q --epochs 1")).must(0, &[]);
        assert_eq!(bytes(&folder, &format!("many{index}/preprocessing.json")), bytes(&folder, "r/preprocessing.json"));
        assert_eq!(
            json(&folder, &format!("many{index}/report.json"))["tasks"],
            json(&folder, "r/report.json")["tasks"]
        );
    }
}

#[test]
fn files_that_are_written_otherwise() {
    let folder = trained();
    mtlc(&folder, "predict r --data shop.csv --out all.csv").must(0, &[]);
    let all = text(&folder, "all.csv");
    let german = table().replace(',', ";").replace('.', ",");
    folder.write("german.csv", &german);
    folder.write("tabs.txt", table().replace(',', "\t"));
    let run = |data: &str, format: &str| {
        let mut line = command(&folder.0);
        line.args(["predict", "r", "--data", data, "--out", "-", "--format", format]);
        Said::of(&line.output().expect("mtlc runs"))
    };
    for (data, format) in [
        ("german.csv", "csv(delimiter: \";\", decimal: \",\")"),
        ("tabs.txt", "tsv"),
        ("tabs.txt", "tsv()"),
        ("tabs.txt", "csv(delimiter: \"\\t\")"),
        ("german.csv", "csv(decimal: \",\", encoding: \"windows-1252\", delimiter: \";\")"),
    ] {
        assert_eq!(run(data, format).must(0, &[]).out, all, "{format}");
    }
    mtlc(&folder, "predict r --data german.csv --out -").must(
        1,
        &["The files of `shop` were read as the spec of the run says: csv;", "--format 'csv(delimiter: \";\")'"],
    );
    run("german.csv", "csv(delimiter: \";\")").must(1, &["as `--format` says: csv(delimiter: \";\")"]);
    for (format, words) in [
        ("csv(delimitr: \";\")", "delimiter"),
        ("cvs", "csv"),
        ("csv(delimiter: \";\"", "a `)` is missing"),
        ("csv(delimiter: 3)", "--format csv(delimiter: 3)"),
        ("csv(\"x.csv\")", "--format csv(\"x.csv\")"),
        ("", "--format"),
    ] {
        run("german.csv", format).must(2, &[words]);
    }
    mtlc(&folder, "eval r --format tsv").must(2, &["--data"]);
}
