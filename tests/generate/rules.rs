//! Columns that were added to published tables follow the rules of `pipelines/data/NOTICE.md`.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::{committed, unpacked};

/// u(word, row) of the notice.
fn drawn(word: &str, row: usize) -> f64 {
    let hash = Sha256::digest(format!("{word}:{row}"));
    f64::from(u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])) / 4_294_967_296.0
}

fn part(row: usize) -> &'static str {
    match drawn("part", row) {
        draw if draw < 0.7 => "train",
        draw if draw < 0.85 => "valid",
        _ => "test",
    }
}

/// The rows of a table by column name; none of these tables quotes a value.
fn rows(text: &str) -> Vec<HashMap<&str, &str>> {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    lines.map(|line| names.iter().copied().zip(line.split(',')).collect()).collect()
}

fn pixels(row: &HashMap<&str, &str>) -> Vec<u8> {
    (0..64).map(|place| row[format!("p{place:02}").as_str()].parse().expect("a pixel is a number")).collect()
}

/// Whether ground is left that cannot be reached from outside.
fn encloses_ground(pixels: &[u8]) -> bool {
    let ground = |x: i32, y: i32| !(0..8).contains(&x) || !(0..8).contains(&y) || pixels[(8 * y + x) as usize] < 6;
    let mut reached = [[false; 10]; 10];
    let mut open = vec![(-1, -1)];
    while let Some((x, y)) = open.pop() {
        if !(-1..=8).contains(&x) || !(-1..=8).contains(&y) || !ground(x, y) {
            continue;
        }
        let seen = &mut reached[(y + 1) as usize][(x + 1) as usize];
        if !std::mem::replace(seen, true) {
            open.extend([(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]);
        }
    }
    (0..64).any(|place| ground(place % 8, place / 8) && !reached[(place / 8 + 1) as usize][(place % 8 + 1) as usize])
}

#[test]
fn closed_digits_enclose_ground() {
    let text = unpacked(&committed("digits.csv.gz"));
    let rows = rows(&text);
    assert_eq!(rows.len(), 1797);
    for row in &rows {
        assert_eq!(row["closed"] == "yes", encloses_ground(&pixels(row)), "{row:?}");
    }
}

#[test]
fn few_digits_are_the_digits_with_few_labels() {
    let (all, few) = (unpacked(&committed("digits.csv.gz")), unpacked(&committed("few-digits.csv.gz")));
    let (all, few) = (rows(&all), rows(&few));
    assert_eq!(all.len(), few.len());
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (index, (whole, row)) in all.iter().zip(&few).enumerate() {
        assert_eq!(pixels(whole), pixels(row));
        let digit = whole["digit"];
        let (low, high) = match digit {
            "0" | "1" | "2" | "3" | "4" => (digit, ""),
            _ if part(index) != "train" => ("", digit),
            _ => {
                let count = seen.entry(digit).or_default();
                *count += 1;
                ("", if *count <= 10 { digit } else { "" })
            }
        };
        assert_eq!((row["part"], row["low"], row["high"]), (part(index), low, high), "row {index}");
    }
}

#[test]
fn credit_labels_are_missing_at_random() {
    let text = std::fs::read_to_string(committed("credit.csv")).expect("the file is there");
    let rows = rows(&text);
    assert_eq!(rows.len(), 4454);
    for (index, row) in rows.iter().enumerate() {
        assert_eq!(row["part"], part(index));
        for label in ["Status", "Amount"] {
            for (column, share) in [(format!("{label}_30"), 0.3), (format!("{label}_60"), 0.6)] {
                let gone = part(index) == "train" && drawn(label, index) < share;
                assert_eq!(row[column.as_str()], if gone { "" } else { row[label] }, "row {index}, {column}");
            }
        }
    }
}
