//! What to do about a project that cannot be had: what stands in its place says itself what it is, and the command line which of its
//! words help.

use super::spec::show;
use super::stopped::Stopped;
use crate::diag::suggest;
use crate::lower::NoBackend;
use crate::project::directory::NoRun;
use crate::project::interrupted::NotTheSame;
use crate::project::kept::{NoModel, NotKept};
use crate::project::lock::NotLocked;
use crate::project::longer::NotLonger;
use crate::project::not_a_spec::NotASpec;
use crate::project::others::{NotAFormat, NotOthers, Wants};
use crate::project::saved::NotSaved;
use crate::project::seeds::NotClaimed;
use crate::report::importance::NotDealt;
use crate::source::Cannot;
use crate::train::session::NoEngine;

/// What to do about a folder that another process has.
pub const HELD: &str = "wait until it has ended, or choose another folder with `--out`";

impl Stopped {
    fn with(message: &dyn std::fmt::Display, help: &str) -> Self {
        Stopped::Message(message.to_string(), Some(help.into()))
    }

    /// A folder that another process has.
    pub fn held(not_locked: &NotLocked) -> Self {
        Stopped::with(not_locked, HELD)
    }

    /// A folder that cannot become a run directory.
    pub fn taken(no_run: &NoRun) -> Self {
        let help = "choose another folder with `--out`, or go on with the run in it by `mtlc run --resume DIR`";
        Stopped::with(no_run, help)
    }
}

/// What needs no word of help beside its own.
macro_rules! in_its_words {
    ($($what:ty),*) => {
        $(impl From<$what> for Stopped {
            fn from(what: $what) -> Self {
                Stopped::Message(what.to_string(), None)
            }
        })*
    };
}

in_its_words!(Cannot, NoBackend, NoEngine, NoRun, NotASpec, NotDealt);

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
                let help = format!("it was interrupted; finish it with `mtlc run --resume {}`", folder.display());
                Stopped::with(&not_kept, &help)
            }
        }
    }
}

impl From<NoModel> for Stopped {
    fn from(no_model: NoModel) -> Self {
        match no_model {
            NoModel::Another { .. } => Stopped::with(&no_model, "the run directory's files must stay together"),
            NoModel::NotHere(_) | NoModel::NotRead(_) => Stopped::Message(no_model.to_string(), None),
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

impl From<NotTheSame> for Stopped {
    fn from(not_the_same: NotTheSame) -> Self {
        let help = match not_the_same {
            NotTheSame::Data | NotTheSame::Program => Some("start a new run, or bring the old state back"),
            NotTheSame::NotRead(_) => Some("the rest of the run directory is intact; start again with a new run"),
            NotTheSame::Checkpoint | NotTheSame::NotHere(_) => None,
        };
        Stopped::Message(not_the_same.to_string(), help.map(str::to_string))
    }
}

impl From<NotLonger> for Stopped {
    fn from(not_longer: NotLonger) -> Self {
        let help = match not_longer {
            NotLonger::Enough(_) => "`--epochs` says how many there are to be in all, not how many more",
            NotLonger::NoState(_) => "a finished run goes on from this file; without it, start a new run",
            NotLonger::NoRun(no_run) => return no_run.into(),
        };
        Stopped::with(&not_longer, help)
    }
}

impl From<NotClaimed<Stopped>> for Stopped {
    fn from(not_claimed: NotClaimed<Stopped>) -> Self {
        match not_claimed {
            NotClaimed::Taken(no_run) => Stopped::taken(&no_run),
            NotClaimed::Cannot(cannot) => cannot.into(),
            NotClaimed::NotLocked(not_locked) => Stopped::held(&not_locked),
            NotClaimed::Others(folder, difference) => {
                let message = format!("the runs in `{}` are {difference}: nothing in it was touched", folder.display());
                Stopped::with(&message, "choose another folder with `--out`")
            }
            NotClaimed::NotAgain(stopped) => stopped,
        }
    }
}
