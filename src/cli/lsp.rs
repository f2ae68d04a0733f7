//! `mtlc lsp`: specs in an editor, over standard input and output.

use clap::Args;

use super::Outcome;
use crate::editor::{self, Ended};

/// Serve an editor over standard input and output, by the language server protocol
#[derive(Args, Debug)]
#[command(after_help = "An editor starts this command itself; docs/editors.md says how to tell it to.")]
pub struct LspArgs {
    /// Spoken anyway; many editors give it
    #[arg(long, hide = true)]
    stdio: bool,
}

pub fn run(args: LspArgs) -> Outcome {
    let LspArgs { stdio: _ } = args;
    let (connection, carrier) = editor::connect(std::io::stdin(), std::io::stdout());
    let ended = editor::serve(&connection);
    drop(connection);
    // An editor that has gone reads nothing any more.
    let written = carrier.finish();
    match ended {
        Ended::Properly if written.is_ok() => Outcome::Clean,
        _ => Outcome::Problems,
    }
}
