//! The rules of ARCHITECTURE.md that can be read off the text of the source.

use std::path::{Path, PathBuf};

use crate::support::{all_good, files_below, repository};

/// Files that are longer than 500 lines; a new one is split instead of listed.
const LONGER: [&str; 3] = ["src/check/data.rs", "src/check/elaborate.rs", "src/check/tasks.rs"];

/// Folders whose `mod.rs` is a list of entries.
const REGISTRIES: [&str; 11] = [
    "balancers",
    "decoders",
    "formats",
    "kinds",
    "layers",
    "losses",
    "metrics",
    "optimizers",
    "schedules",
    "sharing",
    "steps",
];

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a source file")
}

fn shown(path: &Path) -> String {
    path.strip_prefix(repository("")).unwrap_or(path).display().to_string()
}

/// The modules of `lib.rs`, in order.
fn modules() -> Vec<String> {
    let text = read(&repository("src/lib.rs"));
    let modules: Vec<String> =
        text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).map(str::to_string).collect();
    assert!(modules.len() >= 7, "{modules:?}");
    modules
}

/// Lines of code, without comments.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.split("//").next().unwrap_or("")))
        .filter(|(_, line)| !line.trim().is_empty())
}

#[test]
fn a_module_imports_only_from_those_above_it() {
    let modules = modules();
    let mut problems = Vec::new();
    for path in files_below(&repository("src"), "rs") {
        let inside = path.strip_prefix(repository("src")).expect("a path in src");
        let own = inside.components().next().and_then(|first| first.as_os_str().to_str()).unwrap_or("");
        let Some(rank) = modules.iter().position(|module| own.trim_end_matches(".rs") == module) else { continue };
        for (number, line) in code(&read(&path)) {
            for part in line.split("crate::").skip(1) {
                let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if modules.iter().position(|module| *module == name).is_some_and(|other| other > rank) {
                    problems.push(format!("{}:{number}: {own} may not import {name}", shown(&path)));
                }
            }
        }
    }
    all_good(problems);
}

#[test]
fn only_the_parser_names_pest_and_only_lowering_and_training_name_burn() {
    let mut problems = Vec::new();
    for path in files_below(&repository("src"), "rs") {
        let name = shown(&path);
        for (number, line) in code(&read(&path)) {
            let names = |krate: &str| line.contains(&format!("{krate}::")) || line.contains(&format!("use {krate}"));
            if (names("pest") || line.contains("Rule::")) && !name.starts_with("src/syntax/") {
                problems.push(format!("{name}:{number}: names pest"));
            }
            let may_burn = ["src/lower/", "src/train/"].iter().any(|folder| name.starts_with(folder));
            if names("burn") && !may_burn {
                problems.push(format!("{name}:{number}: names burn"));
            }
        }
    }
    all_good(problems);
}

#[test]
fn the_front_end_does_no_input_or_output() {
    let mut problems = Vec::new();
    for folder in ["source", "diag", "syntax", "format", "catalog", "check", "graph"] {
        for path in files_below(&repository("src").join(folder), "rs") {
            if path.ends_with("source/loader.rs") {
                continue;
            }
            for (number, line) in code(&read(&path)) {
                for forbidden in ["std::fs", "std::net", "std::process", "println!", "std::env", "SystemTime"] {
                    if line.contains(forbidden) {
                        problems.push(format!("{}:{number}: {forbidden}", shown(&path)));
                    }
                }
            }
        }
    }
    all_good(problems);
}

#[test]
fn folders_and_their_lists_agree_and_are_sorted() {
    let mut problems = Vec::new();
    for folder in REGISTRIES {
        let path = repository("src/catalog").join(folder);
        let text = read(&path.join("mod.rs"));
        let body = text.split_once("crate::catalog! {").and_then(|(_, rest)| rest.split_once("\n}")).expect("a list").0;
        let listed: Vec<String> = body
            .lines()
            .filter_map(|line| line.trim().strip_suffix(','))
            .filter_map(|line| line.split_once("::"))
            .map(|(module, _)| module.trim_start_matches("r#").to_string())
            .collect();
        let mut sorted = listed.clone();
        sorted.sort();
        if listed != sorted {
            problems.push(format!("{folder}: the list is not sorted: {listed:?}"));
        }
        let files: Vec<String> = stems(&path);
        if files != sorted {
            problems.push(format!("{folder}: files {files:?}\n  and list {sorted:?}"));
        }
    }
    all_good(problems);
}

/// The names of the Rust files directly in a folder, without `mod.rs`.
fn stems(folder: &Path) -> Vec<String> {
    let inside = |path: &PathBuf| path.parent() == Some(folder) && !path.ends_with("mod.rs");
    let files = files_below(folder, "rs");
    let mut stems: Vec<String> = files
        .iter()
        .filter(|path| inside(path))
        .filter_map(|path| path.file_stem()?.to_str())
        .map(str::to_string)
        .collect();
    stems.sort();
    stems
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut problems = Vec::new();
    for path in files_below(&repository("src"), "rs").into_iter().chain(files_below(&repository("tests"), "rs")) {
        let (name, text) = (shown(&path), read(&path));
        if !text.starts_with("//!") {
            problems.push(format!("{name} does not start by saying what it is for"));
        }
        let lines = text.lines().count();
        if (lines > 500) != LONGER.contains(&name.as_str()) {
            problems.push(format!("{name} has {lines} lines"));
        }
    }
    all_good(problems);
}
