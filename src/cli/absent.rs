//! Commands that this build does not have: it says so, rather than that it never heard of them.

use std::ffi::OsString;

use clap::{Args, Subcommand};

use super::Outcome;
use super::output::fail;

/// How to get a build that has everything.
#[cfg(not(feature = "run"))]
pub const HOW: &str = "get one that trains: `cargo install --locked --path .` in the folder of mtlc's sources, or \
                       `cargo install --locked --git URL`; without `--no-default-features`";

/// The commands that need more than this build has.
#[derive(Debug, Subcommand)]
pub enum Absent {
    #[cfg(not(feature = "run"))]
    Run(Anything),
    #[cfg(not(feature = "run"))]
    Compare(Anything),
    #[cfg(not(feature = "run"))]
    Affinity(Anything),
    #[cfg(not(feature = "run"))]
    Tune(Anything),
    #[cfg(not(feature = "run"))]
    Plan(Anything),
    #[cfg(not(feature = "data"))]
    Eval(Anything),
    #[cfg(not(feature = "run"))]
    Predict(Anything),
    #[cfg(not(feature = "run"))]
    Talk(Anything),
    #[cfg(not(feature = "run"))]
    Export(Anything),
    Serve(Anything),
    #[cfg(not(feature = "data"))]
    Pack(Anything),
    #[cfg(not(feature = "data"))]
    Fetch(Anything),
    #[cfg(not(feature = "data"))]
    Cache(Anything),
    #[cfg(not(feature = "data"))]
    Generate(Anything),
}

/// Not in this build of mtlc
///
/// A build that has every command is made by `cargo install --locked --path .` in the folder of mtlc's sources, or by `cargo install --locked
/// --git URL`; without `--no-default-features`.
#[derive(Args, Debug)]
#[command(hide = true, disable_help_flag = true)]
pub struct Anything {
    /// Whatever the command takes in a whole build
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    rest: Vec<OsString>,
}

pub fn run(command: Absent) -> Outcome {
    let (name, anything) = match command {
        #[cfg(not(feature = "run"))]
        Absent::Run(rest) => ("run", rest),
        #[cfg(not(feature = "run"))]
        Absent::Compare(rest) => ("compare", rest),
        #[cfg(not(feature = "run"))]
        Absent::Affinity(rest) => ("affinity", rest),
        #[cfg(not(feature = "run"))]
        Absent::Tune(rest) => ("tune", rest),
        #[cfg(not(feature = "run"))]
        Absent::Plan(rest) => ("plan", rest),
        #[cfg(not(feature = "data"))]
        Absent::Eval(rest) => ("eval", rest),
        #[cfg(not(feature = "run"))]
        Absent::Predict(rest) => ("predict", rest),
        #[cfg(not(feature = "run"))]
        Absent::Talk(rest) => ("talk", rest),
        #[cfg(not(feature = "run"))]
        Absent::Export(rest) => ("export", rest),
        Absent::Serve(rest) => ("serve", rest),
        #[cfg(not(feature = "data"))]
        Absent::Pack(rest) => ("pack", rest),
        #[cfg(not(feature = "data"))]
        Absent::Fetch(rest) => ("fetch", rest),
        #[cfg(not(feature = "data"))]
        Absent::Cache(rest) => ("cache", rest),
        #[cfg(not(feature = "data"))]
        Absent::Generate(rest) => ("generate", rest),
    };
    let _ = anything.rest;
    #[cfg(feature = "run")]
    {
        // All that such a build lacks is what speaks HTTP.
        let how = "get one that does: `cargo install --locked --path .` in the folder of mtlc's sources, without `--no-default-features`, or with \
                   `--features serve` beside others";
        fail(&format!("this build of mtlc serves nothing: it cannot `mtlc {name}`"), Some(how));
        Outcome::CouldNotRun
    }
    #[cfg(not(feature = "run"))]
    refuse(&format!("cannot `mtlc {name}`"))
}

/// Says that this build lacks what a command needs; `cannot` completes "this build of mtlc only lints and formats: it …".
#[cfg(not(feature = "run"))]
pub fn refuse(cannot: &str) -> Outcome {
    let does = if cfg!(feature = "data") { "does not train" } else { "only lints and formats" };
    fail(&format!("this build of mtlc {does}: it {cannot}"), Some(HOW));
    Outcome::CouldNotRun
}
