//! What to do about a project that cannot be had: what stands in its place says itself what it is, and the command line which of its
//! words help.

#[cfg(feature = "data")]
use std::path::Path;

use super::quoted;
use super::spec::show;
use super::stopped::Stopped;
use crate::diag::suggest;
use crate::project::directory::NoRun;
use crate::project::kept::NotKept;
use crate::project::not_a_spec::NotASpec;
use crate::project::others::{NotAFormat, NotOthers, Wants};
use crate::project::saved::NotSaved;

impl Stopped {
    pub(super) fn with(message: &dyn std::fmt::Display, help: &str) -> Self {
        Stopped::Message(message.to_string(), Some(help.into()))
    }

    /// Something lies where a command would write, and nobody has said that it may go.
    #[cfg(feature = "data")]
    pub(super) fn exists(path: &Path) -> Self {
        let message = format!("`{}` exists", path.display());
        Stopped::with(&message, "replace it with `--force`, or choose another name")
    }
}

/// What needs no word of help beside its own.
macro_rules! in_its_words {
    ($($what:ty),*) => {
        $(impl From<$what> for $crate::cli::stopped::Stopped {
            fn from(what: $what) -> Self {
                $crate::cli::stopped::Stopped::Message(what.to_string(), None)
            }
        })*
    };
}

#[cfg(feature = "run")]
pub(super) use in_its_words;

in_its_words!(NoRun, NotASpec);

impl From<NotSaved> for Stopped {
    fn from(not_saved: NotSaved) -> Self {
        if let NotSaved::Wrong(spec) = &not_saved {
            show(&spec.diagnostics, spec);
        }
        Stopped::Message(not_saved.to_string(), None)
    }
}

impl From<NotKept> for Stopped {
    fn from(not_kept: NotKept) -> Self {
        match not_kept {
            NotKept::NotSaved(not_saved) => not_saved.into(),
            NotKept::NoRun(no_run) => no_run.into(),
            NotKept::NoModel(ref folder) => {
                let help = format!("it was interrupted; finish it with `mtlc run --resume {}`", quoted::path(folder));
                Stopped::with(&not_kept, &help)
            }
        }
    }
}

/// Which tables files can be named for.
fn tables(names: &[String]) -> String {
    let (joined, sets): (Vec<&str>, Vec<&str>) = names.iter().map(String::as_str).partition(|name| name.contains('.'));
    let sets = match sets.as_slice() {
        [only] => format!("the data set is {only}"),
        several => format!("the data sets are {}", several.join(", ")),
    };
    if joined.is_empty() { sets } else { format!("{sets}; joined to them: {}", joined.join(", ")) }
}

impl From<NotOthers> for Stopped {
    fn from(not_others: NotOthers) -> Self {
        let option = if let NotOthers::Format { option, .. } = &not_others { option } else { "--format" };
        let example = &format!("write it as in a spec, without the path: {option} 'csv(delimiter: \";\")'");
        match &not_others {
            NotOthers::OfNoTable { wants, names, .. } => {
                let what = match wants {
                    Wants::File => "FILE",
                    Wants::Format => "FORMAT",
                };
                Stopped::with(&not_others, &format!("write NAME={what}; {}", tables(names)))
            }
            NotOthers::NoTable { name, names, .. } => {
                // A table that is joined is known by its own name too.
                let known =
                    names.iter().flat_map(|name| [Some(name.as_str()), name.split_once('.').map(|(_, table)| table)]);
                match suggest::closest(name, known.flatten()) {
                    Some(meant) => Stopped::with(&not_others, &format!("did you mean `{meant}`? {}", tables(names))),
                    None => Stopped::with(&not_others, &tables(names)),
                }
            }
            NotOthers::Several { names, .. } => {
                Stopped::with(&not_others, &format!("write {}", names.join("=… or ") + "=…"))
            }
            NotOthers::SplitByIt { data, .. } => {
                Stopped::with(&not_others, &format!("say which rows are meant, too: --data {data}=FILE"))
            }
            NotOthers::Format { wrong: NotAFormat::Problem(problem), .. } => {
                let known = problem.notes.iter().find(|note| note.starts_with("known: "));
                Stopped::with(&not_others, problem.help.as_ref().or(known).map_or(example, String::as_str))
            }
            NotOthers::Format { .. } => Stopped::with(&not_others, example),
            NotOthers::StreamTwice | NotOthers::FormatOfNothing { .. } => {
                Stopped::Message(not_others.to_string(), None)
            }
        }
    }
}
