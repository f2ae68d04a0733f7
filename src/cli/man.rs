//! `mtlc man`: the manual pages.

use std::path::PathBuf;

use clap::{Args, CommandFactory};

use super::output::{fail, print};
use super::{Cli, Outcome};

/// Print the manual page, or write one page per command into a folder
#[derive(Args, Debug)]
pub struct ManArgs {
    /// A folder for `mtlc.1`, `mtlc-check.1`, …
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

pub fn run(args: ManArgs) -> Outcome {
    let command = Cli::command();
    let Some(folder) = args.out else {
        let mut page = Vec::new();
        if let Err(error) = clap_mangen::Man::new(command).render(&mut page) {
            fail(&format!("cannot make the manual page: {error}"), None);
            return Outcome::CouldNotRun;
        }
        print(&String::from_utf8_lossy(&page));
        return Outcome::Clean;
    };
    let written = std::fs::create_dir_all(&folder).and_then(|()| clap_mangen::generate_to(command, &folder));
    match written {
        Ok(()) => Outcome::Clean,
        Err(error) => {
            fail(&format!("cannot write manual pages to `{}`: {error}", folder.display()), None);
            Outcome::CouldNotRun
        }
    }
}
