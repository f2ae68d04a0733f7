//! `mtlc completions`: a completion script for a shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Outcome};

/// Print a completion script: `mtlc completions bash > ~/.local/share/bash-completion/completions/mtlc`
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

pub fn run(args: CompletionsArgs) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "mtlc", &mut script);
    super::output::print(&String::from_utf8_lossy(&script));
    Outcome::Clean
}
