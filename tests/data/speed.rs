//! A table of 100,000 rows: slow only if something is done per cell that should not be.

use std::fmt::Write;
use std::time::Instant;

use super::{Folder, open};

#[test]
#[ignore = "a measurement: cargo test --release -- --ignored --nocapture data::speed"]
fn a_hundred_thousand_rows_of_twenty_columns() {
    let mut table = String::from("c,y");
    (0..18).for_each(|column| write!(table, ",x{column:02}").expect("writes"));
    table.push('\n');
    for row in 0..100_000usize {
        write!(table, "k{},{}", row % 7, row % 1000).expect("writes");
        (0..18)
            .for_each(|column| write!(table, ",{:.4}", ((row * (column + 3)) % 9973) as f64 / 97.0).expect("writes"));
        table.push('\n');
    }
    let folder = Folder::new();
    folder.write("d.csv", &table);
    let spec = "use std.tasks.{classification, regression}\n\
        data d: csv(\"d.csv\") { split { stratify: c }\n columns { c: category, y: number, x00 .. x17: number } }\n\
        input x from d[x00 .. x17] -> impute(median) -> standardize\n\
        task y: regression from x { label: d.y }\ntask c: classification from x { label: d.c }\n";
    let start = Instant::now();
    let opened = open(&folder, spec);
    println!("{} MB opened and prepared in {:?}", table.len() / 1_000_000, start.elapsed());
    let start = Instant::now();
    for batch in opened.parts.0[0].train.chunks(256) {
        std::hint::black_box(opened.prepared.batch(&[batch.to_vec()]));
    }
    println!("an epoch of batches of 256 in {:?}", start.elapsed());
    let start = Instant::now();
    assert!(mtlc::data::inspect(&opened.pipeline, &opened.tables, &opened.parts).is_empty());
    println!("inspected in {:?}", start.elapsed());
}
