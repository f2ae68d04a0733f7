//! `mtlc generate`: seeded data, such as that of the example pipelines.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::Outcome;
use super::output::{complain, fail};
use super::stopped::Stopped;
use crate::generate::{GENERATORS, find, save};

/// Make seeded example data, the same on every machine
#[derive(Args, Debug)]
pub struct GenerateArgs {
    /// What to make
    #[arg(value_name = "NAME", value_parser = names())]
    name: String,
    /// The file to write: .csv, .csv.gz or .npz
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// How many rows; each sort of data has its own usual number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    rows: Option<u32>,
    /// What the draws follow
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(
        GENERATORS.iter().map(|generator| clap::builder::PossibleValue::new(generator.name).help(generator.about)),
    )
}

pub fn run(args: GenerateArgs) -> Outcome {
    let Some(generator) = find(&args.name) else {
        fail(&format!("there is no generator `{}`", args.name), None);
        return Outcome::CouldNotRun;
    };
    if args.out.is_file() && !args.force {
        return Stopped::exists(&args.out).outcome();
    }
    let rows = args.rows.map_or(generator.rows, |rows| rows as usize);
    match save(&(generator.make)(rows, args.seed), &args.out) {
        Ok(()) => {
            complain(&format!("wrote {rows} rows to {}", args.out.display()));
            Outcome::Clean
        }
        Err(message) => {
            fail(&message, None);
            Outcome::CouldNotRun
        }
    }
}
