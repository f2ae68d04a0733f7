//! Why a command ended before its end, and what it says and exits with then.

use super::Outcome;
#[cfg(feature = "run")]
use super::output::complain;
use super::output::fail;

pub enum Stopped {
    /// Problems that have been shown.
    Problems,
    /// Something that a person should read, and what to do about it.
    Message(String, Option<String>),
    /// A person asked for it; what is kept, and how to go on.
    #[cfg(feature = "run")]
    Interrupted(String),
    /// Something that has been said, by this process or by the one that speaks for all.
    #[cfg(feature = "run")]
    Said(Outcome),
}

impl From<String> for Stopped {
    fn from(message: String) -> Self {
        Stopped::Message(message, None)
    }
}

impl Stopped {
    /// Says why, and how the process ends.
    pub fn outcome(self) -> Outcome {
        match self {
            Stopped::Problems => Outcome::Problems,
            Stopped::Message(message, help) => {
                fail(&message, help.as_deref());
                Outcome::CouldNotRun
            }
            #[cfg(feature = "run")]
            Stopped::Interrupted(message) => {
                complain(&message);
                Outcome::Interrupted
            }
            #[cfg(feature = "run")]
            Stopped::Said(outcome) => outcome,
        }
    }
}
