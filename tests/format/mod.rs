//! The formatter: how a spec is laid out, that it keeps the tree and every comment, and that twice is as once.

mod command;
mod property;

use std::path::{Path, PathBuf};

use mtlc::diag::Sink;
use mtlc::source::FileId;
use mtlc::{format, syntax};

/// The layout of a text that has no syntax errors.
pub fn laid_out(text: &str) -> String {
    let mut sink = Sink::default();
    format::format(FileId(0), text, &mut sink).unwrap_or_else(|| panic!("has errors: {:?}\n{text}", sink.finish()))
}

/// The tree of a text without its places, and the words of its comments in order.
pub fn tree(text: &str) -> (String, Vec<String>) {
    let mut sink = Sink::default();
    let file = syntax::parse(FileId(0), text, &mut sink);
    let shown = format!("{:?} {:?}", file.docs, file.items);
    let mut bare = String::with_capacity(shown.len());
    for (index, piece) in shown.split("Span {").enumerate() {
        bare += if index == 0 { piece } else { piece.split_once('}').map_or("", |(_, rest)| rest) };
    }
    let comment = |text: &str| match (text.strip_prefix("///"), text.strip_prefix("//!")) {
        // A doc comment that documents nothing is a comment, and gets its space all the same.
        // A fourth slash makes a plain comment of it.
        (Some(inside), _) if !inside.starts_with([' ', '/']) && !inside.is_empty() => format!("/// {inside}"),
        (_, Some(inside)) if !inside.starts_with(' ') && !inside.is_empty() => format!("//! {inside}"),
        _ => text.to_string(),
    };
    (bare, file.comments.iter().map(|found| comment(&found.text)).collect())
}

/// Checks everything that holds of every layout; returns it.
pub fn check_layout(text: &str) -> String {
    let once = laid_out(text);
    assert_eq!(tree(text), tree(&once), "another tree:\n{text}\n---\n{once}");
    let twice = laid_out(&once);
    assert_eq!(once, twice, "twice is not as once:\n{text}");
    for line in once.lines() {
        assert_eq!(line, line.trim_end(), "spaces at the end of a line:\n{once}");
    }
    assert!(!once.contains("\n\n\n") && !once.starts_with('\n') && !once.ends_with("\n\n"), "blank lines:\n{once}");
    once
}

fn folder(path: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "mtl"))
        .collect();
    files.sort();
    files
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// `MTLC_BLESS=1 cargo test` rewrites what is expected.
#[test]
fn files_are_laid_out_as_expected() {
    let before = folder("tests/format/before");
    assert!(before.len() >= 4);
    for path in before {
        let text = check_layout(&read(&path));
        let expected =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/format/after").join(path.file_name().expect("a name"));
        if std::env::var_os("MTLC_BLESS").is_some_and(|value| !value.is_empty()) {
            std::fs::write(&expected, &text).expect("can be written");
        }
        assert_eq!(text, read(&expected), "for {}", path.display());
    }
}

#[test]
fn the_projects_specs_are_laid_out() {
    for path in [folder("pipelines"), folder("std-tasks"), folder("std-blocks")].concat() {
        let text = read(&path);
        assert_eq!(check_layout(&text), text, "run `mtlc fmt {}`", path.display());
    }
}

#[test]
fn the_examples_of_the_design_keep_their_tree() {
    for path in folder("tests/syntax/files") {
        check_layout(&read(&path));
    }
}

#[test]
fn line_ends_follow_the_first_and_a_byte_order_mark_goes() {
    assert_eq!(laid_out("\u{feff}train {\r\n\tepochs:3 // three\n}"), "train {\r\n  epochs: 3  // three\r\n}\r\n");
    assert_eq!(laid_out("train {\n\tepochs:3\r\n}\r\n"), "train {\n  epochs: 3\n}\n");
    assert_eq!(laid_out("train {}"), "train {}\n");
}

#[test]
fn nothing_stays_nothing() {
    for text in ["", "\n", "  \n\n\t\n", "\u{feff}", "\r\n"] {
        assert_eq!(laid_out(text), "");
    }
    assert_eq!(laid_out("// only this"), "// only this\n");
}

#[test]
fn lines_are_measured_in_characters() {
    let name = "größe".repeat(20);
    let text = format!("let x = {name} -> relu\n");
    assert!(text.chars().count() <= 120 && text.len() > 120);
    assert_eq!(laid_out(&text), text);
}

#[test]
fn a_text_with_errors_has_no_layout() {
    for text in ["train {", "data d: csv(\"x) {}", "let x = ", "hello", "train { a: 1;\n }"] {
        let mut sink = Sink::default();
        assert_eq!(format::format(FileId(0), text, &mut sink), None, "for {text}");
        assert!(sink.has_errors());
    }
}
