//! What a person gave in the place of a spec or of a command: a path that leads to nothing, a table, a folder, another word.

use std::path::Path;

use crate::diag::near::{near, not_there};
use crate::source::Loader;

/// Endings of what is made a table by hand.
const OTHER_TABLES: [&str; 6] = ["xlsx", "xls", "ods", "json", "zip", "arff"];

/// Why a path that was given as a spec is none, and what to write instead; `None` if it may be one.
pub fn not_a_spec(path: &Path, loader: &dyn Loader) -> Option<String> {
    let shown = path.display();
    let lower = path.to_string_lossy().to_lowercase();
    let bare = lower.strip_suffix(".gz").unwrap_or(&lower);
    let ends = |endings: &[&str]| endings.iter().any(|ending| bare.ends_with(&format!(".{ending}")));
    if loader.is_folder(path) {
        let names = loader.names(path);
        if names.iter().any(|name| name == "run.json") {
            return Some(format!(
                "`{shown}` is a run, and a spec is expected; the run is judged by `mtlc eval {shown}`"
            ));
        }
        let beside = path.with_extension("mtl");
        if loader.is_file(&beside) {
            return Some(format!("`{shown}` is a folder; did you mean `{}`?", beside.display()));
        }
        let inside: Vec<String> = names
            .iter()
            .filter(|name| name.ends_with(".mtl"))
            .map(|name| format!("`{}`", path.join(name).display()))
            .collect();
        return Some(match inside.as_slice() {
            [] => format!("`{shown}` is a folder, and a spec is expected"),
            [only] => format!("`{shown}` is a folder; did you mean {only}?"),
            several => format!("`{shown}` is a folder; it has the specs {}", several.join(", ")),
        });
    }
    if !loader.is_file(path) {
        return Some(format!("cannot read `{shown}`: {}", not_there(path, loader)));
    }
    if crate::catalog::formats::by_ending(&lower).is_some() || ends(&[&OTHER_TABLES[..], &["npy"]].concat()) {
        return Some(format!(
            "`{shown}` is a table, and a spec is expected; write a first one for it with `mtlc init {shown}`"
        ));
    }
    None
}

/// A path that leads to nothing, for a list of files and folders.
pub fn nothing_there(path: &Path, loader: &dyn Loader) -> String {
    let meant = near(path, loader).map_or(String::new(), |near| format!("; did you mean `{}`?", near.display()));
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let looked = if full == path { String::new() } else { format!(" (looked for it at `{}`)", full.display()) };
    format!("there is no file or folder `{}`{looked}{meant}", path.display())
}

/// Words that other programs have for commands.
const COMMANDS: [(&str, &str); 34] = [
    ("apply", "predict"),
    ("ask", "explain"),
    ("benchmark", "compare"),
    ("config", "plan"),
    ("create", "init"),
    ("describe", "explain"),
    ("diagram", "graph"),
    ("doc", "explain"),
    ("docs", "explain"),
    ("draw", "graph"),
    ("evaluate", "eval"),
    ("experiments", "runs"),
    ("fit", "run"),
    ("format", "fmt"),
    ("hpo", "tune"),
    ("infer", "predict"),
    ("inference", "predict"),
    ("learn", "run"),
    ("lint", "check"),
    ("list", "runs"),
    ("ls", "runs"),
    ("new", "init"),
    ("optimize", "tune"),
    ("plot", "graph"),
    ("score", "eval"),
    ("search", "tune"),
    ("start", "run"),
    ("sweep", "tune"),
    ("test", "eval"),
    ("train", "run"),
    ("tuning", "tune"),
    ("validate", "check"),
    ("verify", "check"),
    ("visualize", "graph"),
];

/// What to write where the first word is no command: `arguments` are all words of the command line after the program's name.
pub fn instead_of_command(arguments: &[String], known: &[String], loader: &dyn Loader) -> Option<String> {
    let word = arguments.first()?;
    let rest: String = arguments[1..].iter().map(|argument| format!(" {argument}")).collect();
    let path = Path::new(word);
    let has = |command: &str| known.iter().any(|name| name == command);
    if loader.is_file(path) {
        return Some(match not_a_spec(path, loader) {
            Some(_) => format!("write a first spec for the table: `mtlc init {word}`"),
            None if has("run") => format!("say what to do with it: `mtlc check {word}` or `mtlc run {word}`"),
            None => format!("say what to do with it: `mtlc check {word}`"),
        });
    }
    let lower = word.to_lowercase();
    let ours = COMMANDS.iter().find(|(other, _)| *other == lower).map(|(_, ours)| *ours);
    ours.map(|ours| format!("did you mean `mtlc {ours}{rest}`?"))
}
