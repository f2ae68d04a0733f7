//! `mtlc init`: what it makes of cells that are not plainly numbers, and of a first line that is none of names.

use super::Folder;
use super::command::mtlc;
use super::init::{has, made, rows};

#[test]
fn units_that_all_cells_carry_are_taken_off() {
    for (before, after, unit) in
        [("", "%", "%"), ("", " kg", "kg"), ("", " €", "€"), ("$", "", "$"), ("EUR ", "", "EUR"), ("", " km/h", "km/h")]
    {
        let body = rows(90, |row| format!("{before}{}{after},{},{}", row * 7 % 89, row * 31 % 100, row % 2));
        let (spec, said) = made("t.csv", &format!("x,z,target\n{body}"), &[]);
        has(&spec, &[&format!("x: number(unit: \"{unit}\") // whole, 0 to 88, each with `{unit}`")]);
        has(&spec, &["input numbers from t[x, z]"]);
        assert!(said.contains(&format!("x: number, whole, 0 to 88, each with `{unit}`")), "{said}");
    }
    // As a label, with thousands, and with gaps however they are spelt.
    let body = rows(90, |row| match row % 30 {
        7 => format!("n/a,{}", row * 31 % 97),
        _ => format!("\"${},{:03}\",{}", 1 + row % 13, row * 37 % 1000, row * 31 % 97),
    });
    let (spec, said) = made("t.csv", &format!("price,z\n{body}"), &["--tasks", "price"]);
    has(
        &spec,
        &[
            "csv(\"t.csv\", thousands: \",\")",
            "price: number(unit: \"$\", missing: inherited + [\"n/a\"])",
            "task price: regression",
        ],
    );
    assert!(said.contains("`n/a` (3 cells, the first in line 9) read as missing"), "{said}");
    // One cell without its unit is said to be looked at.
    let body = rows(90, |row| format!("{}{},{}", row % 23, if row == 50 { "" } else { "%" }, row * 31 % 97));
    let (spec, said) = made("t.csv", &format!("x,y\n{body}"), &[]);
    has(&spec, &["x: number(unit: \"%\", missing: inherited + [\"4\"])"]);
    assert!(said.contains("`4` (line 52) is no number with `%`, read as missing: look"), "{said}");
}

#[test]
fn units_that_differ_are_said_and_not_read() {
    for (cells, few, words) in [
        (&["kg", "lb"][..], true, "numbers in several units (`kg`, `lb`): write all in one"),
        (&["kg", "lb"], false, "numbers in several units (`kg`, `lb`): write all in one"),
        (&["%", ""], true, "numbers with `%` and without (`0%`, `1`): write all in one way"),
    ] {
        let body = rows(96, |row| {
            let number = if few { row % 6 } else { row };
            format!("{number}{},{},{}", cells[row % cells.len()], row * 31 % 100, row * 7 % 2)
        });
        let (spec, said) = made("t.csv", &format!("x,z,target\n{body}"), &[]);
        assert!(spec.contains(words) && said.contains(words), "{spec}{said}");
        assert!(!spec.contains("unit:"), "{spec}");
        has(&spec, &[if few { "x: category" } else { "x: text" }]);
    }
    // Names and codes with a digit in them are no numbers.
    for cell in ["class_", "x", "#"] {
        let body = rows(96, |row| format!("{cell}{},{},{}", row % 6, row * 31 % 100, row * 7 % 2));
        let (spec, said) = made("t.csv", &format!("x,z,target\n{body}"), &[]);
        has(&spec, &["x: category("]);
        assert!(said.contains("x: category, 6 different values") && !said.contains("numbers with"), "{said}");
    }
}

#[test]
fn dates_of_any_one_format_are_read() {
    for (format, write) in [
        ("%d.%m.%Y", &(|day: usize| format!("{:02}.0{}.2024", 1 + day % 28, 1 + day % 9)) as &dyn Fn(usize) -> String),
        ("%d/%m/%Y", &|day| format!("{}/{}/2023", 1 + day % 28, 1 + day % 12)),
        ("%m/%d/%Y %I:%M %p", &|day| format!("{}/{}/2023 {}:30 PM", 1 + day % 12, 1 + day % 28, 1 + day % 11)),
        ("%Y%m%d", &|day| format!("2023{:02}{:02}", 1 + day % 12, 1 + day % 28)),
        ("%d %b %Y", &|day| format!("{} {} 2023", 1 + day % 28, ["Jan", "Feb", "Oct"][day % 3])),
        ("%m/%Y", &|day| format!("{}/{}", 1 + day % 12, 2001 + day % 20)),
    ] {
        let body = rows(120, |row| format!("{},{},{}", write(row * 5), row * 31 % 100, row * 7 % 2));
        let (spec, said) = made("t.csv", &format!("day,z,target\n{body}"), &[]);
        has(&spec, &[&format!("day: time(format: \"{format}\") // dates such as `")]);
        has(&spec, &["input day from t.day -> calendar("]);
        assert!(said.contains("day: time, dates such as `"), "{said}");
    }
    // Gaps, in these and in the usual dates.
    for (format, write) in [
        (
            "format: \"%d.%m.%Y\", ",
            &(|day: usize| format!("{:02}.0{}.2024", 1 + day % 28, 1 + day % 9)) as &dyn Fn(usize) -> String,
        ),
        ("", &|day| format!("2024-0{}-{:02}", 1 + day % 9, 1 + day % 28)),
    ] {
        let day = |row: usize| if row % 40 == 9 { "-".to_string() } else { write(row) };
        let body = rows(120, |row| format!("{},{},{}", day(row), row * 31 % 100, row * 7 % 2));
        let (spec, said) = made("t.csv", &format!("day,z,target\n{body}"), &[]);
        has(&spec, &[&format!("day: time({format}missing: inherited + [\"-\"])"), "impute(median) -> standardize"]);
        assert!(said.contains("`-` read as missing"), "{said}");
    }
    // Of more days than are told apart, one late cell decides.
    let day = |row: usize| format!("{}/{}/{}", 1 + row % 12, 1 + row / 12 % 12, 1800 + row / 144);
    for (last, wanted) in
        [("3/14/2020", "day: time(format: \"%m/%d/%Y\")"), ("14/3/2020", "day: time(format: \"%d/%m/%Y\")")]
    {
        let body = rows(2400, |row| format!("{},{},{}", day(row), row * 31 % 100, row * 7 % 2));
        let (spec, _) = made("t.csv", &format!("day,z,target\n{body}{last},1,1\n"), &[]);
        has(&spec, &[wanted]);
    }
}

#[test]
fn what_may_be_two_dates_is_said_and_not_guessed() {
    let body =
        rows(120, |row| format!("{}/{}/2023,{},{}", 1 + row % 12, 1 + row * 5 % 12, row * 31 % 100, row * 7 % 2));
    let (spec, said) = made("t.csv", &format!("day,z,target\n{body}"), &[]);
    for text in [&spec, &said] {
        assert!(text.contains("`1/1/2023` may be two dates: write `time(format: \"%d/%m/%Y\")` or"), "{text}");
        assert!(text.contains("not read: nothing tells the day from the month"), "{text}");
    }
    has(&spec, &["day: text", "input numbers from t[z]"]);
    // Codes that a date could not have are numbers.
    let body = rows(120, |row| format!("{},{},{}", 20_230_150 + row * 7, row * 31 % 100, row * 7 % 2));
    has(&made("t.csv", &format!("code,z,target\n{body}"), &[]).0, &["code: number"]);
}

#[test]
fn a_first_line_of_data_is_a_row() {
    let (spec, said) = made("t.csv", &rows(30, |row| format!("{}.5,{}", row * 3 + 7, row % 4)), &[]);
    has(
        &spec,
        &[
            "Its first line is data and no line of names, so columns go by their places.",
            "data t: csv(\"t.csv\", header: false)",
            "column_1: number // 7.5 to 94.5",
            "task column_2: classification from trunk -> dense(64) -> relu { label: t.column_2 }",
        ],
    );
    assert!(said.contains("so columns go by their places (`header: false`)"), "{said}");
    let words = rows(30, |row| format!("{},{}", ["yes", "no"][row % 2], ["a", "b", "c"][row * 7 % 3]));
    has(&made("t.csv", &words, &[]).0, &["header: false", "column_1: category"]);
    // As the iris data came, with a blank line, a name at the end, and other marks.
    let iris = rows(60, |row| format!("{},{};{}%;kind{}", row % 7, row % 10, row * 7 % 31, row / 20));
    let (spec, _) = made("t.csv", &iris, &["--drop", "column_2"]);
    has(
        &spec,
        &[
            "csv(\"t.csv\", header: false, decimal: \",\", delimiter: \";\")",
            "// column_2: not read: dropped, as asked",
            "column_3: category(\"kind0\", \"kind1\", \"kind2\") as \"3\"",
        ],
    );
    // Places make no block: the last column is still a label.
    let numbers =
        rows(60, |row| format!("{}.25,{},{}.5,{},{}", row * 7 % 31, row * 5 % 29, row * 3 % 37, row * 2, row % 2));
    let (spec, _) = made("t.csv", &numbers, &[]);
    has(&spec, &["column_1 .. column_4: number", "task column_5: binary(positive: \"1\")"]);
    let folder = Folder::new();
    folder.write("t.csv", &numbers);
    let (code, _, err) = mtlc(&folder.0, &["init", "t.csv", "--tasks", "colum_5"]);
    assert!(code == Some(2) && err.contains("did you mean `column_5`?"), "{err}");
}

#[test]
fn a_first_line_of_numbers_can_be_names() {
    let years = rows(40, |row| format!("c{row},{},{},{},{}", row * 7 % 31, row * 5 % 29, row * 3 % 37, row % 2));
    has(
        &made("t.csv", &format!("land,1990,1991,1992,target\n{years}"), &[]).0,
        &["c_1990: number as \"1990\"", "task target"],
    );
}

#[test]
fn how_numbers_are_written_is_decided_over_all_columns() {
    let german =
        rows(40, |row| format!("{}.{:03};0,{};{}", 113 + row, row * 37 % 1000, row % 10, ["a", "b"][row * 7 % 2]));
    let (spec, said) = made("t.csv", &format!("price;w;k\n{german}"), &[]);
    has(&spec, &["decimal: \",\", thousands: \".\", delimiter: \";\"", "w: number // 0 to 0.9"]);
    assert!(said.contains("price: number, whole, 113000 to "), "{said}");
    let quoted = rows(40, |row| format!("\"{},{:03}\",{},{}", row + 1, row * 37 % 1000, row % 9, row % 2));
    let (spec, _) = made("t.csv", &format!("people,w,target\n{quoted}"), &[]);
    has(&spec, &["csv(\"t.csv\", thousands: \",\")", "people: number // whole, 1000 to "]);
}

#[test]
fn leading_zeros_are_no_numbers() {
    let spec = |body: String| made("t.csv", &format!("zip,x,y\n{body}"), &[]).0;
    let all = spec(rows(40, |row| format!("0{},0.{},{}", 1211 + 211 * row, row % 9, row + 1)));
    has(&all, &["zip: id // another one in each row", "task y: regression"]);
    let few = spec(rows(40, |row| format!("0{},0.{},{}", 1211 + row % 5, row % 9, row * row)));
    has(&few, &["zip: category // 5 different codes with leading zeros", "input zip from t.zip -> one_hot"]);
    let many = spec(rows(160, |row| format!("0{},0.{},{}", 1211 + row * 7 % 100, row % 9, row * row)));
    has(&many, &["zip: text", "not read: codes with leading zeros, of too many values for a category"]);
    let numbers = spec(rows(40, |row| format!("{},0.{},{}", row * 7 % 13, row % 9, row * row)));
    has(&numbers, &["zip: number"]);
}

#[test]
fn a_late_odd_cell_is_found_and_said() {
    let body =
        rows(2500, |row| if row == 2001 { "n/a,7".into() } else { format!("0.{},{}", row + 1, row * 31 % 1000) });
    let (spec, said) = made("t.csv", &format!("x,y\n{body}"), &[]);
    has(&spec, &["`n/a` (line 2003) read as missing", "x: number", "input numbers from t[x] -> impute(median)"]);
    assert!(said.contains("x: number") && said.contains("`n/a` (line 2003)"), "{said}");
    // A slip of the pen is said to be looked at.
    let body =
        rows(300, |row| if row == 250 { "1o3,7".into() } else { format!("{},{}", row * 7 % 101, row * 31 % 1000) });
    let (spec, said) = made("t.csv", &format!("x,y\n{body}"), &[]);
    has(&spec, &["x: number", "input numbers from t[x]"]);
    assert!(said.contains("`1o3` (line 252) is no number, read as missing: look"), "{said}");
    // Words among numbers are words.
    let body =
        rows(60, |row| format!("{},{row}", if row % 3 == 0 { "low".to_string() } else { (row % 7).to_string() }));
    has(&made("t.csv", &format!("x,y\n{body}"), &[]).0, &["x: category // "]);
}
