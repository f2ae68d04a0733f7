//! The list of what parts for texts are checked against: it leaves nothing out, and all that it names is there.

use std::collections::BTreeSet;

use crate::support::{files_below, repository};

fn read(path: &str) -> String {
    std::fs::read_to_string(repository(path)).expect("a file")
}

/// The entries of a page of the catalog, each with what it says.
fn entries(page: &str) -> Vec<(String, String)> {
    let text = read(&format!("docs/catalog/{page}.md"));
    let sections = text.split("\n## `").skip(1).map(|section| section.split_once("`\n").expect("a heading"));
    sections.map(|(name, says)| (name.to_string(), says.to_string())).collect()
}

#[test]
fn every_part_for_texts_is_checked_against_somebody_else() {
    let list = read("docs/checked.md");
    let mut tests = String::new();
    for folder in ["src", "tests", "crates"] {
        files_below(&repository(folder), "rs")
            .iter()
            .for_each(|file| tests += &std::fs::read_to_string(file).expect("a file"));
    }
    // What it names is there: entries with a page, and tests.
    for page in ["steps", "layers", "metrics"] {
        let there: BTreeSet<String> = entries(page).into_iter().map(|(name, _)| name).collect();
        for named in list.split(&format!("](catalog/{page}.md#")).skip(1) {
            let name = named.split(')').next().expect("a link");
            assert!(there.contains(name), "no `{name}` in the catalog's {page}");
        }
    }
    let rows = list.lines().filter(|line| line.starts_with("| [") && line.ends_with("` |"));
    let named: Vec<&str> = rows.filter_map(|row| row.trim_end_matches("` |").rsplit('`').next()).collect();
    assert!(named.len() > 30, "{named:?}");
    for test in named {
        assert!(tests.contains(&format!("fn {test}(")), "no test `{test}`");
    }
    // And all that there is stands in it.
    let has = |page: &str, name: &str| list.contains(&format!("](catalog/{page}.md#{name})"));
    for (name, _) in entries("steps").iter().filter(|(_, says)| says.contains("`text[")) {
        assert!(has("steps", name), "`{name}` is in no list");
    }
    let figures: serde_json::Value = serde_json::from_str(&read("tests/train/text_metrics.json")).expect("JSON");
    let figures = figures["cases"].as_array().expect("cases").iter().filter_map(|case| case["expected"].as_object());
    for name in figures.flat_map(|figures| figures.keys()) {
        assert!(has("metrics", name), "`{name}` is in no list");
    }
    for file in files_below(&repository("std-tasks"), "mtl") {
        let text = std::fs::read_to_string(&file).expect("a file");
        let name = file.file_name().and_then(|name| name.to_str()).expect("a name").to_string();
        let of_texts = text.lines().any(|line| line.trim().starts_with("label:") && line.trim().ends_with("text"));
        assert!(!of_texts || list.contains(&format!("](../std-tasks/{name})")), "`{name}` is in no list");
    }
}
