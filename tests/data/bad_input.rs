//! Whatever the file holds: a clear problem with its place, and never a panic.

use std::io::Write;

use super::{said, simple};

const COLUMNS: &str = "x: number, y: number";

/// The one thing said of a table; its code, then message, notes and help.
fn only(spec: &str, table: impl AsRef<[u8]>) -> (String, String) {
    let found = said(spec, &[("d.csv", table.as_ref())]);
    let [only] = found.as_slice() else { panic!("expected one problem: {found:#?}") };
    only.clone()
}

fn expect(table: impl AsRef<[u8]>, code: &str, words: &[&str]) {
    expect_of(&simple("", "", COLUMNS), table, code, words);
}

fn expect_of(spec: &str, table: impl AsRef<[u8]>, code: &str, words: &[&str]) {
    let (found, text) = only(spec, table);
    assert_eq!(found, code, "{text}");
    for word in words {
        assert!(text.contains(word), "`{word}` is not in: {text}");
    }
}

/// A table of twelve good rows.
fn good_rows() -> String {
    (0..12).map(|row| format!("{row},{}\n", row * row)).collect()
}

#[test]
fn ragged_rows_are_named_with_their_line() {
    let table = format!("x,y\n{}5,6,7\n8\n", good_rows());
    expect(
        &table,
        "ragged-row",
        &["`d.csv`, line 14 has 3 values, and the header has 2", "also line 15 has 1 value, "],
    );
}

#[test]
fn lines_are_counted_through_quotes_blank_lines_and_carriage_returns() {
    for (end, blank) in [("\n", ""), ("\r\n", ""), ("\n", "\n\n"), ("\r\n", "\r\n")] {
        let table = format!("x,y{end}1,\"2\"{end}{blank}\"3\",4{end}5,bad{end}");
        let line = 4 + blank.matches('\n').count();
        expect(&table, "wrong-value", &[&format!("line {line}: `y` is `bad`")]);
    }
    let spec = simple("", "", "x: number, y: number, note: text");
    expect_of(&spec, "x,y,note\n1,2,\"two\nlines\"\n3,oh,b\n", "wrong-value", &["line 4: `y` is `oh`"]);
}

#[test]
fn quotes_that_are_never_closed_are_found() {
    let table = format!("x,y\n1,2\n3,\"4\n{}", good_rows());
    expect(&table, "unreadable-data", &["the quote that opens in line 3", "is never closed"]);
    // A doubled quote is a quote, and a quote inside a value is none that opens.
    let spec = simple("", "", "x: number, y: number, note: text");
    let rows: String = (0..12).map(|row| format!("{row},{},5\" disk\n", row * 2)).collect();
    assert_eq!(said(&spec, &[("d.csv", format!("x,y,note\n{rows}12,3,\"a \"\"b\"\"\"").as_bytes())]), []);
}

#[test]
fn numbers_that_are_none_are_refused() {
    for (cell, why) in [
        ("inf", "infinite"),
        ("-Infinity", "infinite"),
        ("1e999", "infinite"),
        ("12a", "no number"),
        ("1 000", "no number"),
    ] {
        expect(
            format!("x,y\n{}{cell},1\n", good_rows()),
            "wrong-value",
            &["line 14", &format!("`x` is `{cell}`"), why],
        );
    }
    expect_of(
        &simple(", missing: [\"-\"]", "", COLUMNS),
        format!("x,y\n{}1,nan\n", good_rows()),
        "wrong-value",
        &["`nan`", "missing"],
    );
    expect(format!("x,y\n{}1,\"2,5\"\n", good_rows()), "wrong-value", &["decimal"]);
}

#[test]
fn many_wrong_values_are_one_problem_with_a_few_examples() {
    let rows: String = (0..100).map(|row| format!("{row},v{row}\n")).collect();
    expect(format!("x,y\n{rows}"), "wrong-value", &["line 2: `y` is `v0`", "also line 6", "and 95 more"]);
}

#[test]
fn every_problem_of_a_file_is_reported_at_once() {
    let spec = simple("", "", "x: number, y: number, z: number");
    let codes: Vec<String> =
        said(&spec, &[("d.csv", b"x,x,y\n1,1,2\n3,4\n5,6,bad\n")]).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["duplicate-column", "missing-column", "ragged-row", "wrong-value"]);
}

#[test]
fn columns_that_are_missing_come_with_what_the_file_has() {
    expect("X ,y\n1,2\n", "missing-column", &["`d.csv` has no column `x`", "the file has: X, y", "did you mean"]);
    let found = said(&simple("", "", COLUMNS), &[("d.csv", b"x;y\n1;2\n")]);
    assert!(
        found.iter().all(|(code, text)| code == "missing-column" && text.contains("delimiter: \";\"")),
        "{found:#?}"
    );
}

#[test]
fn another_delimiter_is_one_problem_with_what_to_write() {
    let columns = "a: number, b: number, c: number, e: number, f: number, x: number, y: number";
    for (delimiter, words) in [
        (";", "csv(\"d.csv\", delimiter: \";\")"),
        ("\t", "tsv(\"d.csv\")"),
        ("|", "csv(\"d.csv\", delimiter: \"|\")"),
        (" ", "csv(\"d.csv\", delimiter: \" \")"),
    ] {
        let table = "a,b,c,e,f,x,y\n1,2,3,4,5,6,7\n".replace(',', delimiter);
        expect_of(&simple("", "", columns), table, "missing-column", &["seems to be separated by", words]);
    }
    // A comma in a name or in a number does not hide it.
    expect("x;\"y\";\"z, in m\"\n1,5;2;3\n", "missing-column", &["delimiter: \";\""]);
    expect_of(
        &simple(", delimiter: \";\"", "", columns),
        "a,b,c,e,f,x,y\n1,2,3,4,5,6,7\n",
        "missing-column",
        &["csv(\"d.csv\")"],
    );
    // Another table is one problem too, as long as no name is like one that is there.
    expect_of(
        &simple("", "", columns),
        "11,12,13\n1,2,3\n",
        "missing-column",
        &["has none of the columns of `d`: `a`, `b`", "it begins with: 11,12,13"],
    );
    // What lacks one column of several is separated as it should be.
    expect("x,z;y\n1,2\n", "missing-column", &["has no column `y`"]);
}

#[test]
fn words_in_a_column_of_numbers_are_a_category() {
    let words = |of: &dyn Fn(usize) -> String| (0..40).map(|row| format!("{row},{}\n", of(row))).collect::<String>();
    let kinds = |row: usize| ["red", "green", "blue", "sky"][row % 4].to_string();
    expect(
        format!("x,y\n{}", words(&kinds)),
        "wrong-value",
        &["its cells are words (`blue`, `green`, `red`, …): declare it `y: category`"],
    );
    let names = |row: usize| format!("person number {row}");
    expect(format!("x,y\n{}", words(&names)), "wrong-value", &["declare it `y: text`, or `y: id`"]);
    // A word here and there is no column of words.
    let (_, text) = only(&simple("", "", COLUMNS), format!("x,y\n{}9,oops\n", good_rows()));
    assert!(!text.contains("its cells are words"), "{text}");
}

#[test]
fn names_are_found_with_the_spaces_of_the_file() {
    let spec = simple("", "", "x: number as \" x\", y: number as \"y \"");
    assert_eq!(said(&spec, &[("d.csv", format!(" x,y \n{}", good_rows()).as_bytes())]), []);
    assert_eq!(said(&spec, &[("d.csv", format!("x,y\n{}", good_rows()).as_bytes())]), []);
}

#[test]
fn signs_that_cannot_be_seen_are_shown() {
    expect(
        format!("x\u{200b},y\n{}", good_rows()),
        "missing-column",
        &["the file has: x<U+200B>, y", "`x … as \"x\\u{200b}\"`"],
    );
    expect(format!("x,y\n{}5\u{a0}000,1\n", good_rows()), "wrong-value", &["`x` is `5<U+00A0>000`"]);
    let rows = |class: &str| format!("x,y,part\n1,u,a\n2,v,a\n3,u,b\n4,{class},c\n");
    expect_of(CLASSES, rows("v\u{feff}"), "unknown-class", &["is `v<U+FEFF>`"]);
}

#[test]
fn a_column_without_values_is_named() {
    let spec = simple("", "", "a: number, x: number, c: number, y: number")
        .replace("input x from d.x -> standardize", "input x from d[a, x, c] -> impute -> standardize");
    let rows: String = (0..12).map(|row| format!("{row},{},,{}\n", row % 5, row * row)).collect();
    expect_of(
        &spec,
        format!("a,x,c,y\n{rows}"),
        "step-value",
        &["`d.c` is missing in every row of it", "leave `c` out of the input"],
    );
}

#[test]
fn a_column_named_twice_is_an_error_if_it_is_read() {
    expect("x,y,x\n1,2,3\n", "duplicate-column", &["the 1st and the 3rd"]);
    let rows: String = (0..12).map(|row| format!("{row},{},0,0\n", row * 3)).collect();
    assert_eq!(said(&simple("", "", COLUMNS), &[("d.csv", format!("x,y,z,z\n{rows}").as_bytes())]), []);
}

#[test]
fn few_rows_are_said_to_be_few() {
    expect("", "unreadable-data", &["it is empty"]);
    expect("x,y\n", "no-rows", &["has a header and no rows"]);
    expect("x,y\n1,2\n", "empty-part", &["no rows for valid and test (1 row for train)"]);
}

#[test]
fn damaged_files_are_told_apart() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(format!("x,y\n{}", good_rows()).as_bytes()).expect("packs");
    let packed = packed.finish().expect("packs");
    assert_eq!(said(&simple("", "", COLUMNS), &[("d.csv", &packed)]), [], "gzip is known by content");
    expect(&packed[..packed.len() - 12], "unreadable-data", &["damaged or cut short"]);
    let mut flipped = packed.clone();
    flipped[20] ^= 0xff;
    expect(&flipped, "unreadable-data", &["gzip"]);
    expect(b"PK\x03\x04rest", "unreadable-data", &["zip archive"]);
    expect(b"\x00\x01\x02\x03", "unreadable-data", &["not text"]);
    expect(b"x,y\n1,2\n\xe9,3\n", "unreadable-data", &["line 3 is not UTF-8", "windows-1252"]);
    let (code, text) = {
        let found = said(&simple("", "", COLUMNS), &[("e.csv", b"")]);
        found[0].clone()
    };
    assert!(
        code == "unreadable-data" && text.contains("there is no such file") && text.contains("did you mean `e.csv`"),
        "{text}"
    );
}

#[test]
fn formats_that_cannot_be_are_errors() {
    for (arguments, words) in [
        (", delimiter: \"ab\"", "the delimiter must be one ASCII character"),
        (", encoding: \"klingon\"", "there is no encoding `klingon`"),
    ] {
        expect_of(&simple(arguments, "", COLUMNS), "x,y\n1,2\n", "unreadable-data", &[words]);
    }
}

const CLASSES: &str = "use std.tasks.{classification}\n\
    data d: csv(\"d.csv\") {\n  split { by: part, train: \"a\", valid: \"b\", test: \"c\" }\n\
    columns { x: number, y: category, part: category }\n}\n\
    input x from d.x -> standardize\ntask y: classification from x { label: d.y }\n";

#[test]
fn labels_that_cannot_be_learnt_are_errors() {
    let good = "x,y,part\n1,u,a\n2,v,a\n3,u,b\n4,v,c\n";
    assert_eq!(said(CLASSES, &[("d.csv", good.as_bytes())]), []);
    expect_of(
        CLASSES,
        format!("{good}5,w,c\n"),
        "unknown-class",
        &["`d.csv`, line 6: the label `d.y` is `w`", "no training row has"],
    );
    expect_of(CLASSES, "x,y,part\n1,u,a\n2,u,a\n3,u,b\n4,u,c\n", "one-class", &["every label of `d.y` there is `u`"]);
    expect_of(CLASSES, "x,y,part\n1,,a\n2,NA,a\n3,u,b\n4,v,c\n", "no-labels", &["missing in every row"]);
    expect_of(CLASSES, format!("{good}5,v,d\n"), "unused-rows", &["1 row of `d` belong to no part: `part` is `d`"]);
    expect_of(CLASSES, "x,y,part\n3,u,b\n4,v,c\n", "no-rows", &["leaves no rows of `d` for training"]);
}

#[test]
fn a_positive_class_that_is_not_there_is_an_error() {
    let spec = "use std.tasks.{binary}\ndata d: csv(\"d.csv\") { columns { x: number, y: category } }\n\
        input x from d.x -> standardize\ntask y: binary(positive: \"yes\") from x { label: d.y }\n";
    let rows: String = (0..20).map(|row| format!("{row},{}\n", ["Yes", "no"][row % 2])).collect();
    expect_of(spec, format!("x,y\n{rows}"), "unknown-class", &["class `yes`", "did you mean \"Yes\"?"]);
}

#[test]
fn steps_that_cannot_compute_name_the_rows() {
    let spec = simple("", "", COLUMNS).replace("-> standardize", "-> log");
    expect_of(
        &spec,
        format!("x,y\n{}-3,1\n", good_rows()),
        "step-value",
        &["input `x`: `log` needs values above -1", "line 14"],
    );
    let spec = simple("", "", COLUMNS).replace("-> standardize", "-> impute(mean)");
    let rows: String = (0..12).map(|row| format!(",{row}\n")).collect();
    expect_of(&spec, format!("x,y\n{rows}"), "step-value", &["finds no value in the training part"]);
    let spec = simple("", "", COLUMNS).replace(" -> standardize", "");
    expect_of(&spec, format!("x,y\n{}1e300,1\n", good_rows()), "step-value", &["too large", "line 14"]);
}

#[test]
fn no_text_makes_it_panic() {
    let pieces = [
        "x", "y", ",", "\"", "\n", "\r", "\r\n", "1", "-", "NA", "é", "\u{feff}", ";", "\t", " ", "a\"b", "\"\"", "e9",
    ];
    let mut state = 7u64;
    for _ in 0..400 {
        let mut table = String::from("x,y\n");
        for _ in 0..30 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            table += pieces[(state >> 33) as usize % pieces.len()];
        }
        // Problems or none, but an answer.
        let _ = said(&simple("", "", COLUMNS), &[("d.csv", table.as_bytes())]);
    }
}

/// A Parquet file of no rows whose one column lies in so many groups, one in the other.
fn nested(groups: usize) -> Vec<u8> {
    // Thrift: may be missing (field 3, of all but the first), a name of one letter (field 4), one member (field 5); at the end a column of
    // doubles (field 1).
    let (first, group) = ([0x48, 1, b's', 0x15, 2, 0], [0x35, 2, 0x18, 1, b'g', 0x15, 2, 0]);
    let mut footer = vec![0x15, 2, 0x19, 0xfc];
    let mut count = groups + 1;
    while count > 0x7f {
        footer.push(count as u8 & 0x7f | 0x80);
        count >>= 7;
    }
    footer.push(count as u8);
    footer.extend(first);
    footer.extend(group.repeat(groups - 1));
    footer.extend([0x15, 10, 0x25, 2, 0x18, 1, b'x', 0]);
    footer.extend([0x16, 0, 0x19, 0x0c, 0]);
    let length = (footer.len() as u32).to_le_bytes();
    [b"PAR1", footer.as_slice(), &length, b"PAR1"].concat()
}

#[test]
fn groups_in_groups_without_an_end_are_refused() {
    let spec = "use std.tasks.{regression}\ndata d: FORMAT(\"d.file\") { columns { x, y: number } }\n\
        input x from d.x -> standardize\ntask y: regression from x { label: d.y }\n";
    for (groups, words) in [(20, "has no column `x`"), (100, "more than 64 groups"), (200_000, "more than 64 groups")] {
        let found = said(&spec.replace("FORMAT", "parquet"), &[("d.file", &nested(groups))]);
        assert!(found[0].1.contains(words), "{groups}: {found:?}");
    }
    let deep = format!("{{\"x\": 1, \"y\": {}1{}}}\n", "[".repeat(1 << 20), "]".repeat(1 << 20));
    let found = said(&spec.replace("FORMAT", "jsonl"), &[("d.file", deep.as_bytes())]);
    assert!(found.iter().any(|(code, text)| code == "wrong-value" && text.contains("line 1: `y` is")), "{found:?}");
}
