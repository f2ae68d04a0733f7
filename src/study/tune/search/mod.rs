//! Ways to search. One file each, and one word in the list below.

use std::fmt;

use super::space::{NotAGrid, SearchSpace, Setting};
use super::trials::Trial;
use crate::lower::Draw;

/// A trial that a search wants.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    pub set: Setting,
    /// The epochs it may train.
    pub epochs: usize,
}

pub trait Search {
    /// What may be tried next, side by side; nothing when the search has ended. `done` is everything tried so far, the spec
    /// as written first. The answer depends on `done` alone, never on how long a trial took.
    fn next(&mut self, done: &[Trial]) -> Vec<Proposal>;
}

/// What a search is told.
#[derive(Clone, Debug)]
pub struct Brief {
    pub space: SearchSpace,
    /// How many settings to try.
    pub trials: usize,
    /// Whether a person said how many.
    pub trials_given: bool,
    /// Of a full training.
    pub epochs: usize,
    pub seed: u64,
    /// How many proposals a search that learns makes at once.
    pub width: usize,
    /// Values per axis of a grid.
    pub points: Option<usize>,
}

/// A way to search.
pub struct Method {
    pub name: &'static str,
    /// One line.
    pub about: &'static str,
    /// # Errors
    /// If it cannot search so.
    pub start: fn(&Brief) -> Result<Box<dyn Search>, NotSearched>,
}

/// Why a space cannot be searched by a method.
#[derive(Clone, Debug, PartialEq)]
pub enum NotSearched {
    /// A continuous axis, of which it is not said how many values are tried.
    Continuous(NotAGrid),
    /// So many points or more, and as many are allowed: by a person, or by sense.
    TooMany { points: usize, allowed: usize, by_person: bool },
}

impl NotSearched {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            NotSearched::Continuous(_) => "say so with `--points 5`, or choose another `--method`",
            NotSearched::TooMany { .. } => "lower `--points`, fix a param with `--set`, or choose another `--method`",
        }
    }
}

impl fmt::Display for NotSearched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotSearched::Continuous(not_a_grid) => not_a_grid.fmt(f),
            NotSearched::TooMany { points, allowed, by_person: false } => {
                write!(f, "the grid has {points} points or more, and more than {allowed} are never tried")
            }
            NotSearched::TooMany { points, allowed, by_person: true } => {
                write!(f, "the grid has {points} points or more, and `--trials {allowed}` allows {allowed}")
            }
        }
    }
}

impl std::error::Error for NotSearched {}

crate::folder! {
    /// Every way to search.
    pub static METHODS: Method = METHOD { bayesian, grid, halving, random }
}

pub fn find(name: &str) -> Option<&'static Method> {
    METHODS.iter().copied().find(|method| method.name == name)
}

/// Distinct random settings: the same first ones however many are wanted. Fewer where the space has no more.
fn random_settings(space: &SearchSpace, count: usize, draw: Draw, taken: &[Setting]) -> Vec<Setting> {
    let dimensions = space.dimensions() as u64;
    let mut found: Vec<Setting> = Vec::new();
    // A space of a few values soon repeats itself.
    for turn in 0..(100 * count as u64 + 1000) {
        if found.len() == count {
            break;
        }
        let point: Vec<f64> = (0..dimensions).map(|place| draw.at(turn).uniform(place)).collect();
        let setting = space.at(&point);
        if !found.contains(&setting) && !taken.contains(&setting) {
            found.push(setting);
        }
    }
    found
}
