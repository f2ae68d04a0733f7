//! The phases of `check/`: which may call which, and which may read what another has found.
//!
//! All of them are methods of one checker, so that imports tell nothing; what is counted is calls of methods, paths, and
//! reads of a phase's state. What a phase asks of a later one is what must be read on demand, and stands here.

use super::sources;

/// In order: each may use those before it. With the state that each owns.
const PHASES: [(&str, &str); 5] =
    [("resolve", "names"), ("constants", "constants"), ("flow", "flowing"), ("declare", "declared"), ("whole", "")];

/// What goes the other way, with how often: a name that is read where a value flows elaborates its declaration; a column of
/// an expression its data set; and `--set weights.FAMILY` names a family.
const ON_DEMAND: [(&str, &str, usize); 3] =
    [("constants", "declared.families", 2), ("flow", "data_named", 1), ("flow", "read_path", 1)];

/// The phase that a file belongs to, by its place in the order.
fn phase(path: &str) -> Option<usize> {
    let folder = path.strip_prefix("src/check/")?.split_once('/')?.0;
    PHASES.iter().position(|(name, _)| *name == folder)
}

fn word(text: &str) -> &str {
    text.split(|character: char| !super::is_word(character)).next().unwrap_or("")
}

/// The methods of the checker that a file defines: they are indented once.
fn defined(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let line = line.strip_prefix("    ").filter(|line| !line.starts_with(' '))?;
        let (before, after) = line.split_once("fn ")?;
        (before.is_empty() || before.starts_with("pub")).then(|| word(after))
    })
}

/// What a file asks of `self`, line breaks inside a chain left out: `read_path(`, `declared.families`.
fn asked(text: &str) -> Vec<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).map(str::trim).collect();
    let mut found = Vec::new();
    for (at, _) in code.match_indices("self.") {
        let after = &code[at + "self.".len()..];
        let name = word(after);
        match &after[name.len()..] {
            rest if rest.starts_with('(') => found.push(format!("{name}(")),
            rest if rest.starts_with('.') => found.push(format!("{name}.{}", word(&rest[1..]))),
            _ => {}
        }
    }
    found
}

#[test]
fn phases_of_check_run_one_way() {
    let files: Vec<(usize, String, String)> =
        sources().into_iter().filter_map(|(path, text)| phase(&path).map(|phase| (phase, path, text))).collect();
    assert!(files.len() > 50, "the phases are in src/check/");
    let of_method = |name: &str| {
        let phases = files.iter().filter(|(_, _, text)| defined(text).any(|defined| defined == name));
        phases.map(|(phase, _, _)| *phase).min()
    };
    let mut upward: Vec<(String, String, usize)> = Vec::new();
    let mut calls = 0;
    for (phase, path, text) in &files {
        let mut ask = |what: String| match upward.iter_mut().find(|(by, of, _)| by == path && *of == what) {
            Some((_, _, count)) => *count += 1,
            None => upward.push((path.clone(), what, 1)),
        };
        for asked in asked(text) {
            let later = match asked.strip_suffix('(') {
                Some(method) => of_method(method),
                None => PHASES.iter().position(|(_, state)| asked.split('.').next() == Some(state)),
            };
            calls += usize::from(later.is_some());
            if later.is_some_and(|later| later > *phase) {
                ask(asked.trim_end_matches('(').to_string());
            }
        }
        for (at, _) in text.match_indices("crate::check::") {
            let folder = word(&text[at + "crate::check::".len()..]);
            if PHASES.iter().position(|(name, _)| *name == folder).is_some_and(|later| later > *phase) {
                ask(format!("check::{folder}"));
            }
        }
    }
    assert!(calls > 500, "only {calls} calls were found");
    let mut by_phase: Vec<(&str, &str, usize)> = Vec::new();
    for (path, what, count) in &upward {
        let by = phase(path).map_or("", |phase| PHASES[phase].0);
        match by_phase.iter_mut().find(|(one, of, _)| *one == by && of == what) {
            Some((_, _, sum)) => *sum += count,
            None => by_phase.push((by, what, *count)),
        }
    }
    by_phase.sort_unstable();
    assert_eq!(by_phase, ON_DEMAND, "phase, what it asks of a later one, how often: {upward:#?}");
}
