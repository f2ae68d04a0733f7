//! What ARCHITECTURE.md promises of the house, read from its files.

mod library;
mod phases;

use std::path::{Path, PathBuf};

const MOST_LINES: usize = 500;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below a folder with one of these endings, as paths from the root, and their text.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                let shown = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                found.push((shown, std::fs::read_to_string(&path).unwrap_or_default()));
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<(String, String)> {
    let found = files("src", &[".rs"]);
    assert!(found.len() > 100, "the sources are in src/");
    found
}

/// The stage that a file of `src/` belongs to; `lib` and `main` are none.
fn stage(path: &str) -> &str {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    inside.split_once('/').map_or("", |(stage, _)| stage)
}

/// Lines of code: comments and what only documents are left out.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.split_once("//").map_or(line, |(before, _)| before)))
        .filter(|(_, line)| !line.trim().is_empty())
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// True if a text has this word, and not as part of another.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(is_word) && !text[at + word.len()..].starts_with(is_word))
}

/// The stages in the order of `lib.rs`.
fn stages() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("src/lib.rs")).expect("is there");
    let stages: Vec<String> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned))
        .collect();
    assert!(stages.first().is_some_and(|first| first == "source") && stages.last().is_some_and(|last| last == "cli"));
    stages
}

/// The stages that a line imports from: the names behind `crate::`, those of a group in braces too.
fn imported(line: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let after = &line[at + "crate::".len()..];
        let name = |text: &str| text.chars().take_while(|character| is_word(*character)).collect::<String>();
        let Some(group) = after.strip_prefix('{') else {
            names.push(name(after));
            continue;
        };
        let mut depth = 0;
        for (index, character) in group.char_indices() {
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                _ if depth == 0 && (index == 0 || group[..index].trim_end().ends_with(',')) => {
                    names.push(name(&group[index..]));
                }
                _ => {}
            }
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn imports_are_found_in_every_form() {
    assert_eq!(imported("use crate::diag::Sink;"), ["diag"]);
    assert_eq!(imported("use crate::{check::{self, A}, graph, source::Span};"), ["check", "graph", "source"]);
    assert_eq!(imported("pub(crate::a) fn f(x: crate::check::B) -> crate::data::C"), ["a", "check", "data"]);
    assert!(imported("use super::x;").is_empty());
    assert!(has_word("a burn::x", "burn") && !has_word("burned sunburn", "burn"));
}

#[test]
fn imports_run_one_way() {
    let stages = stages();
    let rank = |name: &str| stages.iter().position(|stage| stage == name);
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(own) = rank(stage(&path)) else { continue };
        // An import may be spread over lines.
        let joined: Vec<(usize, &str)> = code(&text).collect();
        let whole: String = joined.iter().map(|(_, line)| line.trim()).collect::<Vec<_>>().join(" ");
        for name in imported(&whole) {
            if rank(&name).is_some_and(|other| other > own) {
                wrong.push(format!("{path} imports from `{name}`, which comes later"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_stage_has_a_folder() {
    for stage in stages() {
        let is_there = root().join("src").join(&stage).join("mod.rs").is_file();
        assert!(is_there, "src/{stage}/mod.rs");
    }
}

/// Fails if a word stands in the code of files for which `allowed` is false.
fn only_in(words: &[&str], allowed: impl Fn(&str) -> bool) {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if allowed(&path) {
            continue;
        }
        for (line, code) in code(&text) {
            wrong.extend(
                words.iter().filter(|word| has_word(code, word)).map(|word| format!("{path}:{line}: `{word}`")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_parser_knows_the_grammar() {
    only_in(&["Rule", "pest", "pest_derive"], |path| stage(path) == "syntax");
}

#[test]
fn only_lowering_and_training_know_burn() {
    only_in(&["burn", "burn_flex", "burn_tch"], |path| matches!(stage(path), "kernels" | "lower" | "train"));
}

#[test]
fn only_the_outer_stages_touch_files() {
    only_in(&["fs", "OpenOptions", "read_to_string"], |path| {
        matches!(stage(path), "data" | "generate" | "lower" | "train" | "project" | "study" | "report" | "cli")
            || ["src/source/loader.rs", "src/source/pointer.rs", "src/source/replace.rs"].contains(&path)
    });
}

#[test]
fn only_the_outer_stages_meet_the_world() {
    only_in(&["std::net", "std::process", "std::env", "SystemTime"], |path| {
        ["", "data", "generate", "lower", "train", "project", "study", "report", "serve", "cli"].contains(&stage(path))
    });
}

#[test]
fn only_the_command_line_speaks() {
    // What measures a speed is run by hand, and says it.
    let is_measure = |path: &str| path == "src/train/balancers/tests/speed.rs";
    // What another program says is heard, not said.
    let is_heard = |path: &str| path == "src/data/pictures/ffmpeg.rs";
    let words = ["print", "println", "eprint", "eprintln", "stdout", "stderr", "exit", "abort", "ExitCode", "clap"];
    only_in(&words, |path| matches!(stage(path), "" | "cli") || is_measure(path) || is_heard(path));
}

#[test]
fn only_studies_servers_and_the_command_line_begin_with_a_project() {
    let mut importers: Vec<String> = Vec::new();
    for (path, text) in sources() {
        let whole: String = code(&text).map(|(_, line)| line.trim()).collect::<Vec<_>>().join(" ");
        if imported(&whole).iter().any(|name| name == "project") {
            importers.push(stage(&path).to_string());
        }
    }
    importers.sort();
    importers.dedup();
    assert_eq!(importers, ["cli", "serve", "study"]);
}

/// The types of errors of the functions in a text: the last word in the angle brackets of their `Result`.
fn errors(text: &str) -> Vec<String> {
    let whole: String = code(text).map(|(_, line)| line.trim()).collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    for (at, start) in whole.match_indices("Result<") {
        let after = &whole[at + start.len()..];
        let mut depth = 0;
        let mut comma = None;
        for (index, character) in after.char_indices() {
            match character {
                '<' | '(' | '[' => depth += 1,
                '>' if after[..index].ends_with('-') => {}
                '>' if depth == 0 => {
                    found.extend(comma.map(|comma: usize| after[comma..index].trim_matches([',', ' ']).to_string()));
                    break;
                }
                '>' | ')' | ']' => depth -= 1,
                // One at the end comes before nothing.
                ',' if depth == 0 && !after[index + 1..].trim_start().starts_with('>') => comma = Some(index),
                _ => {}
            }
        }
    }
    found
}

/// Stages whose errors are types, and files of others that hand errors to them.
const TYPED: [&str; 4] = ["project", "report", "study", "train"];
const TYPED_FILES: [&str; 5] = [
    "src/data/files.rs",
    "src/data/folds.rs",
    "src/data/guess/mod.rs",
    "src/data/guess/tasks.rs",
    "src/score/predictions/mod.rs",
];

#[test]
fn what_keeps_later_stages_from_going_on_is_said_in_types() {
    assert_eq!(errors("fn f(a: b) -> Result<(C, D), String> {"), ["String"]);
    assert_eq!(errors("x: Result<Vec<A>, B<E>,>; Result<A>"), ["B<E>"]);
    let mut types = Vec::new();
    let typed = |path: &str| TYPED.contains(&stage(path)) || TYPED_FILES.contains(&path);
    for (path, text) in sources().into_iter().filter(|(path, _)| typed(path)) {
        for error in errors(&text) {
            let texts = ["String", "&str", "&'static str", "(String, String)", "Box<dyn Error>"];
            assert!(!texts.contains(&error.as_str()), "{path}: an error is `{error}`");
            types.push(error);
        }
    }
    assert!(types.len() > 100, "only {types:?} were found");
}

#[test]
fn only_the_outer_stages_know_arrow() {
    only_in(&["arrow_array", "arrow_schema", "arrow_select"], |path| {
        matches!(stage(path), "data" | "lower" | "train" | "cli")
    });
}

#[test]
fn catalog_lists_are_sorted_and_complete() {
    let mut lists = 0;
    for (path, text) in sources() {
        let Some(folder) = path.strip_suffix("/mod.rs").filter(|folder| folder.starts_with("src/catalog/")) else {
            continue;
        };
        let Some((_, after)) = text.split_once("catalog! {") else { continue };
        let body = after.split_once('{').map_or("", |(_, body)| body);
        let body = body.split_once('}').map_or("", |(body, _)| body);
        let listed: Vec<&str> = body
            .lines()
            .filter_map(|line| line.trim().split_once("::").map(|(module, _)| module.trim_start_matches("r#")))
            .collect();
        let mut present: Vec<String> = std::fs::read_dir(root().join(folder))
            .expect("is there")
            .flatten()
            .filter_map(|entry| entry.file_name().to_string_lossy().strip_suffix(".rs").map(str::to_owned))
            .filter(|name| name != "mod" && !declared(&text, name))
            .collect();
        present.sort();
        assert_eq!(listed, present, "the list in {path} and the files beside it");
        lists += 1;
    }
    assert!(lists >= 10, "only {lists} lists were found");
}

/// True for a helper of a folder: a module that its `mod.rs` declares itself.
fn declared(text: &str, name: &str) -> bool {
    text.lines()
        .any(|line| line.trim().trim_start_matches("pub ").trim_start_matches("pub(crate) ") == format!("mod {name};"))
}

#[test]
fn files_are_short() {
    let mut wrong = Vec::new();
    for (path, text) in sources().into_iter().chain(files("tests", &[".rs"])) {
        let lines = text.lines().count();
        if lines > MOST_LINES {
            wrong.push(format!("{path} has {lines} lines, more than {MOST_LINES}: split it"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    for (path, text) in sources().into_iter().chain(files("tests", &[".rs"])) {
        assert!(text.starts_with("//!"), "{path} does not start with `//!`");
    }
}

#[test]
fn nothing_names_a_path_of_a_machine() {
    let roots = ["root", "home", "work", "Users"];
    let mut wrong = Vec::new();
    for folder in [
        "src",
        "crates",
        "tests",
        "benches",
        "fuzz",
        "grammar",
        "pipelines",
        "std-tasks",
        "std-blocks",
        "docs",
        "scripts",
    ] {
        let mut found = files(folder, &[".rs", ".md", ".mtl", ".pest", ".toml", ".sh", ".json", ".snap"]);
        found.retain(|(path, _)| !path.starts_with("fuzz/target/"));
        for (path, text) in found {
            for root in roots {
                let start = format!("/{root}/");
                for (at, _) in text.match_indices(&start) {
                    // A folder of that name inside another, or in an address, is no path of a machine.
                    if !text[..at].ends_with(|before: char| is_word(before) || matches!(before, '.' | '-' | '}')) {
                        wrong.push(format!("{path}: `{}`", text[at..].lines().next().unwrap_or("")));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
