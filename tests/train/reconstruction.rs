//! An autoencoder: as many numbers as there are causes tell all columns, and fewer do not.

use std::fmt::Write;

use super::{json, mtlc};
use crate::data::Folder;

const SPEC: &str = r#"use std.tasks.{reconstruction}

param width: int = 2

data d: csv("d.csv") {
  split { train: 70%, valid: 15%, test: 15% }
  columns { a: number, b: number, c: number, d: number, e: number, f: number }
}

// mtlc: allow(label-leak) an autoencoder
input all from d[a .. f] -> standardize

task again: reconstruction(width: width, hidden: 32) from all { label: d[a .. f] }

train { epochs: 40, batch: 16, optimizer: adamw(lr: 1e-2), schedule: cosine, seed: 1 }
"#;

/// Six columns that two numbers make.
fn table() -> String {
    let mut state = 7u64;
    let mut draw = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as f64 / f64::from(1u32 << 31) - 0.5
    };
    let mut table = String::from("a,b,c,d,e,f\n");
    for _ in 0..300 {
        let (one, other) = (draw(), draw());
        let columns = [one, other, one + other, one - other, 3.0 * one - other + 5.0, 10.0 * (one + 2.0 * other)];
        let _ = writeln!(table, "{}", columns.map(|number| format!("{number:.6}")).join(","));
    }
    table
}

#[test]
fn two_numbers_tell_six_columns_that_have_two_causes() {
    let folder = Folder::new();
    folder.write("d.csv", table());
    folder.write("d.mtl", SPEC);
    let r2 = |out: &str, set: &str| {
        mtlc(&folder, &format!("run d.mtl --out {out} -q {set}")).must(0, &[]);
        json(&folder, &format!("{out}/report.json"))["tasks"]["again"]["test"]["r2"].as_f64().expect("a figure")
    };
    let (two, one) = (r2("two", ""), r2("one", "--set width=1"));
    assert!(two > 0.95, "{two}");
    // The larger of two equal causes is half of what there is, or somewhat more.
    assert!(one < 0.9 && one > 0.3, "{one}");
}
