//! Steps against figures worked out by hand, and by Python's `statistics` over the penguins.

use mtlc::answers::{Numbers, Sets};
use mtlc::data::{self, Fitted, HostValues, Need, Overrides, PartRows, Parts, Prepared};
use mtlc::pipeline::Part;

use super::{Folder, Opened, open, pipeline_in};

/// Opens `d.csv` with a split by the column `part` and one input.
fn with_input(table: &str, columns: &str, input: &str) -> Opened {
    let folder = Folder::new();
    folder.write("d.csv", table);
    open(&folder, &spec(columns, input))
}

fn spec(columns: &str, input: &str) -> String {
    format!(
        "use std.tasks.{{regression}}\n\ndata d: csv(\"d.csv\") {{\n  split {{ by: part, train: \"a\", valid: \"b\" }}\n  \
         columns {{ y: number, part: category, {columns} }}\n}}\n\ninput x from {input}\n\
         task y: regression from x {{ label: d.y }}\n"
    )
}

/// The input's numbers of some rows.
fn numbers(opened: &Opened, rows: &[usize]) -> Vec<f32> {
    match opened.prepared.batch(&[rows.to_vec()]).inputs[0].values.clone() {
        HostValues::F32(values) => values,
        HostValues::I64(values) => values.into_iter().map(|value| value as f32).collect(),
    }
}

fn close(found: &[f32], wanted: &[f64]) {
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in found.iter().zip(wanted) {
        assert!((f64::from(*found) - wanted).abs() < 1e-6 * wanted.abs().max(1.0), "{found} is not {wanted}");
    }
}

/// Four training rows and one that is not fitted on.
const TABLE: &str = "v,w,y,part\n1,5,0,a\n2,5,1,a\nNA,5,2,a\n6,5,3,a\n100,7,4,b\n";

#[test]
fn fillings_are_those_of_the_training_part() {
    for (with, filled) in [("mean", 3.0), ("median", 2.0), ("most_frequent", 1.0), ("zero", 0.0)] {
        let opened = with_input(TABLE, "v: number, w: number", &format!("d[v, w] -> impute({with})"));
        close(&numbers(&opened, &[2, 4]), &[filled, 5.0, 100.0, 7.0]);
    }
}

#[test]
fn standard_units_leave_missing_values_out_and_constants_at_zero() {
    // Mean 3, population deviation sqrt(14/3) = 2.1602468994692865; then the missing value is filled.
    let opened = with_input(TABLE, "v: number, w: number", "d[v, w] -> standardize -> impute(zero)");
    let deviation = 2.160_246_899_469_286_5;
    close(&numbers(&opened, &[0, 2, 4]), &[-2.0 / deviation, 0.0, 0.0, 0.0, 97.0 / deviation, 2.0]);
}

#[test]
fn ranges_are_those_of_the_training_part() {
    let opened = with_input(TABLE, "v: number, w: number", "d[v, w] -> impute(mean) -> min_max(low: -1, high: 1)");
    close(&numbers(&opened, &[0, 1, 3, 4]), &[-1.0, -1.0, -0.6, -1.0, 1.0, -1.0, 38.6, 3.0]);
}

#[test]
fn logarithm_scale_and_clip_are_what_they_say() {
    let opened = with_input(TABLE, "v: number, w: number", "d.w -> log");
    close(&numbers(&opened, &[0]), &[6f64.ln()]);
    let opened = with_input(TABLE, "v: number, w: number", "d.v -> impute(zero) -> scale(1/4) -> clip(0.3, 1)");
    close(&numbers(&opened, &[0, 1, 2, 3, 4]), &[0.3, 0.5, 0.3, 1.0, 1.0]);
}

#[test]
fn categories_know_what_is_unknown_and_what_is_missing() {
    let table = "c,y,part\nb,0,a\na,1,a\n,2,a\nnew,3,b\nb,4,b\n";
    let opened = with_input(table, "c: category", "d.c -> one_hot");
    close(&numbers(&opened, &[0, 2, 3]), &[0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.5, 0.5, 0.0, 0.0]);
    let opened = with_input(table, "c: category", "d.c -> is(\"b\")");
    close(&numbers(&opened, &[0, 1, 2, 3, 4]), &[1.0, 0.0, 0.0, 0.0, 1.0]);
    let opened = with_input(table, "c: category", "d.c -> embed(2)");
    close(&numbers(&opened, &[0, 1, 2, 3]), &[1.0, 0.0, 3.0, 2.0]);
    assert_eq!(opened.prepared.facts().get("classes(d.c)"), Some(&2));
}

#[test]
fn several_categories_keep_classes_of_their_own() {
    let table = "c,k,y,part\nb,u,0,a\na,v,1,a\n,w,2,a\nnew,,3,b\nb,u,4,b\n";
    let opened = with_input(table, "c, k: category", "d[c, k] -> one_hot");
    // a, b, unknown, missing; then u, v, w, unknown, missing.
    close(&numbers(&opened, &[0]), &[0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
    // What no training row had is the mean of what training had.
    let third = 1.0 / 3.0;
    close(&numbers(&opened, &[3]), &[0.5, 0.5, 0.0, 0.0, third, third, third, 0.0, 0.0]);
    close(&numbers(&opened, &[2]), &[0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    let opened = with_input(table, "c, k: category", "d[k, c] -> embed");
    close(&numbers(&opened, &[0, 1, 2, 3, 4]), &[0.0, 1.0, 1.0, 0.0, 2.0, 3.0, 4.0, 2.0, 0.0, 1.0]);
    assert_eq!(opened.prepared.facts().get("classes(d.k)"), Some(&3));
}

#[test]
fn stacked_categories_share_their_classes_column_by_column() {
    let folder = Folder::new();
    folder.write("a.csv", "k,m,y\nx,1,0\ny,2,1\n");
    folder.write("b.csv", "k,m,z\nz,3,0\nx,1,1\n");
    let spec = "use std.tasks.{regression}\n\
        data a: csv(\"a.csv\") { split { train: 100% }\n columns { k, m: category, y: number } }\n\
        data b: csv(\"b.csv\") { split { train: 100% }\n columns { k, m: category, z: number } }\n\
        input kinds from union(a[k, m], b[k, m]) -> embed\n\
        shared trunk from kinds -> dense(2)\n\
        task y: regression from trunk { label: a.y }\n\
        task z: regression from trunk { label: b.z }\n";
    let opened = open(&folder, spec);
    for (column, classes) in [("a.k", ["x", "y", "z"]), ("b.k", ["x", "y", "z"]), ("b.m", ["1", "2", "3"])] {
        assert_eq!(opened.prepared.fitted().classes[column], classes, "{column}");
    }
    let batch = opened.prepared.batch(&[vec![0, 1], vec![0]]);
    assert_eq!(batch.inputs[0].shape, [3, 2]);
    assert_eq!(batch.inputs[0].values, HostValues::I64(vec![0, 0, 1, 1, 2, 2]));
}

#[test]
fn classes_that_are_numbers_are_sorted_by_value() {
    let table = "c,y,part\n10,0,a\n9,1,a\n2,2,a\n";
    let opened = with_input(table, "c: category", "d.c -> embed(2)");
    assert_eq!(opened.prepared.fitted().classes["d.c"], ["2", "9", "10"]);
}

/// Against Python's `datetime` (UTC): weekdays by `isoweekday()`, days of the year by `timetuple().tm_yday`.
#[test]
fn times_become_parts_of_the_calendar() {
    let table = "c,y,part\n2024-02-29T23:59:30Z,0,a\n1969-12-31,1,a\n,2,a\n2000-03-01T06:30:00Z,3,b\n2023-12-31,4,b\n";
    let all = "year, month, day, day_of_year, weekday, hour, minute";
    let opened = with_input(table, "c: time", &format!("d.c -> calendar({all}, cyclic: false) -> impute(zero)"));
    close(&numbers(&opened, &[0]), &[2024.0, 2.0, 29.0, 60.0, 4.0, 23.0, 59.0]);
    close(&numbers(&opened, &[1]), &[1969.0, 12.0, 31.0, 365.0, 3.0, 0.0, 0.0]);
    close(&numbers(&opened, &[2]), &[0.0; 7]);
    close(&numbers(&opened, &[3]), &[2000.0, 3.0, 1.0, 61.0, 3.0, 6.0, 30.0]);
    close(&numbers(&opened, &[4]), &[2023.0, 12.0, 31.0, 365.0, 7.0, 0.0, 0.0]);
    let opened = with_input(table, "c: time", "d.c -> calendar(days, month, hour) -> impute(zero)");
    let (half, third) = (3f64.sqrt() / 2.0, 0.5);
    close(
        &numbers(&opened, &[0]),
        &[
            19_782.999_652_777_777,
            third,
            half,
            -(std::f64::consts::PI / 12.0).sin(),
            (std::f64::consts::PI / 12.0).cos(),
        ],
    );
    close(&numbers(&opened, &[1]), &[-1.0, -third, half, 0.0, 1.0]);
    close(&numbers(&opened, &[3]), &[11_017.270_833_333_334, half, third, 1.0, 0.0]);
}

#[test]
fn texts_become_padded_tokens() {
    let table = "c,y,part\nAb,0,a\nb,1,a\n,2,a\nbxa,3,b\n";
    let opened = with_input(table, "c: text", "d.c -> lowercase -> characters(max: 2) -> embed(2) -> mean_pool");
    let batch = opened.prepared.batch(&[vec![0, 1, 2, 3]]);
    assert_eq!(batch.inputs[0].shape, [4, 2]);
    assert_eq!(batch.inputs[0].lengths, [(1, vec![2, 1, 0, 2])]);
    assert_eq!(batch.inputs[0].values, HostValues::I64(vec![2, 3, 3, 0, 0, 0, 3, 1]));
    assert_eq!(opened.prepared.facts().get("vocabulary(x)"), Some(&4));
    assert_eq!(opened.prepared.batch(&[vec![2]]).inputs[0].shape, [1, 1], "no layer meets an empty axis");
}

#[test]
fn sets_become_truth_values() {
    let table = "c,y,part\nred|round,0,a\n,1,a\nround,2,a\nNA,3,b\n";
    let opened = with_input(table, "c: labels", "d.c -> multi_hot");
    close(&numbers(&opened, &[0, 1, 2]), &[1.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
}

#[test]
fn sets_are_read_from_lists_of_other_programs() {
    let table = "c,y,part\n\"[\"\"red\"\", \"\"round\"\"]\",0,a\n[],1,a\n['round'],2,a\n\"{'red', 'round'}\",3,b\nround|red,4,b\n";
    let opened = with_input(table, "c: labels", "d.c -> multi_hot");
    assert_eq!(opened.prepared.fitted().classes["d.c"], ["red", "round"]);
    close(&numbers(&opened, &[0, 1, 2, 3, 4]), &[1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
}

#[test]
fn cells_are_read_as_what_the_map_says() {
    let table = "c,n,l,y,part\nM,small,red|rund,0,a\nMale,large,round,1,a\nfemale,2,\"['rund']\",2,a\n?,,none,3,b\n";
    let columns = "c: category(\"female\", \"male\", \"NA\") map { \"M\", \"Male\": \"male\", \"?\": \"NA\" }, \
        n: number map { \"small\": \"1\", \"large\": \"3\", \"\": \"-1\" }, l: labels map { \"rund\": \"round\", \"none\": \"\" }";
    let opened = with_input(table, columns, "d.c -> embed");
    // No training row is `NA`, which is unknown to an input.
    close(&numbers(&opened, &[0, 1, 2, 3]), &[1.0, 1.0, 0.0, 3.0]);
    let opened = with_input(table, columns, "d.n");
    close(&numbers(&opened, &[0, 1, 2, 3]), &[1.0, 3.0, 2.0, -1.0]);
    let opened = with_input(table, columns, "d.l -> multi_hot");
    assert_eq!(opened.prepared.fitted().classes["d.l"], ["red", "round"]);
    close(&numbers(&opened, &[0, 1, 2, 3]), &[1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0]);
}

#[test]
fn numbers_are_cut_into_classes() {
    let table = "c,y,part\n17.9,0,a\n18,1,a\n64,2,a\n65,3,b\n,4,b\n<18,5,b\n";
    let opened = with_input(table, "c: category(cut: [18, 65])", "d.c -> is(\"18 to <65\")");
    assert_eq!(opened.prepared.fitted().classes["d.c"], ["<18", "18 to <65", ">=65"]);
    close(&numbers(&opened, &[0, 1, 2, 3, 4, 5]), &[0.0, 1.0, 1.0, 0.0, 0.0, 0.0]);
    let opened = with_input(
        table,
        "c: category(\"young\", \"old\", cut: 18) map { \"<18\": \"young\" }",
        "d.c -> is(\"young\")",
    );
    close(&numbers(&opened, &[0, 1, 5]), &[1.0, 0.0, 1.0]);
}

#[test]
fn yes_or_no_columns_are_one_set_of_labels() {
    let folder = Folder::new();
    folder.write("d.csv", "x,red,big\n1,yes,0\n2,no,1\n3,,1\n4,no,0\n");
    let spec = "use std.tasks.{multilabel}\ndata d: csv(\"d.csv\") {\n split { train: 100% }\n\
        columns { x: number, red: category(\"no\", \"yes\"), big: category(\"1\", \"0\") }\n}\n\
        input x from d.x -> standardize\ntask what: multilabel from x { label: d[red, big] }\n";
    let opened = open(&folder, spec);
    let label = opened.prepared.label(0);
    assert_eq!(label.present.to_vec(), [0, 1, 3], "a row that lacks one of them has no label");
    let Some(Sets { width: 2, values }) = label.values.of() else { panic!("{label:?}") };
    assert_eq!([&values[0..4], &values[6..8]].concat(), [true, false, false, true, false, false]);
    assert_eq!(opened.prepared.classes(0), Some(&["red".to_string(), "big".to_string()][..]));
}

const PENGUINS: &[u8] = include_bytes!("../../pipelines/data/penguins.csv");

/// The penguins with every row in train.
fn penguins(target: &str, class_weights: &str) -> Opened {
    let folder = Folder::new();
    folder.write("penguins.csv", PENGUINS);
    let spec = format!(
        "use std.tasks.{{classification, regression}}\ndata p: csv(\"penguins.csv\") {{\n  split {{ train: 100% }}\n  columns {{ \
         species: category, bill_length_mm: number, flipper_length_mm: number, body_mass_g: number }}\n}}\n\
         input x from p[bill_length_mm, flipper_length_mm] -> impute(median) -> standardize\n\
         task mass: regression from x {{ label: p.body_mass_g{target} }}\n\
         task species: classification from x {{ label: p.species{class_weights} }}\n"
    );
    open(&folder, &spec)
}

#[test]
fn penguins_have_the_figures_of_another_library() {
    let opened = penguins("", ", class_weights: balanced");
    let steps = serde_json::to_value(opened.prepared.fitted()).expect("is JSON");
    let number = |pointer: &str| steps.pointer(pointer).and_then(serde_json::Value::as_f64).expect("a number");
    assert_eq!((number("/inputs/x/0/state/0"), number("/inputs/x/0/state/1")), (44.45, 197.0));
    let (mean, deviation) = (number("/targets/mass/0/state/mean/0"), number("/targets/mass/0/state/deviation/0"));
    assert!(
        (mean - 4201.754385964912).abs() < 1e-9 && (deviation - 800.781229238452).abs() < 1e-9,
        "{mean} {deviation}"
    );
    // n / (classes · count), over 152, 68 and 124 rows.
    let batch = opened.prepared.batch(&[vec![0, 343, 160]]);
    let weights = &batch.targets[1].row_weights;
    assert!(
        weights
            .iter()
            .all(|weight| [0.754_385_95, 1.686_274_5, 0.924_731_2].iter().any(|one: &f32| (weight - one).abs() < 1e-6)),
        "{weights:?}"
    );
    assert_eq!(batch.targets[0].row_weights, [1.0, 1.0, 1.0]);
}

#[test]
fn targets_are_undone_last_step_first() {
    for target in [
        "",
        ", target: log -> standardize",
        ", target: min_max -> scale(3)",
        ", target: standardize -> min_max(low: -2, high: 5)",
    ] {
        let opened = penguins(target, "");
        let rows = opened.parts.0[0].of(Part::Train).to_vec();
        let batch = opened.prepared.batch(std::slice::from_ref(&rows));
        let HostValues::F32(values) = &batch.targets[0].values[0].values else { panic!("no numbers") };
        let mut back: Vec<f64> = values.iter().map(|value| f64::from(*value)).collect();
        opened.prepared.invert_target(0, 0, &mut back);
        let label = opened.prepared.label(0);
        let Some(Numbers { values: wanted, .. }) = label.values.of() else { panic!("no numbers") };
        assert_eq!(batch.targets[0].present.iter().filter(|present| !**present).count(), 2);
        for (row, (back, present)) in rows.iter().zip(back.iter().zip(&batch.targets[0].present)) {
            assert!(!present || (back - wanted[*row]).abs() < 0.01, "{back} is not {}", wanted[*row]);
        }
    }
}

#[test]
fn what_was_fitted_survives_being_written() {
    let opened = penguins(", target: log -> standardize", ", class_weights: balanced");
    let text = serde_json::to_string(opened.prepared.fitted()).expect("is JSON");
    let again: Fitted = serde_json::from_str(&text).expect("reads back");
    assert_eq!(&again, opened.prepared.fitted());
    let applied = Prepared::apply(&opened.pipeline, &opened.tables, opened.parts.clone(), again, Need::Everything);
    let rows = vec![(0..344).collect::<Vec<usize>>()];
    assert_eq!(applied.expect("applies").batch(&rows), opened.prepared.batch(&rows));
    // A state of another spec is refused, not misread.
    let other = penguins("", "");
    let refused = Prepared::apply(
        &other.pipeline,
        &other.tables,
        other.parts,
        opened.prepared.fitted().clone(),
        Need::Everything,
    );
    let problems = refused.expect_err("is refused");
    assert!(problems[0].message.contains("the saved preprocessing does not fit this spec"), "{problems:#?}");
}

#[test]
fn new_rows_are_prepared_as_the_old_ones_were() {
    let folder = Folder::new();
    let text = spec("v: number, c: category, name: id", "d.v -> standardize");
    folder.write("d.csv", "v,c,y,part,name\n1,b,0,a,r1\n3,a,1,a,r2\n5,b,2,b,r3\n");
    let trained = open(&folder, &text);
    // No label, no part, no column that only the spec declares; the columns in another order.
    let new = folder.write("new.csv", "name,v\nq1,3\nq2,9\n");
    let (pipeline, _) = pipeline_in(&folder.0, &text);
    let overrides = Overrides { files: [(0, vec![new.clone()])].into(), ..Overrides::default() };
    let tables = data::open(&pipeline, &overrides, Need::Inputs).expect("opens");
    let parts = Parts(vec![PartRows::all_in(Part::Test, 2)]);
    let fitted = trained.prepared.fitted().clone();
    let prepared = Prepared::apply(&pipeline, &tables, parts.clone(), fitted.clone(), Need::Inputs).expect("applies");
    let batch = prepared.batch(&[vec![0, 1]]);
    assert_eq!(batch.inputs[0].values, HostValues::F32(vec![1.0, 7.0]));
    assert_eq!(batch.targets[0].present, [false, false]);
    assert_eq!(batch.targets[0].values[0].shape, [2, 1]);
    assert_eq!(prepared.ids(0).map(|ids| [ids.of(0), ids.of(1)]), Some(["q1", "q2"].map(String::from)));
    let mut answer = vec![0.0];
    prepared.invert_target(0, 0, &mut answer);
    assert_eq!(answer, [0.5], "the mean of the training labels");
    // Labels are needed to evaluate.
    let problems = data::open(&pipeline, &overrides, Need::Everything).expect_err("lacks the label");
    assert!(
        problems.len() == 1 && problems[0].code.name == "missing-column" && problems[0].message.contains("`y`"),
        "{problems:#?}"
    );
    // A missing input has nothing to fill it.
    folder.write("new.csv", "name,v\nq1,\n");
    let tables = data::open(&pipeline, &overrides, Need::Inputs).expect("opens");
    let problems =
        Prepared::apply(&pipeline, &tables, Parts(vec![PartRows::all_in(Part::Test, 1)]), fitted, Need::Inputs)
            .expect_err("a gap");
    assert!(problems[0].code.name == "missing-input" && problems[0].message.contains("line 2"), "{problems:#?}");
}
