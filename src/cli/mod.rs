//! The command line: one file per subcommand. It composes the stages and decides nothing itself.
//!
//! Exit codes: 0 clean, 1 problems were found in what was given, 2 the command could not run.

mod args;
mod catalog;
mod check;
mod check_data;
mod completions;
mod explain;
mod files;
mod man;
mod output;
mod runs;
mod spec;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A compiler for multi-task learning: describe inputs, shared layers, task heads and weights in a `.mtl` file; check it,
/// train it, evaluate it, predict with it.
#[derive(Debug, Parser)]
#[command(
    name = "mtlc",
    version,
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 clean, 1 problems found, 2 could not run.\nStart with `mtlc init table.csv`, or look at `mtlc explain --list`."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::CheckArgs),
    Explain(explain::ExplainArgs),
    Runs(runs::RunsArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
    Catalog(catalog::CatalogArgs),
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Clean,
    Problems,
    CouldNotRun,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        ExitCode::from(match outcome {
            Outcome::Clean => 0,
            Outcome::Problems => 1,
            Outcome::CouldNotRun => 2,
        })
    }
}

/// Parses the command line and runs the command.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    match cli.command {
        Command::Check(args) => check::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Runs(args) => runs::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
        Command::Catalog(args) => catalog::run(args),
    }
    .into()
}
