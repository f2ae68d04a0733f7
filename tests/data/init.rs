//! `mtlc init`: what it writes passes `check` and `check --data`, for every real table at hand.

use super::Folder;
use super::command::mtlc;

/// Writes a table, makes a spec of it and checks both; returns the spec.
fn init(name: &str, content: impl AsRef<[u8]>) -> String {
    let folder = Folder::new();
    folder.write(name, content);
    let (code, out, err) = mtlc(&folder.0, &["init", name, "--out", "made.mtl"]);
    assert_eq!(code, Some(0), "{name}: {out}{err}");
    let spec = std::fs::read_to_string(folder.0.join("made.mtl")).expect("is there");
    let (code, out, err) = mtlc(&folder.0, &["check", "--deny", "warnings", "made.mtl"]);
    assert_eq!(code, Some(0), "{name}: {out}{err}\n{spec}");
    let (code, out, err) = mtlc(&folder.0, &["check", "--data", "made.mtl"]);
    assert_eq!(code, Some(0), "{name}: {out}{err}\n{spec}");
    let (code, _, err) = mtlc(&folder.0, &["fmt", "--check", "made.mtl"]);
    assert_eq!(code, Some(0), "{name}: {err}\n{spec}");
    spec
}

fn has(spec: &str, lines: &[&str]) {
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
            "-> impute(median) -> standardize",
            "task sex: binary(positive: \"male\") from trunk { label: penguins.sex }",
            "task species: classification from trunk { label: penguins.species }",
            "// task island: classification",
        ],
    );
}

#[test]
fn other_real_tables_become_specs() {
    let spec = init("digits.csv.gz", include_bytes!("../../pipelines/data/digits.csv.gz"));
    has(&spec, &["p00 .. p63: number", "task digit: classification from trunk { label: digits.digit }"]);
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
