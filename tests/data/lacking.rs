//! Inputs that a row may lack: which rows do, what steps learn from, and what a batch says.

use mtlc::data::{self, Batch, HostValues, Limits, Need, Overrides, Prepared};
use mtlc::pipeline::Part;

use super::{Folder, open, pipeline_in, said, try_open};

const ALL: &str = "use std.tasks.{regression}\n\
    data d: jsonl(\"d.jsonl\") {\n  split { train: 100% }\n\
      columns { key: category, a, b: number, kind, place: category, row: number[3], tags: labels, words: text, day: time, y: number }\n\
      join other: csv(\"other.csv\") on key as \"id\" { age: number }\n}\n\
    input both from d[a, b] -> impute(mean) { missing: learned }\n\
    input kinds from d[kind, place] -> embed(2) { missing: zero }\n\
    input row from d.row -> scale(2) { missing: learned }\n\
    input tags from d.tags -> multi_hot { missing: learned }\n\
    input words from d.words -> characters(max: 9) -> embed(2) { missing: learned }\n\
    input day from d.day -> calendar(year) -> standardize { missing: learned }\n\
    input age from d.other.age -> standardize { missing: learned }\n\
    task y: regression from concat(both, kinds -> flatten, row, tags, words -> mean_pool, day, age) { label: d.y }\n";

/// The second and fourth of five rows lack everything; the third has a part of two inputs.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("other.csv", "id,age\nk,30\nl,50\n");
    folder.write(
        "d.jsonl",
        r#"{"key":"k","a":1,"b":10,"kind":"p","place":"u","row":[1,2,3],"tags":["r"],"words":"abc","day":"2020-01-01","y":1}
{"key":"m","a":null,"b":null,"kind":null,"place":null,"row":null,"tags":null,"words":null,"day":null,"y":2}
{"key":"l","a":5,"b":null,"kind":"q","place":null,"row":[4,5,6],"tags":[],"words":"b","day":"2022-01-01","y":3}
{"key":"m","y":4}
{"key":"k","a":3,"b":30,"kind":"p","place":"v","row":[7,8,9],"tags":["r","s"],"words":"ca","day":"2024-01-01","y":5}
"#,
    );
    folder
}

fn numbers(batch: &Batch, input: usize) -> &[f32] {
    match &batch.inputs[input].values {
        HostValues::F32(values) => values,
        HostValues::I64(_) => panic!("indices"),
    }
}

#[test]
fn a_row_lacks_an_input_if_all_of_its_columns_are_missing() {
    let opened = open(&folder(), ALL);
    let batch = opened.prepared.batch(&[vec![0, 1, 2, 3, 4]]);
    let has = Some(vec![true, false, true, false, true]);
    assert_eq!(batch.present, vec![has; 7]);
    // What is missing beside something is filled, by the mean of the rows that have the input.
    assert_eq!(numbers(&batch, 0), [1.0, 10.0, 0.0, 0.0, 5.0, 20.0, 0.0, 0.0, 3.0, 30.0]);
    assert_eq!(numbers(&batch, 2), [2.0, 4.0, 6.0, 0.0, 0.0, 0.0, 8.0, 10.0, 12.0, 0.0, 0.0, 0.0, 14.0, 16.0, 18.0]);
    // The empty set is one.
    assert_eq!(numbers(&batch, 3), [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
    // A row without a text has one place.
    assert_eq!(batch.inputs[4].shape, [5, 3]);
    assert_eq!(batch.inputs[4].lengths, [(1, vec![3, 1, 1, 1, 2])]);
    // Steps learn from what is there: 2020, 2022, 2024, and ages of 30, 50, 30.
    let third = 1.5_f32.sqrt();
    for (found, wanted) in numbers(&batch, 5).iter().zip([-third, 0.0, 0.0, 0.0, third]) {
        assert!((found - wanted).abs() < 1e-6, "{:?}", numbers(&batch, 5));
    }
    let ages = numbers(&batch, 6);
    assert!((ages[2] - 2_f32.sqrt()).abs() < 1e-6 && (ages[0] + 0.5_f32.sqrt()).abs() < 1e-6, "{ages:?}");
    // In any order, and none that has them.
    let batch = opened.prepared.batch(&[vec![4, 3, 4]]);
    assert_eq!(numbers(&batch, 0), [3.0, 30.0, 0.0, 0.0, 3.0, 30.0]);
    assert_eq!(batch.present[0], Some(vec![true, false, true]));
    let batch = opened.prepared.batch(&[vec![1, 3]]);
    assert_eq!(batch.inputs[4].lengths, [(1, vec![1, 1])]);
    assert_eq!(batch.inputs.iter().map(|input| input.rows()).collect::<Vec<_>>(), [2; 7]);
    assert_eq!(opened.prepared.lacking(0, Part::Train), Some((2, 5)));
    let summary = data::summary(&opened.pipeline, &opened.tables, &opened.prepared);
    assert!(summary.contains("input row  rows with it: train 3 of 5"), "{summary}");
}

#[test]
fn nothing_depends_on_where_rows_lie_or_how_they_are_cut() {
    let folder = folder();
    let (pipeline, _) = pipeline_in(&folder.0, ALL);
    let came = |limits: Limits| {
        let tables = data::open(&pipeline, &Overrides::default(), Need::Everything).expect("opens");
        let parts = data::split(&pipeline, &tables, None).expect("splits");
        let prepared = Prepared::fit_within(&pipeline, &tables, parts, limits).expect("is prepared");
        let batches = [vec![0, 1, 2, 3, 4], vec![3], vec![2, 2, 1]].map(|rows| prepared.batch(&[rows]));
        format!("{:?} {batches:?}", prepared.fitted())
    };
    let whole = came(Limits::default());
    for limits in [Limits { memory: 0, chunk: 1 }, Limits { memory: 0, chunk: 2 }, Limits { memory: 64, chunk: 3 }] {
        assert_eq!(came(limits), whole, "{limits:?}");
    }
}

#[test]
fn stacked_rows_lack_an_input_each_in_its_data_set() {
    let folder = Folder::new();
    folder.write("a.csv", "v,y\n,1\n4,2\n");
    folder.write("b.csv", "v,z\n,1\n,2\n8,3\n");
    let spec = "use std.tasks.{regression}\n\
        data a: csv(\"a.csv\") { split { train: 100% }\n columns { v: number, y: number } }\n\
        data b: csv(\"b.csv\") { split { train: 100% }\n columns { v: number, z: number } }\n\
        input v from union(a.v, b.v) -> min_max { missing: zero }\n\
        task y: regression from v { label: a.y }\ntask z: regression from v { label: b.z }\n";
    let opened = open(&folder, spec);
    let batch = opened.prepared.batch(&[vec![1, 0], vec![0, 2]]);
    assert_eq!(numbers(&batch, 0), [0.0, 0.0, 0.0, 1.0]);
    assert_eq!(batch.present[0], Some(vec![true, false, false, true]));
}

#[test]
fn what_no_step_fills_is_said_with_the_other_way() {
    let spec = |columns: &str, chain: &str| {
        format!(
            "use std.tasks.{{regression}}\ndata d: csv(\"d.csv\") {{ split {{ train: 100% }}\n columns {{ a, b: number, y: number }} }}\n\
             input x from {columns} -> standardize{chain}\ntask y: regression from x {{ label: d.y }}\n"
        )
    };
    let whole = b"a,b,y\n1,2,1\n,,2\n3,4,3\n5,5,6\n";
    let found = said(&spec("d[a, b]", ""), &[("d.csv", whole)]);
    let [(code, text)] = found.as_slice() else { panic!("{found:#?}") };
    assert!(code == "missing-input" && text.contains("`{ missing: learned }` behind its chain"), "{text}");
    assert_eq!(said(&spec("d[a, b]", " { missing: learned }"), &[("d.csv", whole)]), []);
    // Rows that have a part of it do not lack it. They are named by their lines, whatever rows before them lack it.
    let part = b"a,b,y\n,,1\n1,2,2\n3,,3\n5,5,6\n";
    for chain in ["", " { missing: zero }"] {
        let found = said(&spec("d[a, b]", chain), &[("d.csv", part)]);
        let [(code, text)] = found.as_slice() else { panic!("{found:#?}") };
        assert!(code == "missing-input" && text.contains("line 4"), "{text}");
        assert_eq!(chain.is_empty(), text.contains("missing: learned"), "{text}");
    }
    let none = b"a,b,y\n,1,1\n,2,2\n";
    let found = said(&spec("d.a", " { missing: learned }"), &[("d.csv", none)]);
    let [(code, text)] = found.as_slice() else { panic!("{found:#?}") };
    assert!(code == "missing-input" && text.contains("no row of the training part has input `x`"), "{text}");
}

#[test]
fn a_step_refuses_rows_by_their_places_in_the_file() {
    let folder = Folder::new();
    folder.write("d.csv", "x,y\n,1\n,2\n3,3\n-5,4\n");
    let spec = "use std.tasks.{regression}\ndata d: csv(\"d.csv\") { split { train: 100% }\n columns { x: number, y: number } }\n\
        input x from d.x -> log { missing: learned }\ntask y: regression from x { label: d.y }\n";
    let problems = try_open(&folder, spec).map(|_| ()).expect_err("the logarithm of −5");
    assert!(problems[0].message.contains("line 5"), "{problems:#?}");
}
