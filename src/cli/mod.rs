//! The command line: one file per subcommand. It composes the stages and decides nothing itself.
//!
//! Exit codes: 0 clean, 1 problems were found in what was given, 2 the command could not run, 130 a person
//! interrupted it.

#[cfg(not(feature = "serve"))]
mod absent;
#[cfg(feature = "run")]
mod affinity;
mod args;
#[cfg(feature = "data")]
mod cache;
mod catalog;
mod check;
mod check_data;
#[cfg(feature = "run")]
mod compare;
mod completions;
mod doc;
mod explain;
#[cfg(feature = "run")]
mod export;
#[cfg(feature = "data")]
mod fetch;
mod files;
mod fmt;
#[cfg(feature = "run")]
mod followed;
#[cfg(feature = "data")]
mod generate;
mod given;
mod graph;
#[cfg(feature = "data")]
mod eval;
mod init;
#[cfg(feature = "run")]
mod interrupt;
#[cfg(feature = "data")]
mod kept;
mod lsp;
mod man;
mod new;
#[cfg(feature = "data")]
mod others;
mod output;
mod over;
#[cfg(feature = "data")]
mod pack;
#[cfg(feature = "run")]
mod plan;
#[cfg(feature = "run")]
mod predict;
#[cfg(feature = "run")]
mod progress;
mod quoted;
#[cfg(feature = "run")]
mod ranks;
#[cfg(feature = "run")]
mod run;
#[cfg(feature = "data")]
mod refused;
#[cfg(feature = "run")]
mod refused_run;
mod runs;
#[cfg(feature = "serve")]
mod serve;
#[cfg(feature = "data")]
mod show;
mod spec;
#[cfg(feature = "data")]
mod stopped;
#[cfg(feature = "data")]
mod tables;
#[cfg(feature = "run")]
mod talk;
#[cfg(all(test, feature = "nccl"))]
mod tried;
#[cfg(feature = "run")]
mod tune;
#[cfg(feature = "run")]
mod unseen;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

#[cfg(feature = "run")]
use crate::lower::on_pool;

#[cfg(feature = "data")]
const AFTER_HELP: &str = "Exit codes: 0 clean, 1 problems found, 2 could not run, 130 interrupted.\nStart with `mtlc init table.csv`, or look at `mtlc explain --list`.";
#[cfg(not(feature = "data"))]
const AFTER_HELP: &str = "Exit codes: 0 clean, 1 problems found, 2 could not run, 130 interrupted.\nThis build only lints and formats; `mtlc help run` says how to get one that trains.";

/// A compiler for multi-task learning: describe inputs, shared layers, task heads and weights in a `.mtl` file; check it,
/// train it, evaluate it, predict with it.
#[derive(Debug, Parser)]
#[command(
    name = "mtlc",
    version,
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = AFTER_HELP
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[cfg(feature = "run")]
    Run(run::RunArgs),
    #[cfg(feature = "run")]
    Compare(compare::CompareArgs),
    #[cfg(feature = "run")]
    Affinity(affinity::AffinityArgs),
    #[cfg(feature = "run")]
    Tune(tune::TuneArgs),
    #[cfg(feature = "run")]
    Plan(plan::PlanArgs),
    #[cfg(feature = "data")]
    Eval(eval::EvalArgs),
    #[cfg(feature = "run")]
    Predict(predict::PredictArgs),
    #[cfg(feature = "run")]
    Talk(talk::TalkArgs),
    #[cfg(feature = "serve")]
    Serve(serve::ServeArgs),
    #[cfg(feature = "data")]
    Pack(pack::PackArgs),
    #[cfg(feature = "run")]
    Export(export::ExportArgs),
    Check(check::CheckArgs),
    Fmt(fmt::FmtArgs),
    Init(init::InitArgs),
    New(new::NewArgs),
    Doc(doc::DocArgs),
    Explain(explain::ExplainArgs),
    #[cfg(feature = "data")]
    Fetch(fetch::FetchArgs),
    #[cfg(feature = "data")]
    Cache(cache::CacheArgs),
    #[cfg(feature = "data")]
    Generate(generate::GenerateArgs),
    #[cfg(feature = "data")]
    Show(show::ShowArgs),
    Graph(graph::GraphArgs),
    Lsp(lsp::LspArgs),
    Runs(runs::RunsArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
    Catalog(catalog::CatalogArgs),
    #[cfg(not(feature = "serve"))]
    #[command(flatten)]
    Absent(absent::Absent),
}

#[cfg(feature = "run")]
impl Command {
    /// Whether several processes do it together, if they are started together.
    fn is_for_several(&self) -> bool {
        use Command::{Affinity, Compare, Eval, Predict, Run, Tune};
        matches!(self, Run(_) | Compare(_) | Affinity(_) | Tune(_) | Eval(_) | Predict(_))
    }
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Clean,
    Problems,
    CouldNotRun,
    #[cfg(feature = "run")]
    Interrupted,
}

impl Outcome {
    /// What has this code.
    #[cfg(feature = "run")]
    fn of(code: u8) -> Self {
        let all = [Outcome::Clean, Outcome::Problems, Outcome::Interrupted];
        all.into_iter().find(|outcome| outcome.code() == code).unwrap_or(Outcome::CouldNotRun)
    }

    /// As a process ends with it.
    fn code(self) -> u8 {
        match self {
            Outcome::Clean => 0,
            Outcome::Problems => 1,
            Outcome::CouldNotRun => 2,
            // As a shell has it for a process that Ctrl-C ended.
            #[cfg(feature = "run")]
            Outcome::Interrupted => 130,
        }
    }
}

/// Parses the command line and runs the command.
pub fn main() -> ExitCode {
    ExitCode::from(main_with(std::env::args_os()))
}

/// The same with these arguments, the first of which is the program's name; gives the exit code.
pub fn main_with(arguments: impl Iterator<Item = OsString>) -> u8 {
    let arguments: Vec<OsString> = arguments.collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            if error.kind() == clap::error::ErrorKind::InvalidSubcommand {
                let arguments = arguments.iter().skip(1).map(|word| word.to_string_lossy().into_owned());
                let arguments: Vec<String> = arguments.collect();
                let known: Vec<String> =
                    Cli::command().get_subcommands().map(|command| command.get_name().to_string()).collect();
                if let Some(help) = given::instead_of_command(&arguments, &known, &crate::source::DiskLoader::default())
                {
                    output::complain(&format!("\n  help: {help}"));
                }
            }
            return if error.use_stderr() { 2 } else { 0 };
        }
    };
    #[cfg(feature = "run")]
    let outcome = if cli.command.is_for_several() {
        ranks::together(|| unless_lost(|| outcome(cli.command)))
    } else {
        unless_lost(|| outcome(cli.command))
    };
    #[cfg(all(feature = "data", not(feature = "run")))]
    let outcome = unless_lost(|| outcome(cli.command));
    #[cfg(not(feature = "data"))]
    let outcome = outcome(cli.command);
    outcome.code()
}

/// Runs a command; one that loses its rows on the way ends, and says which.
#[cfg(feature = "data")]
fn unless_lost(command: impl FnOnce() -> Outcome) -> Outcome {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(command)) {
        Ok(outcome) => outcome,
        Err(panic) => match panic.downcast::<crate::data::Lost>() {
            Ok(lost) => {
                output::fail(&lost.0, None);
                Outcome::CouldNotRun
            }
            Err(panic) => std::panic::resume_unwind(panic),
        },
    }
}

fn outcome(command: Command) -> Outcome {
    match command {
        #[cfg(feature = "run")]
        Command::Run(args) => on_pool(|| run::run(args)),
        #[cfg(feature = "run")]
        Command::Compare(args) => on_pool(|| compare::run(args)),
        #[cfg(feature = "run")]
        Command::Affinity(args) => on_pool(|| affinity::run(args)),
        #[cfg(feature = "run")]
        Command::Tune(args) => tune::run(args),
        #[cfg(feature = "run")]
        Command::Plan(args) => on_pool(|| plan::run(args)),
        #[cfg(feature = "run")]
        Command::Eval(args) => on_pool(|| eval::run(args)),
        #[cfg(all(feature = "data", not(feature = "run")))]
        Command::Eval(args) => eval::run(args),
        #[cfg(feature = "run")]
        Command::Predict(args) => on_pool(|| predict::run(args)),
        #[cfg(feature = "run")]
        Command::Talk(args) => on_pool(|| talk::run(args)),
        // Its models are asked by a thread of the pool, and none must wait for it.
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(args),
        #[cfg(feature = "data")]
        Command::Pack(args) => pack::run(args),
        #[cfg(feature = "run")]
        Command::Export(args) => on_pool(|| export::run(args)),
        Command::Check(args) => check::run(args),
        Command::Fmt(args) => fmt::run(args),
        Command::Init(args) => init::run(args),
        Command::New(args) => new::run(args),
        Command::Doc(args) => doc::run(args),
        Command::Explain(args) => explain::run(args),
        #[cfg(feature = "data")]
        Command::Fetch(args) => fetch::run(args),
        #[cfg(feature = "data")]
        Command::Cache(args) => cache::run(args),
        #[cfg(feature = "data")]
        Command::Generate(args) => generate::run(args),
        #[cfg(feature = "data")]
        Command::Show(args) => show::run(args),
        Command::Graph(args) => graph::run(args),
        Command::Lsp(args) => lsp::run(args),
        Command::Runs(args) => runs::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
        Command::Catalog(args) => catalog::run(args),
        #[cfg(not(feature = "serve"))]
        Command::Absent(command) => absent::run(command),
    }
}
