//! `mtlc pack`: a run in one file.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Outcome;
use super::output::print;
use super::stopped::Stopped;
use crate::data::sizes::shown;
use crate::project::kept::Kept;
use crate::project::pack::{self, ENDING, NotPacked};
use crate::report::RunReport;
use crate::report::card::{Facts, card};

/// Put a finished run into one file, to be handed on: spec, preprocessing, weights, figures, and a card for people
///
/// Every command that takes a run takes the pack in its place. Its files are held against their hashes whenever it is opened. No row of
/// the data goes into it, and nothing that says where the run lay.
#[derive(Args, Debug)]
pub struct PackArgs {
    /// The run directory; with --card, a pack as well
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// Where to write it; NAME.mtlpack, after the run's spec, by default
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace a pack that is there
    #[arg(long)]
    force: bool,
    /// Only print the card: what the model answers and how well, what it was trained on, its limits
    #[arg(long, conflicts_with = "out")]
    card: bool,
}

pub fn run(args: PackArgs) -> Outcome {
    match packed(&args) {
        Ok(()) => Outcome::Clean,
        Err(stopped) => stopped.outcome(),
    }
}

fn packed(args: &PackArgs) -> Result<(), Stopped> {
    let kept = Kept::open(&args.run)?;
    let report: RunReport = kept.run.read("report.json")?;
    let manifest = &kept.manifest;
    let facts = Facts { started: &manifest.started, files: &manifest.data, identity: &manifest.identity };
    let card = card(&kept.pipeline, &report, &facts);
    if args.card {
        print(&card);
        return Ok(());
    }
    if let Some(pack) = &kept.run.pack {
        let message = format!("`{}` is a pack already", pack.display());
        return Err(Stopped::with(&message, "`--card` prints its card"));
    }
    let default = || PathBuf::from(format!("{}.{ENDING}", manifest.name));
    let out = args.out.clone().unwrap_or_else(default);
    refuse_others(&out, args.force)?;
    let packed = pack::write(&kept.run, manifest, &card, &out)?;
    let (files, bytes) = (packed.files, shown(packed.bytes as f64));
    print(&format!("wrote `{}`: {files} files, {bytes}\n", out.display()));
    Ok(())
}

/// A pack takes the place of a pack, if a person wants it, and of nothing else.
fn refuse_others(out: &Path, force: bool) -> Result<(), Stopped> {
    let shown = out.display();
    if out == Path::new("-") {
        return Err(Stopped::with(&"`-` is standard output, and a pack is a file", "name it by --out FILE"));
    }
    if out.is_dir() {
        let inside = out.join("model").with_extension(ENDING);
        let message = format!("`{shown}` is a folder, and a pack is a file");
        return Err(Stopped::with(&message, &format!("name the file in it: --out {}", inside.display())));
    }
    match out.exists() {
        true if !pack::is_one(out) => {
            let message = format!("`{shown}` exists, and is no pack: nothing in it was touched");
            Err(Stopped::with(&message, "name another file by --out"))
        }
        true if !force => Err(Stopped::exists(out)),
        _ => Ok(()),
    }
}

impl From<NotPacked> for Stopped {
    fn from(not_packed: NotPacked) -> Self {
        match not_packed {
            NotPacked::NoRun(no_run) => no_run.into(),
            NotPacked::Cannot(cannot) => Stopped::Message(cannot.to_string(), None),
        }
    }
}
