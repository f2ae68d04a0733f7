//! `mtlc catalog`: writes the generated reference pages (for the project's own docs).

use std::path::PathBuf;

use clap::Args;

use super::Outcome;
use super::output::fail;
use crate::catalog::reference;

/// Write the generated reference pages into a folder
#[derive(Args, Debug)]
#[command(hide = true)]
pub struct CatalogArgs {
    /// The folder, `docs/reference` in the project
    folder: PathBuf,
}

pub fn run(args: CatalogArgs) -> Outcome {
    let written = std::fs::create_dir_all(&args.folder).and_then(|()| {
        reference::pages().into_iter().try_for_each(|(name, text)| std::fs::write(args.folder.join(name), text))
    });
    match written {
        Ok(()) => Outcome::Clean,
        Err(error) => {
            fail(&format!("cannot write to `{}`: {error}", args.folder.display()), None);
            Outcome::CouldNotRun
        }
    }
}
