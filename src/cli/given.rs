//! What a person gave in the place of a spec or of a command: a path that leads to nothing, a table, a folder, another word.

use std::path::Path;

use crate::diag::near::NotThere;
use crate::project::not_a_spec::NotASpec;
use crate::source::Loader;

/// A path that leads to nothing, for a list of files and folders.
pub fn nothing_there(path: &Path, loader: &dyn Loader) -> String {
    let missing = NotThere::of(path, loader);
    format!("there is no file or folder `{}`{}", path.display(), missing.words())
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
        return Some(match NotASpec::of(path, loader) {
            Some(_) => format!("write a first spec for the table: `mtlc init {word}`"),
            None if has("run") => format!("say what to do with it: `mtlc check {word}` or `mtlc run {word}`"),
            None => format!("say what to do with it: `mtlc check {word}`"),
        });
    }
    let lower = word.to_lowercase();
    let ours = COMMANDS.iter().find(|(other, _)| *other == lower).map(|(_, ours)| *ours);
    ours.map(|ours| format!("did you mean `mtlc {ours}{rest}`?"))
}
