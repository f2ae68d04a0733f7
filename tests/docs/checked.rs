//! The list of what parts for texts and pictures are checked against: it leaves nothing out, and all that it names is there.

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

/// The names of the files of a folder of the catalog whose code has one of these words: what takes pictures says so by them.
fn says(folder: &str, words: &[&str]) -> Vec<String> {
    let mut names = Vec::new();
    for file in files_below(&repository("src/catalog").join(folder), "rs") {
        let text = std::fs::read_to_string(&file).expect("a file");
        let name = file.file_stem().and_then(|name| name.to_str()).expect("a name");
        // What entries share is none.
        if text.contains("entry! {") && words.iter().any(|word| text.contains(word)) {
            names.push(name.to_string());
        }
    }
    names
}

/// Templates whose labels are numbers and classes of any row.
const OF_ROWS: [&str; 4] = ["binary", "classification", "multilabel", "regression"];

#[test]
fn every_part_for_texts_and_pictures_is_checked_against_somebody_else() {
    let list = read("docs/checked.md");
    let mut tests = String::new();
    for folder in ["src", "tests", "crates"] {
        files_below(&repository(folder), "rs")
            .iter()
            .for_each(|file| tests += &std::fs::read_to_string(file).expect("a file"));
    }
    // What it names is there: entries with a page, and tests.
    for page in ["blocks", "decoders", "formats", "kinds", "layers", "losses", "metrics", "steps"] {
        let there: BTreeSet<String> = entries(page).into_iter().map(|(name, _)| name).collect();
        for named in list.split(&format!("](catalog/{page}.md#")).skip(1) {
            let name = named.split(')').next().expect("a link");
            assert!(there.contains(name), "no `{name}` in the catalog's {page}");
        }
    }
    let rows = list.lines().filter(|line| line.starts_with("| [") && line.ends_with("` |"));
    let named: Vec<&str> = rows.filter_map(|row| row.trim_end_matches("` |").rsplit('`').next()).collect();
    assert!(named.len() > 100, "{named:?}");
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
    for folder in ["std-blocks", "std-tasks"] {
        for file in files_below(&repository(folder), "mtl") {
            let name = file.file_stem().and_then(|name| name.to_str()).expect("a name").to_string();
            let link = match folder {
                "std-blocks" => format!("](catalog/blocks.md#{name})"),
                _ => format!("](../std-tasks/{name}.mtl)"),
            };
            assert!(OF_ROWS.contains(&name.as_str()) || list.contains(&link), "`{name}` is in no list");
        }
    }
    for kind in ["audio", "boxes", "image", "instances", "keypoints", "mask", "tracks", "video"] {
        assert!(has("kinds", kind), "`{kind}` is in no list");
    }
    for format in ["coco", "folder", "voc", "yolo"] {
        assert!(has("formats", format), "`{format}` is in no list");
    }
    let listed = |page: &str, words: &[&str], least: usize| {
        let names = says(page, words);
        assert!(names.len() >= least, "only {names:?} of {page}");
        for name in names {
            assert!(has(page, &name), "`{name}` of {page} is in no list");
        }
    };
    listed("decoders", &["fn locates"], 4);
    let of_pictures = ["require_picture", "require_clips", "require_normed", "windows()", "parts()", "Axis::HEIGHT"];
    listed("layers", &of_pictures, 14);
    listed("losses", &["is_picture()", "Axis::HEIGHT"], 4);
    listed("metrics", &["CLASS_MAPS", "FOUND", "INSTANCES", "KEYPOINTS", "TRACKS"], 9);
    listed("steps", &["needs_images(", "needs_sized_images(", "needs_alike_images("], 15);
    listed("steps", &["Kind::Sound"], 1);
    listed("steps", &["Kind::Boxes", "Kind::Instances", "Kind::Keypoints", "Kind::Tracks"], 4);
}
