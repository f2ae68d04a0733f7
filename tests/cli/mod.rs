//! The command line as people see it: renderers, help pages, exit codes.

mod check;
#[cfg(feature = "run")]
mod given;
#[cfg(all(unix, feature = "data"))]
mod hook;
mod new;

use std::process::{Command, Output};

use crate::support::repository;

/// Runs the program in the repository, without colour and at a fixed width.
pub fn mtlc(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mtlc"))
        .args(arguments)
        .current_dir(repository(""))
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .expect("the program runs")
}

pub fn stdout(arguments: &[&str]) -> String {
    String::from_utf8(mtlc(arguments).stdout).expect("UTF-8")
}

const BROKEN: &str = "tests/cli/files/broken.mtl";

#[test]
fn one_broken_file_in_every_format() {
    for format in ["human", "short", "json", "sarif", "github", "junit"] {
        let output = mtlc(&["check", "--format", format, BROKEN]);
        assert_eq!(output.status.code(), Some(1), "{format}");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("check_{format}"), text);
        });
    }
}

#[test]
fn json_and_sarif_are_json() {
    for format in ["json", "sarif"] {
        let text = stdout(&["check", "--format", format, BROKEN]);
        serde_json::from_str::<serde_json::Value>(&text).unwrap_or_else(|error| panic!("{format}: {error}\n{text}"));
    }
}

#[test]
fn help_of_every_command() {
    let mut pages = vec![("mtlc".to_string(), stdout(&["--help"]))];
    for command in ["check", "explain", "graph", "completions", "man"] {
        pages.push((command.to_string(), stdout(&[command, "--help"])));
    }
    for (name, page) in pages.into_iter().skip(1) {
        // Width and wording are clap's and ours; what is listed under Commands grows with the program.
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("help_{name}"), page);
        });
    }
    let main = stdout(&["--help"]);
    for command in ["check", "explain", "graph"] {
        assert!(main.contains(&format!("\n  {command} ")), "{command} is not listed:\n{main}");
    }
}

#[test]
fn exit_codes_tell_clean_from_problems_from_failure() {
    assert_eq!(mtlc(&["check", "pipelines/penguins.mtl"]).status.code(), Some(0));
    assert_eq!(mtlc(&["check", BROKEN]).status.code(), Some(1));
    assert_eq!(mtlc(&["check", "no-such-file.mtl"]).status.code(), Some(2));
    assert_eq!(mtlc(&["check"]).status.code(), Some(2));
    assert_eq!(mtlc(&["graph", BROKEN]).status.code(), Some(1));
    assert_eq!(mtlc(&["graph", "pipelines/penguins.mtl", "--no-pass", "prnue"]).status.code(), Some(2));
    assert_eq!(mtlc(&["explain", "label-leek"]).status.code(), Some(2));
}

#[test]
fn explain_knows_every_code_and_entry() {
    let list = stdout(&["explain", "--list"]);
    for code in mtlc::check::codes::all() {
        assert!(list.contains(code.name), "{} is not listed", code.name);
    }
    for entry in mtlc::catalog::reference::entries() {
        assert!(list.contains(&format!("  {} ", entry.name)), "{} is not listed", entry.name);
        let page = stdout(&["explain", entry.name]);
        assert!(page.contains(entry.name), "{}", entry.name);
    }
    for page in mtlc::library::all() {
        assert!(list.contains(&format!("  {} ", page.name)), "{} is not listed", page.name);
    }
    let page = stdout(&["explain", "detection"]);
    assert!(page.contains("detection (tasks)") && page.contains("peaks(overlap: overlap)"), "{page}");
    let page = stdout(&["explain", "text_cnn"]);
    assert!(page.contains("text_cnn (blocks)") && page.contains("| parameters |"), "{page}");
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("explain_code", stdout(&["explain", "label-leak"]));
        insta::assert_snapshot!("explain_entry", stdout(&["explain", "dropout"]));
    });
}
