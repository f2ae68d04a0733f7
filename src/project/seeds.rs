//! A folder of runs that differ in their seed: what all of them are of, whose it is, and which one was interrupted.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::directory::{NoRun, RunDirectory};
use super::lock::{self, Lock, NotLocked};
use super::manifest::Manifest;
use crate::source::{self, Cannot, Wanted};

/// In the folder: what its runs are of.
const FILE: &str = "seeds-of.json";
/// In the folder, when all of them are done: what they have found.
pub const FOUND: &str = "seeds.json";

/// Everything that tells one call from another, but how many seeds: more of them go on in the same folder.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SeedsOf {
    pub version: u32,
    pub mtlc_version: String,
    pub spec: PathBuf,
    pub spec_sha256: String,
    pub set: Vec<(String, String)>,
    pub variant: Option<String>,
    /// The first seed.
    pub seed: u64,
    pub seeds: u32,
    pub resplit: bool,
    pub split_seed: Option<u64>,
    pub epochs: Option<u32>,
    pub no_pass: Vec<String>,
    pub device: Option<String>,
}

/// What one of several seeds changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    pub seed: u64,
    pub split_seed: Option<u64>,
    pub out: PathBuf,
}

/// What the runs in a folder are, where they are not those that are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    OtherSpec,
    SpecAsItWas,
    OtherOptions,
    OtherSeeds,
    OtherVersion,
    ImportsAsTheyWere,
    OtherData,
}

/// Why a folder cannot be had for runs; `E` is why one of them could not be looked at again.
#[derive(Debug)]
pub enum NotClaimed<E> {
    /// Something else lies there.
    Taken(NoRun),
    Cannot(Cannot),
    NotLocked(NotLocked),
    /// Its runs are others.
    Others(PathBuf, Difference),
    NotAgain(E),
}

impl SeedsOf {
    /// `None` if the folder is not of several seeds.
    pub fn read(folder: &Path) -> Option<SeedsOf> {
        serde_json::from_str(&std::fs::read_to_string(folder.join(FILE)).ok()?).ok()
    }

    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Cannot> {
        let path = folder.join(FILE);
        let json = serde_json::to_string_pretty(self).map_err(Cannot::of(Wanted::Write, &path))? + "\n";
        source::replace(&path, json.as_bytes())
    }

    fn difference(&self, kept: &SeedsOf) -> Option<Difference> {
        let told =
            |of: &SeedsOf| (of.set.clone(), of.variant.clone(), of.no_pass.clone(), of.epochs, of.device.clone());
        if self.spec != kept.spec {
            Some(Difference::OtherSpec)
        } else if self.spec_sha256 != kept.spec_sha256 {
            Some(Difference::SpecAsItWas)
        } else if told(self) != told(kept) {
            Some(Difference::OtherOptions)
        } else if (self.seed, self.split_seed, self.resplit) != (kept.seed, kept.split_seed, kept.resplit) {
            Some(Difference::OtherSeeds)
        } else if self.mtlc_version != kept.mtlc_version {
            Some(Difference::OtherVersion)
        } else {
            None
        }
    }

    pub fn turn(&self, place: u64, folder: &Path) -> Turn {
        let seed = self.seed + place;
        let split_seed = if self.resplit { Some(self.split_seed.unwrap_or(0) + place) } else { self.split_seed };
        Turn { seed, split_seed, out: folder.join(format!("seed-{seed}")) }
    }

    /// Locks a folder that is new, empty or of the same runs. `again` says what a run of a turn would be of by now.
    ///
    /// # Errors
    /// If the folder is none of these, and why.
    pub fn claim<E>(
        &self,
        folder: &Path,
        again: impl FnMut(&Turn) -> Result<Manifest, E>,
    ) -> Result<Lock, NotClaimed<E>> {
        let Some(kept) = SeedsOf::read(folder) else {
            RunDirectory::free(folder).map_err(NotClaimed::Taken)?;
            std::fs::create_dir_all(folder).map_err(Cannot::of(Wanted::Make, folder)).map_err(NotClaimed::Cannot)?;
            return Lock::take(folder).map_err(NotClaimed::NotLocked);
        };
        let others = |difference| NotClaimed::Others(folder.to_path_buf(), difference);
        if let Some(difference) = self.difference(&kept) {
            return Err(others(difference));
        }
        let lock = Lock::take(folder).map_err(NotClaimed::NotLocked)?;
        match self.unlike(folder, again).map_err(NotClaimed::NotAgain)? {
            Some(difference) => Err(others(difference)),
            None => Ok(lock),
        }
    }

    /// What the runs that are there have different from those that would be made, the data among it.
    fn unlike<E>(
        &self,
        folder: &Path,
        mut again: impl FnMut(&Turn) -> Result<Manifest, E>,
    ) -> Result<Option<Difference>, E> {
        for place in 0..u64::from(self.seeds) {
            let turn = self.turn(place, folder);
            let Ok((_, kept)) = RunDirectory::open(&turn.out) else { continue };
            let now = again(&turn)?;
            if now.identity != kept.identity {
                let same_data = now.data == kept.data;
                return Ok(Some(if same_data { Difference::ImportsAsTheyWere } else { Difference::OtherData }));
            }
        }
        Ok(None)
    }

    /// The newest of the folders in `runs` where the same call was interrupted, locked.
    pub fn left_over<E>(
        &self,
        runs: &Path,
        mut again: impl FnMut(&Turn) -> Result<Manifest, E>,
    ) -> Option<(PathBuf, Lock)> {
        let entries = std::fs::read_dir(runs).ok()?.flatten();
        let mut folders: Vec<PathBuf> = entries
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .map(|entry| entry.path())
            .collect();
        folders.sort();
        folders.into_iter().rev().filter(|folder| !folder.join(FOUND).exists()).find_map(|folder| {
            SeedsOf::read(&folder).filter(|kept| self.difference(kept).is_none())?;
            let lock = Lock::take(&folder).ok()?;
            let same = self.unlike(&folder, &mut again).is_ok_and(|difference| difference.is_none());
            same.then_some((folder, lock))
        })
    }

    /// Takes back what was written into a folder where nothing was begun; the folder too, unless it was there before.
    pub fn take_back(folder: &Path, was_there: bool) {
        let _ = std::fs::remove_file(folder.join(FILE));
        let _ = std::fs::remove_file(folder.join(lock::FILE));
        if !was_there {
            let _ = std::fs::remove_dir(folder);
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Difference::OtherSpec => "of another spec",
            Difference::SpecAsItWas => "of the spec as it was before it changed",
            Difference::OtherOptions => "made with other options",
            Difference::OtherSeeds => "of other seeds",
            Difference::OtherVersion => "made by another version of mtlc",
            Difference::ImportsAsTheyWere => "of imported files as they were before they changed",
            Difference::OtherData => "on other data: the files have changed",
        })
    }
}
