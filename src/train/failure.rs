//! Why training does not begin, or ends before its end.

use std::fmt;

use super::session::NoEngine;
use crate::lower::world::NotSummed;
use crate::source::Cannot;

/// Why training could not go on.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// A task's loss is no number any more.
    Diverged { task: String, epoch: usize, step: u64 },
    /// Something that does not come from the numbers.
    Refused(Refused),
}

/// A task's loss is no longer a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Diverged {
    pub task: usize,
    pub step: u64,
    pub loss: f64,
}

/// Why a step was not taken.
#[derive(Clone, Debug, PartialEq)]
pub enum NoStep {
    Diverged(Diverged),
    /// The processes that take it together cannot add up.
    NotSummed(NotSummed),
}

impl From<NotSummed> for NoStep {
    fn from(not_summed: NotSummed) -> Self {
        NoStep::NotSummed(not_summed)
    }
}

/// What keeps training from beginning or going on.
#[derive(Clone, Debug, PartialEq)]
pub enum Refused {
    /// There is no engine to train with.
    NoEngine(Box<NoEngine>),
    /// The weights of this process are no longer those of the first one.
    Apart { rank: usize, epoch: usize },
    /// The processes cannot add up.
    NotSummed(NotSummed),
    /// What was learnt, or told of it, cannot be written.
    Unwritten(Cannot),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::NoEngine(no_engine) => no_engine.fmt(f),
            Refused::Apart { rank, epoch } => write!(
                f,
                "after epoch {epoch} the weights of rank {rank} are not those of rank 0: their processors compute other bits, or the memory of one \
                 is broken"
            ),
            Refused::NotSummed(not_summed) => not_summed.fmt(f),
            Refused::Unwritten(cannot) => cannot.fmt(f),
        }
    }
}

impl std::error::Error for Refused {}

impl From<Cannot> for Failure {
    fn from(cannot: Cannot) -> Self {
        Failure::Refused(Refused::Unwritten(cannot))
    }
}

impl From<NoEngine> for Failure {
    fn from(no_engine: NoEngine) -> Self {
        Failure::Refused(Refused::NoEngine(Box::new(no_engine)))
    }
}
