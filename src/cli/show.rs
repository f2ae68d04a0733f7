//! `mtlc show`: a page of what the model is given.

use std::path::PathBuf;

use clap::Args;

use super::args::{LevelArgs, SetArgs};
use super::output::{complain, print};
use super::over::{Ours, may_write};
use super::stopped::Stopped;
use super::{Outcome, spec};
use crate::data::{Overrides, Prepared, open_and_split};
use crate::diag::Diagnostic;
use crate::pipeline::Part;
use crate::report::given::Given;
use crate::report::show::{MARK, ShownSet, page};
use crate::source::replace;

/// Make a page of what the model is given: pictures after their steps, with their labels drawn in, before and after they are augmented
#[derive(Args, Debug)]
pub struct ShowArgs {
    /// The spec
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    /// How many rows of each data set
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..))]
    rows: u32,
    /// How many epochs of what is drawn for training
    #[arg(long, value_name = "N", default_value_t = 3)]
    epochs: u64,
    /// Rows of this part
    #[arg(long, value_name = "PART", default_value = "train", value_parser = ["train", "valid", "test"])]
    part: String,
    /// The page
    #[arg(long, value_name = "FILE", default_value = "show.html")]
    out: PathBuf,
    #[command(flatten)]
    levels: LevelArgs,
    #[command(flatten)]
    set: SetArgs,
}

pub fn run(args: ShowArgs) -> Outcome {
    match made(&args) {
        Ok(()) => Outcome::Clean,
        Err(stopped) => stopped.outcome(),
    }
}

fn made(args: &ShowArgs) -> Result<(), Stopped> {
    let mut spec = spec::load_for_data(&args.spec, &args.set, &args.levels)?;
    spec::show(&spec.diagnostics, &spec);
    let Some(pipeline) = spec.pipeline.take() else { return Err(Stopped::Problems) };
    may_write(&args.out, "--out", Ours::Page { mark: MARK, what: "page of `mtlc show`" }, &[(&spec, Some(&pipeline))])?;
    let refuse = |problems: Vec<Diagnostic>| {
        spec::show(&problems, &spec);
        Stopped::Problems
    };
    let (tables, parts) = open_and_split(&pipeline, &Overrides::default()).map_err(refuse)?;
    let prepared = Prepared::fit(&pipeline, &tables, parts).map_err(refuse)?;
    let part = Part::ALL.into_iter().find(|part| part.name() == args.part).unwrap_or(Part::Train);
    let given = Given { part, rows: args.rows as usize, epochs: args.epochs };
    let sets = (0..pipeline.data.len()).map(|data| given.of(&pipeline, &prepared, data));
    let sets: Vec<ShownSet> = sets.filter(|set| !set.rows.is_empty()).collect();
    let name = args.spec.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let html = page(&name, &sets, env!("CARGO_PKG_VERSION"));
    replace(&args.out, html.as_bytes()).map_err(|error| error.to_string())?;
    if sets.is_empty() {
        complain(&format!("the part `{}` has no rows", args.part));
    }
    print(&format!("{}\n", args.out.display()));
    Ok(())
}
