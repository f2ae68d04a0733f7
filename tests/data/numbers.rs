//! Steps that scale, encode and smooth numbers against NumPy, SciPy and scikit-learn (`scripts/steps_reference.py`), and what they do
//! at the edges.

use std::collections::BTreeMap;

use mtlc::data::HostValues;
use serde::Deserialize;

use super::{Folder, Opened, open};

#[derive(Deserialize)]
struct Document {
    table: String,
    cases: BTreeMap<String, Vec<f64>>,
}

fn spec(columns: &str, input: &str) -> String {
    format!(
        "use std.tasks.{{regression}}\n\ndata d: csv(\"d.csv\") {{\n  split {{ by: part, train: \"a\", valid: \"b\" }}\n  \
         columns {{ y: number, part: category, {columns} }}\n}}\n\ninput x from {input}\n\
         task y: regression from x {{ label: d.y }}\n"
    )
}

fn with_input(table: &str, columns: &str, input: &str) -> Opened {
    let folder = Folder::new();
    folder.write("d.csv", table);
    open(&folder, &spec(columns, input))
}

fn numbers(opened: &Opened, rows: std::ops::Range<usize>) -> Vec<f32> {
    match opened.prepared.batch(&[rows.collect()]).inputs[0].values.clone() {
        HostValues::F32(values) => values,
        HostValues::I64(values) => panic!("{values:?} are no numbers"),
    }
}

#[test]
fn steps_have_the_figures_of_other_libraries() {
    let document: Document = serde_json::from_str(include_str!("files/steps.json")).expect("the cases are JSON");
    assert!(document.cases.len() > 10);
    for (chain, expected) in &document.cases {
        let opened = with_input(&document.table, "c1 .. c9: number", &format!("d[c1 .. c9] -> {chain}"));
        let found = numbers(&opened, 0..24);
        assert_eq!(found.len(), expected.len(), "{chain}");
        let largest = expected.iter().fold(0.0f64, |largest, value| largest.max(value.abs()));
        for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
            let off = (f64::from(*found) - expected).abs();
            assert!(off <= 2e-6 * largest.max(1.0), "{chain} [{place}]: {found} is not {expected}");
        }
    }
}

/// Four training rows of two columns, one of them constant, and a row that is far outside.
const TABLE: &str = "v,w,y,part\n1,5,0,a\n2,5,1,a\nNA,5,2,a\n6,5,3,a\n100,7,4,b\n";

fn close(found: &[f32], wanted: &[f64]) {
    assert_eq!(found.len(), wanted.len(), "{found:?}");
    for (found, wanted) in found.iter().zip(wanted) {
        assert!((f64::from(*found) - wanted).abs() < 1e-6 * wanted.abs().max(1.0), "{found} is not {wanted}");
    }
}

#[test]
fn gaps_stay_gaps_and_constants_are_zero() {
    // Quartiles 1.5 and 4: a spread of 2.5 around 2. The gap is filled afterwards.
    let opened = with_input(TABLE, "v: number, w: number", "d[v, w] -> robust_scale -> impute(zero)");
    close(&numbers(&opened, 0..5), &[-0.4, 0.0, 0.0, 0.0, 0.0, 0.0, 1.6, 0.0, 39.2, 2.0]);
    let opened = with_input(TABLE, "v: number, w: number", "d[v, w] -> robust_scale -> smooth_clip(2) -> impute(zero)");
    close(&numbers(&opened, 4..5), &[39.2 / (1.0f64 + 19.6 * 19.6).sqrt(), 2.0 / 2f64.sqrt()]);
    let opened = with_input(TABLE, "v: number, w: number", "d[v, w] -> piecewise_linear(2) -> impute(zero)");
    // Edges 1, 2, 6. The last bin goes on beyond them; of a constant column only the side is told.
    let rows = [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 24.5, 1.0, 0.0];
    close(&numbers(&opened, 0..5), &rows);
    let opened = with_input(TABLE, "v: number, w: number", "d[v, w] -> quantile(uniform) -> impute(zero)");
    close(&numbers(&opened, 0..5), &[0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0]);
}

#[test]
fn rows_of_equal_numbers_and_rows_with_gaps_are_scaled_by_what_they_have() {
    let table = "u,v,w,y,part\n3,3,3,0,a\n1,NA,3,1,a\n-1,0,4,2,b\n";
    let opened = with_input(table, "u: number, v: number, w: number", "d[u, v, w] -> snv -> impute(zero)");
    let half = 0.5f64.sqrt();
    close(&numbers(&opened, 0..2), &[0.0, 0.0, 0.0, -half, 0.0, half]);
}

#[test]
fn components_come_from_whole_rows_even_if_there_are_fewer_rows_than_columns() {
    // In a line: one direction holds everything.
    let table = "t,u,v,w,y,part\n7,0,0,0,0,a\n7,1,2,2,1,a\n7,NA,9,9,2,a\n7,2,4,4,3,a\n7,3,6,6,4,b\n";
    let columns = "t: number, u: number, v: number, w: number";
    let opened = with_input(table, columns, "d[t, u, v, w] -> pca(2) -> impute(zero)");
    let found = numbers(&opened, 0..5);
    for (row, along) in [(0, -3.0), (1, 0.0), (3, 3.0), (4, 6.0)] {
        assert!((f64::from(found[2 * row]) - along).abs() < 1e-5 && found[2 * row + 1].abs() < 1e-5, "{found:?}");
    }
}

#[test]
fn components_that_the_rows_cannot_give_are_refused_with_how_many_they_can() {
    let folder = Folder::new();
    folder.write("d.csv", "u,v,w,y,part\n0,1,5,0,a\n1,2,2,1,a\n2,4,3,2,b\n");
    let spec = spec("u: number, v: number, w: number", "d[u, v, w] -> pca(3)");
    let problems = super::try_open(&folder, &spec).err().expect("two rows have one direction");
    assert!(format!("{problems:?}").contains("pca(1)"), "{problems:?}");
}
