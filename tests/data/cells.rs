//! How cells become values: marks in numbers, units, spellings of a missing value, classes that are numbers, dates; and what
//! is said where the cells look like something else.

use mtlc::data::HostValues;

use super::{Folder, Opened, open, said, simple};

/// The first input's numbers of the first rows, unscaled.
fn numbers(opened: &Opened, rows: usize) -> Vec<f32> {
    match &opened.prepared.batch(&[(0..rows).collect()]).inputs[0].values {
        HostValues::F32(values) => values.clone(),
        HostValues::I64(values) => values.iter().map(|value| *value as f32).collect(),
    }
}

/// A table `x,y` of these cells, quoted, each with a label.
fn table(cells: &[&str]) -> String {
    let rows = cells.iter().enumerate().map(|(row, cell)| format!("\"{cell}\",{}\n", row * row));
    format!("x,y\n{}", rows.collect::<String>())
}

/// What the cells are read as by a format and a kind.
fn read(arguments: &str, kind: &str, cells: &[&str]) -> Vec<f32> {
    let folder = Folder::new();
    folder.write("d.csv", table(cells));
    let spec =
        simple(arguments, "train: 100%", &format!("x: {kind}, y: number")).replace("-> standardize", "-> impute(zero)");
    numbers(&open(&folder, &spec), cells.len())
}

/// What is said of the cells, the code and the text.
fn said_of(arguments: &str, kind: &str, cells: &[&str]) -> Vec<(String, String)> {
    said(&simple(arguments, "train: 100%", &format!("x: {kind}, y: number")), &[("d.csv", table(cells).as_bytes())])
}

#[track_caller]
fn must_say(found: &[(String, String)], code: &str, words: &[&str]) {
    let [(name, text)] = found else { panic!("one thing must be said: {found:#?}") };
    assert_eq!(name, code, "{text}");
    for word in words {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
}

#[test]
fn thousands_are_read_as_the_format_says() {
    for (arguments, cells, wanted) in [
        (
            ", thousands: \",\"",
            &["837", "1,111", "-1,234,567.5", "12,34,567"][..],
            &[837.0, 1111.0, -1_234_567.5, 1_234_567.0][..],
        ),
        (", decimal: \",\", thousands: \".\"", &["0,1", "113.037", "1.234,5"], &[0.1, 113_037.0, 1234.5]),
        (
            ", thousands: \" \"",
            &["1 234", "1\u{a0}234", "12\u{202f}345.5", "1\u{2009}000"],
            &[1234.0, 1234.0, 12_345.5, 1000.0],
        ),
        (", thousands: \"'\"", &["1'234.5", "1\u{2019}000"], &[1234.5, 1000.0]),
        (", decimal: \",\"", &["0,5", "\u{2212}1,25", "1,5e2"], &[0.5, -1.25, 150.0]),
        ("", &["\u{2212}5", "1e3", ".5", "+2"], &[-5.0, 1000.0, 0.5, 2.0]),
    ] {
        assert_eq!(read(arguments, "number", cells), wanted, "{arguments}");
    }
    // A mark at another place than between thousands is no number: stripping it would change the size.
    let found = said_of(", thousands: \",\"", "number", &["1,111", "1,5", "2"]);
    must_say(&found, "wrong-value", &["`x` is `1,5`", "`,` groups thousands, three digits each"]);
    must_say(
        &said_of(", decimal: \",\"", "number", &["1.5", "2,5"]),
        "wrong-value",
        &["the decimal mark is `,`", "do not agree"],
    );
}

#[test]
fn thousands_are_never_read_as_fractions() {
    let cells = ["837", "974", "1,111", "1,248"];
    let found = said_of(", decimal: \",\"", "number", &cells);
    must_say(
        &found,
        "ambiguous-numbers",
        &["`1,111`", "read as 1.111", "`thousands: \",\"` in place of `decimal: \",\"`"],
    );
    let found = said_of("", "number", &cells);
    must_say(&found, "wrong-value", &["`x` is `1,111`", "help: write `thousands: \",\"` after the path"]);
    assert!(!found[0].1.contains("decimal:"), "no reading that changes the size is offered");
    let german = cells.map(|cell| cell.replace(',', "."));
    let german: Vec<&str> = german.iter().map(String::as_str).collect();
    must_say(
        &said_of("", "number", &german),
        "ambiguous-numbers",
        &["`decimal: \",\", thousands: \".\"` after the path"],
    );
    assert_eq!(read(", decimal: \",\", thousands: \".\"", "number", &german), [837.0, 974.0, 1111.0, 1248.0]);
    // Who says that another mark groups thousands has said that this one does not.
    assert_eq!(read(", thousands: \",\"", "number", &german), [837.0, 974.0, 1.111, 1.248]);
    for fractions in
        [&["1.111", "1.248", "2.125"][..], &["837", "974", "1.111", "1.25"], &["0.125", "837", "974", "1.125"]]
    {
        assert!(said_of("", "number", fractions).is_empty(), "{fractions:?}");
    }
    // Where nothing tells, both readings are offered, each with what it comes to.
    must_say(
        &said_of("", "number", &["1,111", "1,248"]),
        "wrong-value",
        &["1111 or 1.111", "thousands: \",\"", "decimal: \",\""],
    );
}

#[test]
fn other_columns_of_the_file_tell_the_marks() {
    let spec = "use std.tasks.{regression}\ndata d: csv(\"d.csv\", delimiter: \";\"ARGS) { split { train: 100% }\n  columns { a: number, b: number, y: number } }\n\
                input x from d[a, b] -> standardize\ntask y: regression from x { label: d.y }\n";
    let table = "a;b;y\n113.037;0,1;1\n98.250;2,25;2\n";
    let found = said(&spec.replace("ARGS", ""), &[("d.csv", table.as_bytes())]);
    must_say(&found, "wrong-value", &["`b` is `0,1`", "write `decimal: \",\", thousands: \".\"` after the path"]);
    assert!(
        said(&spec.replace("ARGS", ", decimal: \",\", thousands: \".\""), &[("d.csv", table.as_bytes())]).is_empty()
    );
}

#[test]
fn units_are_taken_off_or_pointed_out() {
    for (arguments, kind, cells, wanted) in [
        (
            ", thousands: \",\"",
            "number(unit: \"$\")",
            &["$1,200", "-$5.5", "$ 7", "$-8"][..],
            &[1200.0, -5.5, 7.0, -8.0][..],
        ),
        ("", "number(unit: \"%\")", &["45%", "7.5 %"], &[45.0, 7.5]),
        ("", "number(unit: \"kg\")", &["12 kg", "0.5kg"], &[12.0, 0.5]),
    ] {
        assert_eq!(read(arguments, kind, cells), wanted, "{kind}");
    }
    must_say(&said_of("", "number(unit: \"kg\")", &["12 kg", "12"]), "wrong-value", &["`12`", "without its unit `kg`"]);
    must_say(&said_of("", "number", &["$5", "$7.5"]), "wrong-value", &["write `x: number(unit: \"$\")`"]);
    must_say(
        &said_of("", "number", &["$1,200", "$950", "$100", "$1,500"]),
        "wrong-value",
        &["thousands: \",\"", "unit: \"$\""],
    );
    must_say(&said_of("", "number", &["45%", "7%"]), "wrong-value", &["`x: number(unit: \"%\")`", "`45%` is then 45"]);
    must_say(&said_of("", "number", &["1", "2", "n/a"]), "wrong-value", &["number(missing: inherited + [\"n/a\"])"]);
    must_say(&said_of("", "number", &["red", "blue"]), "wrong-value", &["`x: category`"]);
}

#[test]
fn each_column_has_its_own_spellings_of_a_missing_value() {
    assert_eq!(
        read("", "number(missing: inherited + [\"-999\"])", &["1", "-999", "NA", "-999.0", "-998"]),
        [1.0, 0.0, 0.0, 0.0, -998.0]
    );
    assert_eq!(read(", missing: [\"x\"]", "number(missing: [\"y\"])", &["1", "y", ""]), [1.0, 0.0, 0.0]);
    assert_eq!(read(", missing: inherited + [\"-\"]", "number", &["1", "-", "NA"]), [1.0, 0.0, 0.0]);
    must_say(&said_of(", missing: [\"-\"]", "number", &["1", "NA", "2"]), "wrong-value", &["`NA`"]);
    let classes = |arguments: &str, kind: &str, cells: &[&str]| {
        let folder = Folder::new();
        folder.write("d.csv", table(cells));
        let spec =
            simple(arguments, "train: 100%", &format!("x: {kind}, y: number")).replace("-> standardize", "-> one_hot");
        let opened = open(&folder, &spec);
        (opened.prepared.fitted().classes["d.x"].clone(), opened.tables.sets[0].missing(0))
    };
    // A declared class is one, though the usual list has it.
    assert_eq!(
        classes("", "category(\"DE\", \"NA\")", &["DE", "NA", "NA", "", "None"]),
        (vec!["DE".into(), "NA".into()], 2)
    );
    assert_eq!(
        classes(", missing: [\"NA\"]", "category(\"DE\", \"NA\")", &["DE", "NA"]).1,
        0,
        "nor one that the spec's list has"
    );
    assert_eq!(
        classes("", "category(missing: [])", &["a", "None", "", "?"]),
        (vec!["?".into(), "None".into(), "a".into()], 1)
    );
    assert_eq!(classes("", "category(missing: [\"b\"])", &["a", "b", "NA"]), (vec!["NA".into(), "a".into()], 1));
}

#[test]
fn a_class_that_most_rows_hold_is_pointed_out() {
    let cells = ["None", "a", "None", "b", "None", "None"];
    let spec = |kind: &str| {
        simple("", "train: 100%", &format!("x: {kind}, y: number")).replace("-> standardize", "-> one_hot")
    };
    let found = |kind: &str, cells: &[&str]| said(&spec(kind), &[("d.csv", table(cells).as_bytes())]);
    must_say(&found("category", &cells), "missing-class", &["`d.x` is `None` in 4 of 6 rows", "category(missing: [])"]);
    for kind in ["category(missing: [])", "category(missing: [\"None\"])", "category(\"None\", \"a\", \"b\")"] {
        assert!(found(kind, &cells).is_empty(), "{kind}");
    }
    assert!(found("category", &["None", "a", "c", "b", "a", "a"]).is_empty(), "few rows");
    assert!(found("category", &["", "a", "", "b", "", "?"]).is_empty(), "no words");
}

#[test]
fn rows_that_where_excludes_are_not_judged() {
    let spec = |label: &str, kind: &str, template: &str| {
        format!(
            "use std.tasks.{{classification, regression}}\ndata d: csv(\"d.csv\") {{\n  split {{ by: part, train: \"train\", valid: \"valid\" }}\n  \
             columns {{ x: number, k: {kind}, part: category }}\n}}\ninput x from d.x -> standardize\n\
             task k: {template} from x {{ label: d.k{label} }}\n"
        )
    };
    let table = "x,k,part\n1,b,train\n2,a,train\n3,b,train\n4,a,train\n5,spoiled,valid\n6,a,valid\n7,rotten,valid\n";
    let found = |spec: &str, table: &str| said(spec, &[("d.csv", table.as_bytes())]);
    let excluding = ", where: [d.k != \"spoiled\", d.k != \"rotten\"]";
    assert_eq!(found(&spec(excluding, "category", "classification"), table), []);
    must_say(&found(&spec("", "category", "classification"), table), "unknown-class", &["line 6", "`spoiled`"]);
    must_say(
        &found(&spec(", where: d.k != \"spoiled\"", "category", "classification"), table),
        "unknown-class",
        &["line 8", "`rotten`"],
    );
    assert_eq!(
        found(&spec(", where: [d.x != 5, d.x != 7]", "category(\"a\", \"b\")", "classification"), table),
        [],
        "declared classes as well"
    );
    // A class that every row of is excluded is none of the label's.
    let in_train = table.replace("7,rotten,valid", "7,rotten,train");
    let folder = Folder::new();
    folder.write("d.csv", &in_train);
    let opened = open(&folder, &spec(excluding, "category", "classification"));
    assert_eq!(opened.prepared.fitted().classes["d.k"], ["a", "b"]);
    assert_eq!(opened.prepared.batch(&[vec![0, 4, 6]]).targets[0].present, [true, false, false]);
    // No step of the target judges them either.
    let numbers = "x,k,part\n1,2,train\n2,3,train\n3,5,train\n4,-7,train\n5,-9,valid\n6,4,valid\n";
    let logs = ", target: log -> standardize, where: d.k > 0";
    assert_eq!(found(&spec(logs, "number", "regression"), numbers), []);
    must_say(
        &found(&spec(", target: log -> standardize", "number", "regression"), numbers),
        "step-value",
        &["above -1"],
    );
    // Nor is a cell read in them that is no number at all.
    let words = "x,k,part\n1,2,train\n2,3,train\n3,5,train\n4,spilt,train\n5,lost,valid\n6,4,valid\n";
    assert_eq!(found(&spec(", where: d.x < 3.5", "number", "regression"), words), []);
    let found_some = found(&spec(", where: d.x < 4.5", "number", "regression"), words);
    must_say(&found_some, "wrong-value", &["line 5: `k` is `spilt`"]);
    must_say(
        &found(&spec("", "number", "regression"), words),
        "wrong-value",
        &["`spilt`", "also line 6: `k` is `lost`"],
    );
}

#[test]
fn classes_that_are_numbers_compare_as_numbers() {
    let spec = "use std.tasks.{binary, regression}\ndata d: csv(\"d.csv\") {\n  split { by: part, train: \"1\", valid: \"2\" }\n  \
                columns { c: KIND, k: category, y: number, part: category }\n}\ninput c from d.c -> one_hot\n\
                task k: binary(positive: \"1\") from c { label: d.k }\ntask y: regression from c { label: d.y, where: d.c == \"7.0\" }\n";
    let table = "c,k,y,part\n7,1.0,1,1.0\n8.0,0,2,1\n7.00,0.0,3,01\n8,1,4,1\n7.0,1,5,2.0\n";
    for kind in ["category", "category(\"7.0\", \"8\")"] {
        let folder = Folder::new();
        folder.write("d.csv", table);
        let opened = open(&folder, &spec.replace("KIND", kind));
        assert_eq!((opened.parts.0[0].train.len(), opened.parts.0[0].valid.len()), (4, 1), "{kind}");
        assert_eq!(numbers(&opened, 5)[..10], [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0], "{kind}");
        assert_eq!(opened.prepared.facts().get("classes(d.k)"), Some(&2));
        let batch = opened.prepared.batch(&[vec![0, 1, 2, 3, 4]]);
        assert_eq!(batch.targets[0].values[0].values, HostValues::F32(vec![1.0, 0.0, 0.0, 1.0, 1.0]));
        assert_eq!(batch.targets[1].present, [true, false, true, false, true]);
    }
    // A leading zero that tells two classes apart, and a class that is no number, make texts of all.
    for (cells, wanted) in
        [(&["12", "012", "12"][..], vec!["012", "12"]), (&["1", "1.0", "other"], vec!["1", "1.0", "other"])]
    {
        let folder = Folder::new();
        folder.write("d.csv", self::table(cells));
        let opened =
            open(&folder, &simple("", "train: 100%", "x: category, y: number").replace("-> standardize", "-> one_hot"));
        assert_eq!(opened.prepared.fitted().classes["d.x"], wanted);
    }
}

#[test]
fn equal_rows_are_copies_only_if_all_their_columns_are_equal() {
    let spec = |columns: &str| {
        format!(
            "use std.tasks.{{binary}}\ndata d: csv(\"d.csv\") {{\n  split {{ by: part, train: \"train\", test: \"test\" }}\n  columns {{ {columns} }}\n}}\n\
             input sex from d.sex -> one_hot\ntask churn: binary(positive: \"y\") from sex {{ label: d.churn }}\n"
        )
    };
    let row = |row: usize, age: usize| {
        let part = if row.is_multiple_of(3) { "test" } else { "train" };
        format!("c{row},{},{age},{},{part}\n", ["f", "m"][row % 2], ["y", "n"][row / 2 % 2])
    };
    let table = |age: &dyn Fn(usize) -> usize, id: bool| {
        let rows = (0..60).map(|index| {
            let row = row(index, age(index));
            if id {
                row
            } else {
                row.split_once(',').map_or(row.clone(), |(_, rest)| format!("{rest}\n").replace("\n\n", "\n"))
            }
        });
        format!("{}sex,age,churn,part\n{}", if id { "customer," } else { "" }, rows.collect::<String>())
    };
    let found = |columns: &str, table: &str| said(&spec(columns), &[("d.csv", table.as_bytes())]);
    let read = "sex: category, churn: category, part: category";
    assert_eq!(found(&format!("customer: id, {read}"), &table(&|_| 30, true)), [], "ids differ");
    assert_eq!(found(read, &table(&|_| 30, true)), [], "an unread column differs");
    assert_eq!(found(&format!("{read}, age: number"), &table(&|row| row, false)), [], "a declared column differs");
    assert_eq!(found(read, &table(&|_| 30, false)), [], "in a table of four kinds of rows equal ones are the rule");
    // Row 59 is a copy of row 0 in all columns but the part.
    let mut copies = table(&|row| row, false);
    copies += "f,0,y,train\nf,0.0,y,train\n";
    must_say(
        &found(&format!("{read}, age: number"), &copies),
        "duplicate-rows",
        &["1 row of `d` also stands in an earlier part"],
    );
}

#[test]
fn copies_are_found_across_files() {
    let spec = "use std.tasks.{regression}\ndata d: csv(\"d.csv\") { split { test: \"e.csv\" }\n columns { x: number, y: number } }\n\
                input x from d.x -> standardize\ntask y: regression from x { label: d.y }\n";
    let found = |one: &str, other: &str| said(spec, &[("d.csv", one.as_bytes()), ("e.csv", other.as_bytes())]);
    let train = "x,y,note\n1,2,a\n2,3,b\n3,5,c\n";
    must_say(&found(train, "x,y,note\n1.0,2,a\n9,9,z\n"), "duplicate-rows", &["1 row of `d`"]);
    assert_eq!(found(train, "x,y,note\n1,2,other\n9,9,z\n"), [], "the note differs");
    must_say(&found(train, "x,y\n1,2\n9,9\n"), "duplicate-rows", &["1 row of `d`"]);
}

#[test]
fn times_are_read_as_they_are_written() {
    let spec = |kind: &str| {
        format!(
            "use std.tasks.{{regression}}\ndata d: csv(\"d.csv\") {{\n  split {{ train: 60%, valid: 20%, test: 20%, time: t }}\n  columns {{ x: number, y: number, t: {kind} }}\n}}\n\
             input x from d.x -> standardize\ntask y: regression from x {{ label: d.y }}\n"
        )
    };
    let table = |cells: &[&str]| {
        let rows = cells.iter().enumerate().map(|(row, cell)| format!("{row},{},\"{cell}\"\n", row * row));
        format!("x,y,t\n{}", rows.collect::<String>())
    };
    let found = |kind: &str, cells: &[&str]| said(&spec(kind), &[("d.csv", table(cells).as_bytes())]);
    for (cells, words) in [
        (
            &["20240101", "20231231", "20240228", "20240301", "20230101"][..],
            &["`20240101`", "write `t: time(format: \"%Y%m%d\")`"][..],
        ),
        (&["1700000000000"; 5], &["write `t: time(format: \"milliseconds\")`"]),
        (&["45292", "45293", "45294", "45295", "45296"], &["write `t: time(format: \"spreadsheet days\")`"]),
        (&["2019", "2020", "2021", "2022", "2023"], &["write `t: time(format: \"%Y\")`"]),
        (&["31.12.2023", "1.1.2024", "2.1.2024", "3.1.2024", "4.1.2024"], &["write `t: time(format: \"%d.%m.%Y\")`"]),
        (
            &["01/02/2024", "02/02/2024", "03/02/2024", "04/02/2024", "05/02/2024"],
            &["may be two dates", "%d/%m/%Y", "%m/%d/%Y"],
        ),
        (&["0", "60", "120", "180", "240"], &["time(format: \"seconds\")"]),
    ] {
        must_say(&found("time", cells), "wrong-value", words);
    }
    let cells = ["20240101", "20231231", "20240228", "20240301", "20230101"];
    let folder = Folder::new();
    folder.write("d.csv", table(&cells));
    let opened = open(&folder, &spec("time(format: \"%Y%m%d\")"));
    assert_eq!(opened.parts.0[0].test.to_vec(), [3], "the latest");
    let summary = mtlc::data::summary(&opened.pipeline, &opened.tables, &opened.prepared);
    assert!(summary.contains("earliest 2023-01-01, latest 2024-03-01"), "{summary}");
    must_say(&found("time(format: \"%d.%m.%Y\")", &cells), "wrong-value", &["not written like \"%d.%m.%Y\"", "%Y%m%d"]);
    assert!(found("time", &["1700000000", "1700000001", "1700000002", "1700000003", "2024-01-01"]).is_empty());
}

#[test]
fn a_condition_compares_times_as_the_column_writes_them() {
    let folder = Folder::new();
    folder.write("d.csv", "x,y,t\n1,1,01.03.2024\n2,4,02.03.2024\n3,9,03.03.2024\n");
    let spec = "use std.tasks.{regression}\ndata d: csv(\"d.csv\") { split { train: 100% }\n columns { x: number, y: number, t: time(format: \"%d.%m.%Y\") } }\n\
                input x from d.x -> standardize\ntask y: regression from x { label: d.y, where: d.t < \"WHEN\" }\n";
    for when in ["2024-03-03", "03.03.2024"] {
        let opened = open(&folder, &spec.replace("WHEN", when));
        assert_eq!(opened.prepared.batch(&[vec![0, 1, 2]]).targets[0].present, [true, true, false], "{when}");
    }
}
