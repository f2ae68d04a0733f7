//! `mtlc catalog`: writes the generated reference pages (for the project's own docs).

use std::path::PathBuf;

use clap::Args;

use super::Outcome;
use super::output::fail;
use crate::check::codes;
use crate::library;

/// Write the generated reference pages into a folder: `catalog/` and `diagnostics.md`
#[derive(Args, Debug)]
#[command(hide = true)]
pub struct CatalogArgs {
    /// The folder, `docs` in the project
    folder: PathBuf,
}

pub fn run(args: CatalogArgs) -> Outcome {
    let catalog = args.folder.join("catalog");
    let written = std::fs::create_dir_all(&catalog)
        .and_then(|()| {
            library::pages().into_iter().try_for_each(|(name, text)| std::fs::write(catalog.join(name), text))
        })
        .and_then(|()| std::fs::write(args.folder.join("diagnostics.md"), codes::page()));
    match written {
        Ok(()) => Outcome::Clean,
        Err(error) => {
            fail(&format!("cannot write to `{}`: {error}", args.folder.display()), None);
            Outcome::CouldNotRun
        }
    }
}
