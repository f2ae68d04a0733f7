//! The same of what only a build that trains asks for.

use super::refused::in_its_words;
use super::spec::show;
use super::stopped::Stopped;
use crate::lower::NoBackend;
use crate::project::directory::NoRun;
use crate::project::interrupted::NotTheSame;
use crate::project::lock::NotLocked;
use crate::project::longer::NotLonger;
use crate::project::model::NoModel;
use crate::project::opened::NotOpened;
use crate::project::seeds::NotClaimed;
use crate::report::importance::NotDealt;
use crate::source::Cannot;
use crate::train::session::NoEngine;

/// What to do about a folder that another process has.
pub const HELD: &str = "wait until it has ended, or choose another folder with `--out`";

impl Stopped {
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

in_its_words!(Cannot, NoBackend, NoEngine, NotDealt);

impl From<NoModel> for Stopped {
    fn from(no_model: NoModel) -> Self {
        match no_model {
            NoModel::Another { .. } => Stopped::with(&no_model, "the run directory's files must stay together"),
            NoModel::NotHere(_) | NoModel::NotRead(_) | NoModel::NotInPack(_) => {
                Stopped::Message(no_model.to_string(), None)
            }
        }
    }
}

impl From<NotOpened> for Stopped {
    fn from(not_opened: NotOpened) -> Self {
        match not_opened {
            NotOpened::Wrong(kept, problems) => {
                show(&problems, &kept.spec);
                Stopped::Problems
            }
            NotOpened::NoModel(no_model) => no_model.into(),
        }
    }
}

impl From<NotTheSame> for Stopped {
    fn from(not_the_same: NotTheSame) -> Self {
        let help = match not_the_same {
            NotTheSame::Data | NotTheSame::File(_) | NotTheSame::Program => {
                Some("start a new run, or bring the old state back")
            }
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
