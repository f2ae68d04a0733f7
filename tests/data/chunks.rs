//! Steps learn and compute the same bits however rows are cut into chunks, and whether values are held or read anew.

use mtlc::data::{self, Limits, Need, Overrides, Parts, Prepared, Tables};
use mtlc::diag::Diagnostic;
use mtlc::pipeline::Pipeline;
use proptest::prelude::*;

use super::{Folder, pipeline_in};

/// Every step that learns, several of them one after the other, over stacked data sets, sets of labels and texts.
const SPEC: &str = "use std.tasks.{classification, regression}\n\
    data a: csv(\"a.csv\") { split { train: 70%, test: 30% }\n \
      columns { v: number, w: number, k: category, words: text, tags: labels, y: number, z: category } }\n\
    data b: csv(\"b.csv\") { split { train: 100% }\n columns { v: number, w: number, k: category, y: number } }\n\
    input both from union(a[v, w], b[v, w]) -> impute(median) -> standardize\n\
    input kinds from union(a.k, b.k) -> one_hot\n\
    input ranks from a[v, w] -> impute(mean) -> quantile -> min_max\n\
    input bins from a[v, w] -> impute(most_frequent) -> piecewise_linear(4)\n\
    input axes from a[v, w] -> impute(median) -> robust_scale -> pca(2) -> standardize\n\
    input flags from a.tags -> multi_hot\n\
    input words from a.words -> lowercase -> characters(max: 8) -> embed(2) -> mean_pool\n\
    shared trunk from concat(both, kinds) -> dense(4)\n\
    input terms from a.words -> lowercase -> tf_idf(6, words: 2)\n\
    input counted from a.words -> words(size: 5, min_count: 1) -> truncate(3, keep: both) -> special -> embed(2) -> mean_pool\n\
    input bag from a.words -> hash(16, characters_to: 3) -> embed_bag(2)\n\
    shared own from concat(ranks, bins, axes, flags, words, terms, counted, bag) -> dense(4)\n\
    task y: regression from trunk { label: b.y, target: log -> standardize }\n\
    task z: classification from own { label: a.z, where: a.v is not missing }\n";

type Row = (Option<i32>, Option<i32>, Option<u8>, String, Vec<u8>, Option<i32>, u8);

fn row() -> impl Strategy<Value = Row> {
    let number = || proptest::option::weighted(0.8, -400..400i32);
    let tags = proptest::collection::vec(0..4u8, 0..3);
    (number(), number(), proptest::option::weighted(0.9, 0..4u8), "[a-eA-E ]{0,10}", tags, number(), 0..2u8)
}

/// Two tables, whose first rows have everything that a step must find.
fn write(folder: &Folder, rows: &[Row], least: i32) {
    // Quarters have two digits behind the point: eighths could be thousands.
    let number = |value: Option<i32>| value.map_or(String::new(), |value| format!("{}", f64::from(value) / 4.0));
    let class = |value: Option<u8>| value.map_or(String::new(), |value| format!("c{value}"));
    let mut a = String::from("v,w,k,words,tags,y,z\n");
    let mut b = String::from("v,w,k,y\n");
    for place in 0..12i32 {
        a += &format!("{place},{},c{},hello,t0|t1,{place},{}\n", place * place, place % 3, place % 2);
        b += &format!("{place},{},c{},{}\n", -place * place, place % 3, place + 1);
    }
    for (v, w, k, words, tags, y, z) in rows {
        let tags: Vec<String> = tags.iter().map(|tag| format!("t{tag}")).collect();
        a += &format!("{},{},{},{words},{},{},{z}\n", number(*v), number(*w), class(*k), tags.join("|"), number(*y));
        b += &format!("{},{},{},{}\n", number(*w), number(*v), class(*k), number(y.map(|y| y.max(least))));
    }
    folder.write("a.csv", a);
    folder.write("b.csv", b);
}

/// What is prepared, or what is wrong, as text; numbers are written in full.
fn came(folder: &Folder, limits: Limits) -> String {
    came_by(folder, |pipeline, tables, parts| Prepared::fit_within(pipeline, tables, parts, limits))
}

fn came_by(folder: &Folder, fit: impl Fn(&Pipeline, &Tables, Parts) -> Result<Prepared, Vec<Diagnostic>>) -> String {
    let (pipeline, _) = pipeline_in(&folder.0, SPEC);
    let tables = data::open(&pipeline, &Overrides::default(), Need::Everything).expect("tables");
    let parts = data::split(&pipeline, &tables, None).expect("parts");
    match fit(&pipeline, &tables, parts) {
        Err(problems) => format!("{problems:?}"),
        Ok(prepared) => {
            let all: Vec<Vec<usize>> = tables.sets.iter().map(|table| (0..table.rows).collect()).collect();
            let fitted = serde_json::to_string(prepared.fitted()).expect("it can be written");
            let unseen = prepared.unseen_classes(&mtlc::pipeline::Part::ALL);
            format!("{fitted}\n{:?}\n{unseen:?}\n{:?}", prepared.facts(), prepared.batch(&all))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn chunks_change_no_bit(
        rows in proptest::collection::vec(row(), 1..60),
        chunk in prop::sample::select(vec![1usize, 2, 3, 7, 30, 1000]),
        memory in prop::sample::select(vec![0usize, 200, 1000]),
        refuses in any::<bool>(),
    ) {
        let folder = Folder::new();
        write(&folder, &rows, if refuses { -400 } else { 0 });
        let whole = came(&folder, Limits::default());
        prop_assert_eq!(came(&folder, Limits { memory, chunk }), whole.clone());
        // Who only looks keeps nothing, and finds the same.
        prop_assert_eq!(came_by(&folder, Prepared::fit_and_look), whole);
    }
}

#[test]
fn rows_that_a_step_refuses_are_all_told() {
    let folder = Folder::new();
    let rows: Vec<Row> =
        (0..40).map(|row| (Some(row), Some(-row), Some(1), "x".into(), vec![1], Some(-8 * (row % 3) - 8), 0)).collect();
    write(&folder, &rows, -400);
    let whole = came(&folder, Limits::default());
    assert!(whole.contains("needs values above -1") && whole.contains("and 34 more"), "{whole}");
    assert_eq!(came(&folder, Limits { memory: 0, chunk: 5 }), whole);
    assert_eq!(came_by(&folder, Prepared::fit_and_look), whole);
}
