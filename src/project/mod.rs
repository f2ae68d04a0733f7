//! What every command begins with: a spec found, read and checked ([`spec`]) with all files that it names ([`reads`]), the folder of a run and what it is of
//! ([`directory`], [`manifest`]), the runs in a folder ([`listed`]), a run begun or gone on with ([`ready`], [`interrupted`],
//! [`longer`], [`seeds`]) or finished and asked ([`kept`], [`others`]), again and again ([`opened`]), or handed on in one file
//! ([`pack`]), and who may write in a folder ([`lock`]).
//!
//! Nothing here prints or ends the process: what cannot be had is a value that says what stands in its place, and `cli/` says
//! what to do about it. Studies come after this, since what they keep in a folder has one writer too.

pub mod listed;
pub mod not_a_spec;
mod overlay;
pub mod reads;
pub mod same;
pub mod spec;

#[cfg(feature = "data")]
pub mod directory;
#[cfg(feature = "run")]
pub mod interrupted;
#[cfg(feature = "data")]
pub mod kept;
#[cfg(feature = "data")]
pub mod lock;
#[cfg(feature = "run")]
pub mod longer;
#[cfg(feature = "data")]
pub mod manifest;
#[cfg(feature = "data")]
pub mod not_a_run;
#[cfg(feature = "data")]
pub mod others;
#[cfg(feature = "run")]
pub mod metrics;
#[cfg(feature = "run")]
pub mod model;
#[cfg(feature = "run")]
pub mod opened;
#[cfg(feature = "run")]
pub mod owned;
#[cfg(feature = "data")]
pub mod pack;
#[cfg(feature = "run")]
pub mod ready;
#[cfg(feature = "data")]
pub mod saved;
#[cfg(feature = "run")]
pub mod seeds;
