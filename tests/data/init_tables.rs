//! `mtlc init` on tables of every kind at random: what it writes is clean, and what it cannot write it says.

use std::fmt::Write;

use super::Folder;
use super::command::mtlc;

/// Numbers that look random and are the same every time.
struct Draw(u64);

impl Draw {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below.max(1)
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.next(of.len() as u64) as usize]
    }
}

/// A column's header and cells; `comma` if numbers have a decimal comma in this file.
fn column(draw: &mut Draw, rows: usize, comma: bool) -> (String, Vec<String>) {
    let sort = draw.next(26);
    let mark = if comma { "," } else { "." };
    let offset = draw.next(1000);
    let mut cells: Vec<String> = (0..rows)
        .map(|row| match sort {
            0..=3 => format!("{}{mark}{:02}", draw.next(500), draw.next(100)),
            4 => draw.next(1000).to_string(),
            5 => draw.next(4).to_string(),
            6 => draw.next(2).to_string(),
            7 => draw.one(&["yes", "no"]).to_string(),
            8 => draw.one(&["red", "green", "blue", "so, so"]).to_string(),
            9 => format!("town {}", draw.next(60)),
            10 => format!("{:05}", draw.next(90_000)),
            11 => (row + 1).to_string(),
            12 => format!("k{}", row as u64 * 7 + offset),
            13 => format!("2024-{:02}-{:02}", 1 + draw.next(12), 1 + draw.next(28)),
            14 => format!("some words about thing {} and {}", draw.next(50), draw.next(50)),
            15 => "same".to_string(),
            16 => (if row == 3 { "1" } else { "0" }).to_string(),
            17 => String::new(),
            18 => (if draw.next(9) == 0 { "n/a".to_string() } else { format!("{}", draw.next(300)) }).to_string(),
            19 => (if row == rows / 2 { "odd".to_string() } else { format!("{}{mark}5", draw.next(300)) }).to_string(),
            20 => draw.one(&["a|b", "b", "a|c", "c|b|a"]).to_string(),
            21 => draw.one(&["train", "train", "valid", "test"]).to_string(),
            22 => format!("{}%", draw.next(100)),
            23 => draw.one(&["line\none", "a \"quoted\" one", "tab\there"]).to_string(),
            24 => draw.one(&["None", "None", "None", "few"]).to_string(),
            _ => format!("{:02}/{:02}/2024", 1 + draw.next(12), 1 + draw.next(28)),
        })
        .collect();
    if draw.next(4) == 0 {
        let spelling = draw.one(&["", "NA", "?"]);
        for cell in &mut cells {
            if draw.next(6) == 0 {
                *cell = spelling.to_string();
            }
        }
    }
    let headers = [
        "",
        "Unnamed: 0",
        "id",
        "x",
        "Größe (cm)",
        "target",
        "price",
        "a b",
        "1st",
        "класс",
        "data",
        "in",
        "train",
        "y",
        "Total",
        "new\nline",
        "say \"hi\"",
        "patient_id",
        "p1",
        "p2",
        "p3",
        "p4",
        "numbers",
        "trunk",
        "binary",
        "split",
        "f0",
        "f1",
    ];
    (draw.one(&headers).to_string(), cells)
}

/// A table as text, with its delimiter.
fn table(draw: &mut Draw) -> (String, char) {
    let rows = [0, 1, 2, 5, 9, 10, 12, 20, 40, 60, 150][draw.next(11) as usize];
    let delimiter = [',', ',', ';', '\t'][draw.next(4) as usize];
    let comma = delimiter != ',' && draw.next(2) == 0;
    let mut columns: Vec<(String, Vec<String>)> = (0..1 + draw.next(9)).map(|_| column(draw, rows, comma)).collect();
    // A copy, or the same in other words.
    if columns.len() > 1 && draw.next(4) == 0 {
        let (_, cells) = columns[draw.next(columns.len() as u64) as usize].clone();
        let words = draw.next(2) == 0;
        let cells = cells.into_iter().map(|cell| if words && !cell.is_empty() { format!("c{cell}") } else { cell });
        columns.push(("copy".to_string(), cells.collect()));
    }
    // Mostly, headers differ.
    if draw.next(8) > 0 {
        let mut taken = std::collections::HashSet::new();
        for (number, (header, _)) in columns.iter_mut().enumerate() {
            if !taken.insert(header.clone()) {
                write!(header, " {number}").expect("a string");
                taken.insert(header.clone());
            }
        }
    }
    let quoted = |cell: &String| {
        if cell.contains([delimiter, '"', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
    };
    let line = |cells: Vec<&String>| {
        // A lone empty cell would be an empty line.
        let line = cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(&delimiter.to_string());
        if line.is_empty() { "\"\"\n".to_string() } else { line + "\n" }
    };
    let mut text = line(columns.iter().map(|(header, _)| header).collect());
    for row in 0..rows {
        text += &line(columns.iter().map(|(_, cells)| &cells[row]).collect());
    }
    (text, delimiter)
}

#[test]
fn what_is_written_for_any_table_is_clean() {
    let mut written = 0;
    for seed in 0..160 {
        let mut draw = Draw(seed * 7919 + 1);
        let (text, _) = table(&mut draw);
        let folder = Folder::new();
        folder.write("table.csv", &text);
        let (code, out, err) = mtlc(&folder.0, &["init", "table.csv"]);
        let shown = || format!("table {seed}:\n{}\n{out}{err}", text.chars().take(3000).collect::<String>());
        match code {
            Some(0) => {}
            Some(2) => {
                assert!(err.contains("cannot make a spec for `table.csv`: "), "{}", shown());
                continue;
            }
            _ => panic!("{}", shown()),
        }
        written += 1;
        let spec = std::fs::read_to_string(folder.0.join("table.mtl")).expect("is there");
        let (code, out, again) = mtlc(&folder.0, &["check", "--data", "--deny", "warnings", "table.mtl"]);
        assert_eq!(code, Some(0), "{}\n{spec}\n{out}{again}", shown());
        let (code, _, again) = mtlc(&folder.0, &["fmt", "--check", "table.mtl"]);
        assert_eq!(code, Some(0), "{}\n{spec}\n{again}", shown());
        if cfg!(feature = "run") && seed % 20 == 0 {
            let (code, out, again) = mtlc(&folder.0, &["run", "table.mtl", "--epochs", "1", "--out", "run"]);
            assert_eq!(code, Some(0), "{}\n{spec}\n{out}{again}", shown());
        }
    }
    assert!(written > 80, "specs were written for {written} tables only");
}
