//! Splits: disjoint, complete, by quota, and independent of the order of the file.

use std::collections::{BTreeMap, BTreeSet};

use mtlc::data::PartRows;
use mtlc::pipeline::Part;
use proptest::prelude::*;

use super::{Folder, Opened, open, simple};

fn parts_of(spec: &str, table: &str) -> (Opened, PartRows) {
    let folder = Folder::new();
    folder.write("d.csv", table);
    let opened = open(&folder, spec);
    let parts = opened.parts.0[0].clone();
    (opened, parts)
}

/// The lines of each part, sorted.
fn lines(table: &str, parts: &PartRows) -> Vec<Vec<String>> {
    let rows: Vec<&str> = table.lines().skip(1).collect();
    let of = |part| {
        let mut lines: Vec<String> = parts.of(part).iter().map(|row| rows[row].to_string()).collect();
        lines.sort();
        lines
    };
    Part::ALL.into_iter().map(of).collect()
}

fn complete(parts: &PartRows, rows: usize) {
    let all: Vec<usize> = Part::ALL.iter().flat_map(|part| parts.of(*part)).collect();
    let distinct: BTreeSet<usize> = all.iter().copied().collect();
    assert_eq!((all.len(), distinct.len()), (rows, rows), "every row is in one part");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn parts_are_disjoint_complete_and_do_not_depend_on_the_order(
        values in prop::collection::vec((0..40u32, 0..40u32), 2..120),
        seed in 0..5u64,
    ) {
        let spec = simple("", &format!("train: 60%, valid: 20%, test: 20%, seed: {seed}"), "x: number, y: number");
        let row = |(x, y): &(u32, u32)| format!("{x},{y}\n");
        let table = format!("x,y\n{}", values.iter().map(row).collect::<String>());
        let back = format!("x,y\n{}", values.iter().rev().map(row).collect::<String>());
        // The columns may change places too.
        let turned = format!("y,x\n{}", values.iter().map(|(x, y)| format!("{y},{x}\n")).collect::<String>());
        let (_, parts) = parts_of(&spec, &table);
        complete(&parts, values.len());
        let (_, other) = parts_of(&spec, &back);
        prop_assert_eq!(lines(&table, &parts), lines(&back, &other));
        let (_, other) = parts_of(&spec, &turned);
        prop_assert_eq!(&parts, &other);
        // Equal rows are never cut apart.
        let mut part_of: BTreeMap<String, usize> = BTreeMap::new();
        for (part, lines) in lines(&table, &parts).into_iter().enumerate() {
            for line in lines {
                prop_assert_eq!(*part_of.entry(line).or_insert(part), part);
            }
        }
    }
}

/// 300 rows of three classes of unequal size, each row another.
fn classes() -> String {
    let class = |row: usize| {
        if row.is_multiple_of(10) {
            "rare"
        } else if row.is_multiple_of(3) {
            "some"
        } else {
            "most"
        }
    };
    format!("x,y,c\n{}", (0..300).map(|row| format!("{row},{},{}\n", row * 7, class(row))).collect::<String>())
}

#[test]
fn quotas_are_cut_in_each_stratum() {
    let spec = simple("", "train: 70%, valid: 15%, test: 15%, stratify: c", "x: number, y: number, c: category");
    let table = classes();
    let (_, parts) = parts_of(&spec, &table);
    complete(&parts, 300);
    assert_eq!((parts.train.len(), parts.valid.len(), parts.test.len()), (210, 45, 45));
    for class in ["rare", "some", "most"] {
        let counts: Vec<usize> = lines(&table, &parts)
            .iter()
            .map(|lines| lines.iter().filter(|line| line.ends_with(class)).count())
            .collect();
        let all = counts.iter().sum::<usize>() as f64;
        for (count, share) in counts.iter().zip([0.7, 0.15, 0.15]) {
            assert!((*count as f64 - share * all).abs() < 1.0, "{class}: {counts:?}");
        }
    }
}

#[test]
fn small_strata_share_what_rounding_leaves() {
    // 100 classes of 3 rows: each alone would give valid and test nothing.
    let rows: String = (0..300).map(|row| format!("{row},{},c{}\n", row * 7, row / 3)).collect();
    let spec = simple("", "train: 70%, valid: 15%, test: 15%, stratify: c", "x: number, y: number, c: category");
    let (_, parts) = parts_of(&spec, &format!("x,y,c\n{rows}"));
    assert_eq!((parts.train.len(), parts.valid.len(), parts.test.len()), (210, 45, 45));
}

#[test]
fn another_seed_is_another_split_and_another_column_in_the_spec_is_none() {
    let table = classes();
    let (_, zero) = parts_of(&simple("", "seed: 0", "x: number, y: number"), &table);
    let (_, again) = parts_of(&simple("", "seed: 0", "x: number, y: number, c: category"), &table);
    let (_, one) = parts_of(&simple("", "seed: 1", "x: number, y: number"), &table);
    assert_eq!(zero, again);
    assert_ne!(zero, one);
    let folder = Folder::new();
    folder.write("d.csv", &table);
    let opened = open(&folder, &simple("", "seed: 0", "x: number, y: number"));
    let overridden = mtlc::data::split(&opened.pipeline, &opened.tables, Some(1)).expect("splits");
    assert_eq!(overridden.0[0], one);
}

#[test]
fn an_id_alone_decides() {
    let spec = simple("", "", "name: id, x: number, y: number");
    let rows = |shift: usize| (0..100).map(|row| format!("r{row},{},{row}\n", row * shift)).collect::<String>();
    let (opened, one) = parts_of(&spec, &format!("name,x,y\n{}", rows(1)));
    let (_, other) = parts_of(&spec, &format!("name,x,y\n{}", rows(3)));
    assert_eq!(one, other, "what else a row holds does not matter");
    assert_eq!(opened.prepared.ids(0).map(|ids| ids.of(7)).as_deref(), Some("r7"));
}

/// A row is known by its id, and one that has none by all that it holds, whatever the others have.
#[test]
fn rows_without_an_id_are_known_by_all_that_they_hold() {
    let rows = |id: fn(usize) -> String| -> [String; 2] {
        let csv = (0..120).map(|row| format!("{},{row},{}\n", id(row), row * 7)).collect();
        let jsonl = (0..120).map(|row| format!("{{\"name\": {:?}, \"x\": {row}, \"y\": {}}}\n", id(row), row * 7));
        [csv, jsonl.collect()]
    };
    let none = rows(|_| "NA".into());
    let some = rows(|row| if row % 2 == 0 { "NA".into() } else { format!("r{row}") });
    for (format, path) in ["csv", "jsonl"].into_iter().enumerate() {
        let head = if path == "csv" { "name,x,y\n" } else { "" };
        let parts = |columns: &str, rows: &str| {
            let folder = Folder::new();
            folder.write(&format!("d.{path}"), format!("{head}{rows}"));
            let spec = simple(", missing: [\"NA\"]", "train: 50%, test: 50%", columns);
            let spec = spec.replace("csv(\"d.csv\"", &format!("{path}(\"d.{path}\""));
            open(&folder, &spec).parts.0[0].clone()
        };
        let undeclared = parts("x: number, y: number", &none[format]);
        assert_eq!(parts("name: id, x: number, y: number", &none[format]), undeclared, "{path}");
        let known = parts("name: id, x: number, y: number", &some[format]);
        let nameless = known.train.iter().filter(|row| row % 2 == 0).count();
        assert!((15..45).contains(&nameless), "{path}: {nameless} of 60 rows without an id train");
    }
}

#[test]
fn groups_stay_together() {
    let rows: String = (0..200).map(|row| format!("{row},{},g{}\n", row * 7, row % 23)).collect();
    let spec = simple("", "train: 60%, valid: 20%, test: 20%, group: g", "x: number, y: number, g: category");
    let table = format!("x,y,g\n{rows}");
    let (_, parts) = parts_of(&spec, &table);
    complete(&parts, 200);
    let groups: Vec<BTreeSet<String>> = lines(&table, &parts)
        .iter()
        .map(|lines| lines.iter().map(|line| line.rsplit(',').next().unwrap_or("").to_string()).collect())
        .collect();
    assert!(
        groups[0].is_disjoint(&groups[1]) && groups[1].is_disjoint(&groups[2]) && groups[0].is_disjoint(&groups[2])
    );
    for (part, share) in Part::ALL.into_iter().zip([120, 40, 40]) {
        assert!(parts.of(part).len().abs_diff(share) <= 9, "{}: {}", part.name(), parts.of(part).len());
    }
}

#[test]
fn time_runs_from_train_to_test() {
    let rows: String = (0..100)
        .map(|row| {
            format!("{row},{},2024-{:02}-{:02}\n", row * 7, 1 + (row * 37 % 100) / 28, 1 + (row * 37 % 100) % 28)
        })
        .collect();
    let spec = simple("", "train: 70%, valid: 15%, test: 15%, time: at", "x: number, y: number, at: time");
    let table = format!("x,y,at\n{rows}");
    let (_, parts) = parts_of(&spec, &table);
    complete(&parts, 100);
    assert_eq!((parts.train.len(), parts.valid.len(), parts.test.len()), (70, 15, 15));
    let dates: Vec<Vec<String>> = lines(&table, &parts)
        .iter()
        .map(|lines| {
            let mut dates: Vec<String> =
                lines.iter().map(|line| line.rsplit(',').next().unwrap_or("").to_string()).collect();
            dates.sort();
            dates
        })
        .collect();
    assert!(dates[0].last() < dates[1].first() && dates[1].last() < dates[2].first());
    let found = super::said(&spec, &[("d.csv", format!("{table}1,2,\n").as_bytes())]);
    assert!(found.len() == 1 && found[0].1.contains("1 row of `d` have no `at`"), "{found:#?}");
}

#[test]
fn files_are_parts() {
    let folder = Folder::new();
    folder.write("d.csv", "x,y\n1,2\n2,3\n3,5\n");
    folder.write("v.csv", "y,x\n9,4\n");
    folder.write("t.csv", "x,y\n5,11\n6,13\n");
    let opened = open(&folder, &simple("", "valid: \"v.csv\", test: \"t.csv\"", "x: number, y: number"));
    let parts = &opened.parts.0[0];
    assert_eq!(Part::ALL.map(|part| parts.of(part).to_vec()), [vec![0, 1, 2], vec![3], vec![4, 5]]);
    assert_eq!(opened.tables.sets[0].place(3), "`v.csv`, line 2");
    let Some(mtlc::answers::Numbers { values, .. }) = opened.prepared.label(0).values.of() else {
        panic!("no numbers")
    };
    assert_eq!(values[3], 9.0, "columns are found by name in each file");
}

#[test]
fn a_column_of_numbers_can_say_the_part() {
    let spec = simple("", "by: part, train: \"0\", test: [\"1\", \"2.0\"]", "x: number, y: number, part: number");
    let (_, parts) = parts_of(&spec, "x,y,part\n1,2,0\n2,5,1\n3,6,2\n4,7,0\n");
    assert_eq!((parts.train.to_vec(), parts.test.to_vec()), (vec![0, 3], vec![1, 2]));
}

/// A number is one class however it is spelt; an article number is not.
#[test]
fn strata_and_groups_are_of_classes_and_not_of_spellings() {
    let rows = |one: &str, other: &str| -> String {
        let spell = |row: usize| if row.is_multiple_of(2) { one } else { other };
        (0..200).map(|row| format!("{row},{},{}{}\n", row * 7, row % 23 + 1, spell(row))).collect()
    };
    for kind in ["category", "id", "text"] {
        let columns = format!("x: number, y: number, g: {kind}");
        let spec = simple("", "train: 60%, valid: 20%, test: 20%, group: g", &columns);
        let (_, as_one) = parts_of(&spec, &format!("x,y,g\n{}", rows("", "")));
        let (_, as_two) = parts_of(&spec, &format!("x,y,g\n{}", rows("", ".0")));
        assert_eq!(as_one, as_two, "{kind}");
        // Words that look alike are words.
        let (_, words) = parts_of(&spec, &format!("x,y,g\n{}", rows("a", "b")));
        assert_ne!(as_one, words, "{kind}");
    }
    let spec =
        simple("", "train: 60%, valid: 20%, test: 20%, stratify: g", "x: number, y: number, id: id, g: category");
    let stratified = |other: &str| {
        let rows: String = (0..300)
            .map(|row| format!("{row},{},r{row},{}{}\n", row * 7, row / 3, if row % 3 == 1 { other } else { "" }))
            .collect();
        parts_of(&spec, &format!("x,y,id,g\n{rows}")).1
    };
    assert_eq!(stratified(""), stratified(".0"));
}
