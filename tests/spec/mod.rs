//! Literate specs: every `.mtl` file below this folder says at its end what `mtlc check` says of it.
//!
//! ```text
//! //~ with: --set width=64
//! //~ error[unknown-name] 7:30 there is no layer or block `dnese`
//! //~   help: did you mean `dense`?
//! ```
//!
//! `MTLC_BLESS=1 cargo test spec` rewrites these lines: read what it wrote as a user would. A new case is a new file.

mod codes;
mod fixes;
mod names;

#[cfg(feature = "data")]
pub use codes::fenced;

use std::path::Path;

use crate::support::{With, all_good, blessing, check_at, compare, describe, files_below, repository};

const MARK: &str = "//~";

#[test]
fn every_spec_says_what_it_says_at_its_end() {
    let files = files_below(&repository("tests/spec"), "mtl");
    assert!(files.len() > 50, "only {} specs were found", files.len());
    all_good(files.iter().filter_map(|path| check_spec(path).err()).collect());
}

fn check_spec(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    // What is expected is no part of what is checked, so that it moves no place.
    let (spec, expected) = match text.find(&format!("\n{MARK}")) {
        Some(at) => text.split_at(at + 1),
        None => (text.as_str(), ""),
    };
    let with = expected.lines().find_map(|line| line.strip_prefix(&format!("{MARK} with: ")));
    let outcome = check_at(path, spec, &options(with.unwrap_or("")));
    let mut lines: Vec<String> = with.iter().map(|with| format!("with: {with}")).collect();
    let said = describe(&outcome);
    lines.extend(if said.is_empty() { vec!["clean".to_string()] } else { said });
    let new_line = if spec.ends_with('\n') || spec.is_empty() { "" } else { "\n" };
    let now: String = lines.iter().map(|line| format!("{MARK} {line}\n")).collect();
    if now == expected {
        return Ok(());
    }
    if blessing() {
        return std::fs::write(path, format!("{spec}{new_line}{now}")).map_err(|error| error.to_string());
    }
    compare(path, &format!("{spec}{new_line}{now}"))
}

/// `--set width=64 --set weights.a=0.5`.
fn options(line: &str) -> With {
    let mut words = line.split_whitespace();
    let mut with = With::default();
    while let Some(word) = words.next() {
        assert_eq!(word, "--set", "`with:` takes --set NAME=VALUE");
        let (name, value) = words.next().and_then(|pair| pair.split_once('=')).expect("--set NAME=VALUE");
        with.set.push((name.into(), value.into()));
    }
    with
}
