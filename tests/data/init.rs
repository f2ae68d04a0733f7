//! `mtlc init`: what it writes passes `check` and `check --data`, for every real table at hand and for odd ones.

use super::Folder;
use super::command::mtlc;

/// Writes a table, makes a spec of it and checks both; returns the spec.
fn init(name: &str, content: impl AsRef<[u8]>) -> String {
    let folder = Folder::new();
    folder.write(name, content);
    init_in(&folder, name, &[]).0
}

/// The same in a folder where the table is, with further arguments; and what was said.
fn init_in(folder: &Folder, name: &str, arguments: &[&str]) -> (String, String) {
    let all: Vec<&str> = ["init", name, "--out", "made.mtl", "--force"].iter().chain(arguments).copied().collect();
    let (code, out, said) = mtlc(&folder.0, &all);
    assert_eq!(code, Some(0), "{name}: {out}{said}");
    let spec = std::fs::read_to_string(folder.0.join("made.mtl")).expect("is there");
    let (code, out, err) = mtlc(&folder.0, &["check", "--deny", "warnings", "made.mtl"]);
    assert_eq!(code, Some(0), "{name}: {out}{err}\n{spec}");
    let (code, out, err) = mtlc(&folder.0, &["check", "--data", "--deny", "warnings", "made.mtl"]);
    assert_eq!(code, Some(0), "{name}: {out}{err}\n{spec}");
    let (code, _, err) = mtlc(&folder.0, &["fmt", "--check", "made.mtl"]);
    assert_eq!(code, Some(0), "{name}: {err}\n{spec}");
    (spec, said)
}

pub(super) fn made(name: &str, content: &str, arguments: &[&str]) -> (String, String) {
    let folder = Folder::new();
    folder.write(name, content);
    init_in(&folder, name, arguments)
}

pub(super) fn has(spec: &str, lines: &[&str]) {
    // Columns are lined up; what matters is what stands in them.
    let squeezed = spec.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in lines {
        assert!(squeezed.contains(line), "`{line}` is not in:\n{spec}");
    }
}

#[test]
fn penguins_become_a_spec() {
    let spec = init("penguins.csv", include_bytes!("../../pipelines/data/penguins.csv"));
    has(
        &spec,
        &[
            "species: category(\"Adelie\", \"Chinstrap\", \"Gentoo\") // 3 different values",
            "sex: category(\"female\", \"male\") // 2 different values; 11 missing",
            "bill_length_mm: number // 32.1 to 59.6; 2 missing",
            "-> impute(median) -> robust_scale -> smooth_clip",
            "task sex: binary(positive: \"male\") from trunk -> dense(64) -> relu { label: penguins.sex }",
            "task species: classification from trunk -> dense(64) -> relu { label: penguins.species }",
            "// task island: classification",
        ],
    );
}

#[test]
fn other_real_tables_become_specs() {
    let spec = init("digits.csv.gz", include_bytes!("../../pipelines/data/digits.csv.gz"));
    has(
        &spec,
        &["p00 .. p63: number", "task digit: classification from trunk -> dense(64) -> relu { label: digits.digit }"],
    );
    // Sixty-four numbers in a row, and no curve.
    has(&spec, &["-> robust_scale -> smooth_clip"]);
    let spec = init("diabetes.csv", include_bytes!("../../pipelines/data/diabetes.csv"));
    has(&spec, &["task progression: regression", "sex: category // two values, 1 and 2"]);
    let spec = init("breast-cancer.csv", include_bytes!("../../pipelines/data/breast-cancer.csv"));
    has(&spec, &["task diagnosis: binary(positive: \"malignant\")"]);
    let spec = init("credit.csv", include_bytes!("../../pipelines/data/credit.csv"));
    has(&spec, &["task Status: binary(positive: \"bad\")"]);
    let spec = init("wine.csv", include_bytes!("files/wine.csv"));
    has(&spec, &["task cultivar: classification"]);
    let spec = init("linnerud.csv", include_bytes!("files/linnerud.csv"));
    has(&spec, &["task pulse: regression"]);
    init("multimnist.npz", include_bytes!("../../pipelines/data/multimnist.npz"));
}

#[test]
fn odd_tables_become_specs_too() {
    let rows: String = (0..60)
        .map(|row| {
            format!(
                "k{row};{},{};{};2024-01-{:02};{};7\n",
                row % 9,
                row % 7,
                ["ja", "nein"][row % 2],
                1 + row % 28,
                ["train", "test"][usize::from(row % 5 == 0)]
            )
        })
        .collect();
    let spec = init("Über sicht.csv", format!("Kunden ID;Größe (cm);Antwort?;Tag;split;immer\n{rows}"));
    has(
        &spec,
        &[
            "decimal: \",\", delimiter: \";\"",
            "split { by: split, train: \"train\", test: \"test\" }",
            "größe_cm: number as \"Größe (cm)\"",
            ": id as \"Kunden ID\"",
            "antwort: category(\"ja\", \"nein\") as \"Antwort?\"",
            "not read: it has one value",
        ],
    );
    init(
        "train.csv",
        "in,task,train\n".to_string()
            + &(0..30).map(|row| format!("{row},{},{}\n", row * 3, row % 2)).collect::<String>(),
    );
    init("few.csv", "a,b\n1,2\n2,3\n4,5\n");
    init(
        "texts.csv",
        "words,mood\n".to_string()
            + &(0..40)
                .map(|row| format!("this is text number {row},{}\n", ["glad", "sad", "so-so"][row % 3]))
                .collect::<String>(),
    );
    init(
        "sets.csv",
        "tags,n\n".to_string()
            + &(0..40).map(|row| format!("{},{row}\n", ["a|b", "b|c", "c|a", "a|b|c"][row % 4])).collect::<String>(),
    );
    init(
        "latin.csv",
        b"x,\xe9t\xe9\n"
            .iter()
            .copied()
            .chain((0..20).flat_map(|row| format!("{row},{}\n", row * 2).into_bytes()))
            .collect::<Vec<u8>>(),
    );
    init("tabs.tsv", "x\ty\n".to_string() + &(0..20).map(|row| format!("{row}\t{}\n", row * 2)).collect::<String>());
}

#[test]
fn what_cannot_be_is_said_and_nothing_is_overwritten() {
    let folder = Folder::new();
    for (name, content, words) in [
        ("empty.csv", "", "it is empty"),
        ("head.csv", "a,b\n", "a header and no rows"),
        ("one.csv", "a\n1\n2\n3\n", "at least two columns"),
        ("same.csv", "a,b\n1,1\n1,1\n", "no column can be a label"),
        ("twice.csv", "a,a\n1,2\n", "two columns are called `a`"),
        ("ragged.csv", "a,b\n1,2,3\n", "line 2 has 3 values"),
    ] {
        folder.write(name, content);
        let (code, _, err) = mtlc(&folder.0, &["init", name]);
        assert!(code == Some(2) && err.contains(words), "{name}: {err}");
    }
    assert_eq!(mtlc(&folder.0, &["init", "absent.csv"]).0, Some(2));
    assert!(
        std::fs::read_dir(&folder.0).expect("lists").flatten().all(|entry| !entry
            .path()
            .display()
            .to_string()
            .ends_with(".mtl"))
    );
    folder.write("t.csv", "a,b\n1,2\n2,3\n4,5\n");
    folder.write("t.mtl", "mine");
    let (code, _, err) = mtlc(&folder.0, &["init", "t.csv"]);
    assert!(code == Some(2) && err.contains("`t.mtl` is there already") && err.contains("--force"), "{err}");
    assert_eq!(std::fs::read_to_string(folder.0.join("t.mtl")).expect("is there"), "mine");
    assert_eq!(mtlc(&folder.0, &["init", "t.csv", "--force"]).0, Some(0));
}

/// Rows of a table: what stands in each, by number.
pub(super) fn rows(count: usize, row: impl Fn(usize) -> String) -> String {
    (0..count).map(|number| row(number) + "\n").collect()
}

#[test]
fn a_column_that_counts_the_rows_is_no_input() {
    let body = rows(60, |row| format!("{row},{},{}", (row * 37 % 11) as f64 / 2.0, row / 20));
    for header in ["", "Unnamed: 0", "index", "n"] {
        let (spec, _) = made("t.csv", &format!("{header},sepal width (cm),target\n{body}"), &[]);
        let name = if header.is_empty() { "column_1: id as \"\"".to_string() } else { ": id".to_string() };
        has(&spec, &[&name, "task target: classification from trunk -> dense(64) -> relu { label: t.target }"]);
        has(&spec, &["input numbers from t[sepal_width_cm]"]);
    }
    // What is left of an index after rows were taken out.
    let body = rows(60, |row| format!("{},{},{}", row * 3 + 2, (row * 37 % 11) as f64 / 2.0, row / 20));
    has(&made("t.csv", &format!(",x,target\n{body}"), &[]).0, &[": id as \"\""]);
    // In the middle, and with an id beside it.
    let body = rows(60, |row| format!("k{row},{},{},{}", row * 37 % 11, row + 1, row / 20));
    let (spec, said) = made("t.csv", &format!("name,x,line,target\n{body}"), &[]);
    has(
        &spec,
        &["name: id", "line: number // whole, 1 to 60; not read: it counts the rows", "input numbers from t[x]"],
    );
    assert!(said.contains("line: number, whole, 1 to 60; not read: it counts the rows"), "{said}");
    // Rows that are counted from another number, or not all, are counted by something else.
    let body = rows(60, |row| format!("{},{},{}", row + 1950, row * 37 % 11, row / 20));
    has(&made("t.csv", &format!("year,x,target\n{body}"), &[]).0, &["year: number // whole, 1950 to 2009"]);
}

#[test]
fn tasks_columns_to_drop_and_the_id_can_be_named() {
    let body = rows(60, |row| format!("k{row},{},{},{},{}", row * 7 % 31, row % 3, row * 13 % 17, row * 5 % 23));
    let table = format!("code,a,kind,b,c d\n{body}");
    let (spec, _) = made("t.csv", &table, &["--tasks", "kind,a", "--drop", "b", "--id", "code"]);
    has(
        &spec,
        &[
            "code: id // as asked",
            "// b: not read: dropped, as asked",
            "task kind: classification from trunk -> dense(64) -> relu { label: t.kind }",
            "task a: regression from trunk -> dense(64) -> relu { label: t.a }",
            "input numbers from t[c_d]",
        ],
    );
    // By the name in the file or in the spec.
    has(&made("t.csv", &table, &["--tasks", "c d"]).0, &["task c_d: regression"]);
    has(&made("t.csv", &table, &["--tasks", "c_d"]).0, &["task c_d: regression"]);
    let folder = Folder::new();
    folder.write("t.csv", &table);
    for (arguments, words) in [
        (["--tasks", "knd"], "it has no column `knd`; did you mean `kind`?"),
        (["--tasks", "code"], "`code` cannot be a task: it tells every row apart"),
        (["--drop", "zzz"], "it has no column `zzz`; it has code, a, kind, b, c d"),
        (["--tasks=a,kind,b,c d", "--id=code"], "no column is left to learn these tasks from"),
    ] {
        let (code, _, err) = mtlc(&folder.0, &["init", "t.csv", arguments[0], arguments[1]]);
        assert!(code == Some(2) && err.contains(words), "{arguments:?}: {err}");
    }
}

#[test]
fn what_gives_a_label_away_is_no_input() {
    let kinds = ["ant", "bee", "cow"];
    let body = rows(90, |row| {
        let size = row * 37 % 90;
        let (kind, grade) = (
            row * 7 % 3,
            if size < 30 {
                "low"
            } else if size < 60 {
                "mid"
            } else {
                "high"
            },
        );
        format!("{},{},{},{},{grade}", row * 13 % 41, kinds[kind], kind + 4, size)
    });
    let (spec, said) =
        made("t.csv", &format!("x,species,code,mark,mark_class\n{body}"), &["--tasks", "species,mark_class"]);
    has(
        &spec,
        &["not read: it is `species` in other words, one to one", "not read: cut into ranges it is `mark_class`"],
    );
    has(&spec, &["input numbers from t[x]"]);
    assert!(said.contains("code: ") && said.contains("in other words"), "{said}");
    // By itself it makes both of them tasks.
    let (spec, _) = made("t.csv", &format!("x,species,code,mark,mark_class\n{body}"), &["--drop", "species,code"]);
    has(&spec, &["task mark_class: classification", "task mark: regression"]);
    // In another unit.
    let body = rows(90, |row| format!("{},{},{}", row * 13 % 41, row * 37 % 90, (row * 37 % 90) as f64 * 1.8 + 32.0));
    let (spec, _) = made("t.csv", &format!("x,celsius,fahrenheit\n{body}"), &["--tasks", "celsius"]);
    has(&spec, &["not read: it is `celsius` in another unit, or the same", "input numbers from t[x]"]);
}

#[test]
fn labels_are_columns_worth_asking() {
    let several = rows(120, |row| {
        format!("{},{},{},{},{},0", row * 13 % 41, row * 7 % 29, row * 5 % 37, row % 2, i32::from(row == 5))
    });
    let (spec, _) = made("t.csv", &format!("a,b,price,churned,rare,none\n{several}"), &[]);
    has(&spec, &["task price: regression", "task churned: binary(positive: \"1\")", "weights {"]);
    assert!(!spec.contains("task rare") && !spec.contains("task none"), "{spec}");
    // A split is no question.
    let parted =
        rows(120, |row| format!("{},{},{}", row * 13 % 41, row * 7 % 29, ["train", "train", "dev", "test"][row % 4]));
    let (spec, _) = made("t.csv", &format!("a,score,which\n{parted}"), &[]);
    has(&spec, &["split { by: which, train: \"train\", valid: \"dev\", test: \"test\" }", "task score: regression"]);
    // Rows of one patient stay together.
    let grouped = rows(240, |row| format!("p{},{},{}", row % 80, row * 13 % 41, row * 7 % 2));
    let (spec, _) = made("t.csv", &format!("patient_id,a,sick\n{grouped}"), &[]);
    has(&spec, &["group: patient_id", "input numbers from t[a]"]);
    // A class that most rows hold and that is read as missing.
    let none =
        rows(120, |row| format!("{},{},{}", row * 13 % 41, ["None", "None", "None", "minor"][row % 4], row * 7 % 2));
    let (spec, said) = made("t.csv", &format!("a,injury,sick\n{none}"), &[]);
    for text in [spec, said] {
        assert!(text.contains("`None` stands in 90 of 120 rows"), "{text}");
    }
}

#[test]
fn files_of_other_formats_are_named() {
    let folder = Folder::new();
    for (name, content, words) in [
        ("a.xlsx", b"PK\x03\x04............xl/workbook.xml".as_slice(), "an Excel workbook; save the sheet as CSV"),
        ("a.parquet", b"PAR1\x15\x04", "a Parquet file that is cut short"),
        ("a.json", b"[{\"a\": 1, \"b\": 2}]", "it is JSON; convert it"),
        ("a.zip", b"PK\x03\x04............table.csv", "a zip archive"),
    ] {
        folder.write(name, content);
        let (code, _, err) = mtlc(&folder.0, &["init", name]);
        assert!(code == Some(2) && err.contains(words), "{name}: {err}");
    }
}

#[test]
fn columns_of_one_name_are_left_out() {
    let body = rows(60, |row| format!("{},{},{},{}", row % 5, row * 7 % 31, row * 11 % 13, row % 2));
    let (spec, said) = made("t.csv", &format!("a,b,a,target\n{body}"), &[]);
    has(&spec, &["// a: not read: two columns are called `a`", "input numbers from t[b]"]);
    assert_eq!(said.matches("two columns are called `a`").count(), 2, "{said}");
}

#[test]
fn columns_of_one_sort_are_read_together() {
    let body = rows(400, |row| {
        let (a, b, town) = (["x", "y", "z"][row % 3], ["on", "off"][row * 7 % 2], row * 13 % 17);
        format!(
            "{a},{b},t{town},u{},2024-01-{:02} 1{}:00,{},{}",
            row * 5 % 19,
            1 + row % 28,
            row % 9,
            row % 41,
            row * 31 % 97
        )
    });
    let (spec, _) = made("t.csv", &format!("a,b,town,road,when,n,price\n{body}"), &["--tasks", "price"]);
    has(
        &spec,
        &[
            "input few_classes from t[a, b] -> one_hot",
            "input many_classes from t[town, road] -> embed",
            "input when from t.when -> calendar(year, month, weekday, hour) -> standardize",
            "input numbers from t[n] -> robust_scale -> smooth_clip",
        ],
    );
}

#[test]
fn wide_tables_are_declared_and_read_in_few_lines() {
    let header: Vec<String> =
        (0..60).map(|gene| format!("gene{}", (b'a' + gene % 26) as char).repeat(1 + gene as usize / 26)).collect();
    let line = |row: usize| (0..60).map(|gene| (row * (gene + 3) % 67).to_string()).collect::<Vec<_>>().join(",");
    let body = rows(60, |row| format!("{},{},5", line(row), ["A", "B"][row * 7 % 2]));
    let (spec, said) = made("t.csv", &format!("{},subtype,same\n{body}", header.join(",")), &[]);
    has(
        &spec,
        &["input numbers from t[* of number except same] -> robust_scale -> smooth_clip", "task subtype: binary"],
    );
    assert!(spec.lines().count() < 60, "{spec}");
    assert!(said.contains("60 columns, number") && said.contains("same: number, `5` in every row"), "{said}");
}

#[test]
fn the_recipe_fits_the_table() {
    let table = |bits: usize| {
        let header: Vec<String> = (0..bits).map(|bit| format!("bit{bit:02}")).collect();
        let line =
            |row: usize| (0..bits).map(|bit| (row * (bit + 3) % 7 / 5).to_string()).collect::<Vec<_>>().join(",");
        format!(
            "{},dose,active\n{}",
            header.join(","),
            rows(90, |row| format!("{},{}.5,{}", line(row), row * 7 % 31, ["y", "n"][row % 2]))
        )
    };
    // Few numbers go in as they are and as waves, and each task has a layer of its own.
    let (spec, _) = made("t.csv", &table(10), &["--tasks", "active"]);
    let few = [
        "-> robust_scale -> smooth_clip",
        "concat(numbers, numbers -> periodic(frequencies: 8))",
        "from trunk -> dense(64)",
    ];
    has(&spec, &few);
    let (spec, _) = made("t.csv", &table(50), &["--tasks", "active"]);
    has(
        &spec,
        &["-> robust_scale -> smooth_clip", "shared trunk from numbers -> dense(128)", "from trunk -> dense(64)"],
    );
    // Many weak signs are learned slowly, by weights that decay.
    let (spec, _) = made("t.csv", &table(80), &["--tasks", "active"]);
    has(&spec, &["-> standardize -> smooth_clip", "shared trunk from numbers -> dropout(0.2)", "weight_decay: 3)"]);
}

#[test]
fn two_columns_that_make_up_a_label_are_no_inputs() {
    let body = rows(90, |row| {
        let (casual, registered) = (row * 37 % 91, row * 53 % 97);
        format!("{},{casual},{registered},{}", row * 13 % 41, casual + registered)
    });
    let (spec, _) = made("t.csv", &format!("temp,casual,registered,cnt\n{body}"), &[]);
    has(
        &spec,
        &["not read: with `registered` it makes up `cnt`", "not read: with `casual`", "input numbers from t[temp]"],
    );
}

/// Two bands of two substances on a slope, at forty wavelengths; every sample has a thickness and a temperature of its own.
fn spectra(jagged: bool) -> String {
    let header: Vec<String> = (0..40).map(|place| format!("w{place:02}")).collect();
    let mut table = format!("{},temperature,fat\n", header.join(","));
    for row in 0..60u32 {
        let (fat, water) = (f64::from(row * 7 % 31) / 10.0, f64::from(row * 11 % 17) / 5.0);
        let thickness = 1.0 + f64::from(row % 5) / 4.0;
        for place in 0..40u32 {
            let band = |centre: f64, width: f64| (-((f64::from(place) - centre) / width).powi(2)).exp();
            let noise = if jagged { f64::from((row * 37 + place * 53) % 19) / 4.0 } else { 0.0 };
            let value = thickness * (fat * band(12.0, 6.0) + water * band(27.0, 7.0) + 0.02 * f64::from(place)) + noise;
            table += &format!("{value:.4},");
        }
        table += &format!("{},{fat:.1}\n", 15 + row * 3 % 10);
    }
    table
}

#[test]
fn a_spectrum_is_read_as_one() {
    let (spec, _) = made("meat.csv", &spectra(false), &["--tasks", "fat"]);
    has(
        &spec,
        &[
            "input spectrum from meat[w00 .. w39] -> snv -> savitzky_golay(11, derivative: 1) -> pca(4) -> standardize",
            "input numbers from meat[temperature] -> robust_scale -> smooth_clip",
            "shared trunk from concat(spectrum, numbers, numbers -> periodic(frequencies: 8)) -> dense(128)",
        ],
    );
    // As many columns that jump up and down are numbers.
    let (spec, _) = made("meat.csv", &spectra(true), &["--tasks", "fat"]);
    has(&spec, &["input numbers from meat[w00 .. w39, temperature] -> robust_scale -> smooth_clip"]);
    // With gaps, they are filled first.
    let gap = spectra(false).replacen(",15,", ",,", 1);
    let (spec, _) = made("meat.csv", &gap, &["--tasks", "fat"]);
    has(&spec, &["-> impute(median) -> robust_scale"]);
}

#[test]
fn groups_of_json_lines_are_columns_by_their_paths() {
    let line = |row: usize| {
        let (colour, price) = (["red", "blue", "green"][row % 3], 1.5 * (row % 7) as f64 + row as f64);
        format!(
            "{{\"shop\": {{\"price\": {price}, \"at\": {{\"city\": \"{}\"}}}}, \"none\": null, \"colour\": \"{colour}\"}}\n",
            ["Oslo", "Rome"][row / 2 % 2]
        )
    };
    let spec = init("shops.jsonl", (0..60).map(line).collect::<String>());
    has(&spec, &["number as \"shop.price\"", "as \"shop.at.city\"", "colour:"]);
}

#[test]
fn a_folder_of_pictures_becomes_a_spec() {
    let folder = Folder::new();
    for number in 0..40_u8 {
        let class = folder.0.join("shots").join(["cat", "dog"][usize::from(number % 2)]);
        std::fs::create_dir_all(&class).expect("a folder");
        let pixel = |x: u32, y: u32| image::Rgb([number * 5, (x * 7) as u8, (y * 9 + u32::from(number)) as u8]);
        image::RgbImage::from_fn(9, 7, pixel).save(class.join(format!("{number}.PNG"))).expect("a picture is written");
    }
    let (spec, _) = init_in(&folder, "shots", &[]);
    has(
        &spec,
        &[
            "path: image // paths of pictures",
            "class: category(\"cat\", \"dog\")",
            "-> resize(32) -> normalize -> conv2d(16",
        ],
    );
    for number in 0..40 {
        let class = folder.0.join("calls").join(["owl", "jay"][number % 2]);
        std::fs::create_dir_all(&class).expect("a folder");
        let sound = super::sounds::hum(8000, 800 + 40 * number, 400.0 + 300.0 * (number % 2) as f64, 0.0);
        std::fs::write(class.join(format!("{number}.wav")), sound).expect("a file is written");
    }
    let (spec, _) = init_in(&folder, "calls", &[]);
    has(&spec, &["path: audio // paths of sounds", "-> log_mel(64) -> standardize", "-> mean_pool"]);
    // Whatever other files are, their paths are no input: they name the class.
    for number in 0..40 {
        let class = folder.0.join("notes").join(["cat", "dog"][number % 2]);
        std::fs::create_dir_all(&class).expect("a folder");
        std::fs::write(class.join(format!("{number}.dat")), [number as u8]).expect("a file is written");
    }
    let (_, _, said) = mtlc(&folder.0, &["init", "notes", "--out", "notes.mtl"]);
    assert!(
        !std::fs::read_to_string(folder.0.join("notes.mtl")).unwrap_or_default().contains("from notes.path"),
        "{said}"
    );
}
