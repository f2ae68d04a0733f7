//! `mtlc eval`: the figures of a finished run, on its own data or on another file.

use std::path::PathBuf;

use clap::Args;

use super::args::DeviceArg;
use super::kept::Kept;
use super::output::print;
use super::stopped::Stopped;
use super::{Outcome, tables};
use crate::check::pipeline::Part;
use crate::data::Need;
use crate::train::fit::{Ending, Trained};
use crate::train::judge::Judge;
use crate::train::report::RunReport;
use crate::train::summary::{self, Facts};

/// Evaluate a finished run, on its own data or on another file
#[derive(Args, Debug)]
pub struct EvalArgs {
    /// The run directory
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// A file with labels to evaluate on, instead of the run's data (NAME=FILE if there are several data sets)
    #[arg(long, value_name = "FILE")]
    data: Vec<String>,
    #[command(flatten)]
    device: DeviceArg,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(args: EvalArgs) -> Outcome {
    match evaluate(&args) {
        Ok(report) if args.json => {
            print(&report.to_json());
            Outcome::Clean
        }
        Ok(report) => {
            print(&tables::report(&report));
            Outcome::Clean
        }
        Err(stopped) => stopped.outcome(),
    }
}

fn evaluate(args: &EvalArgs) -> Result<RunReport, Stopped> {
    let mut kept = Kept::open(&args.run)?;
    let backend = kept.backend(&args.device)?;
    let overrides = kept.overrides(&args.data)?;
    if !overrides.files.is_empty() {
        kept.pipeline.evaluate.parts = vec![Part::Test];
    }
    let (session, _) = kept.session(&overrides, Need::Everything)?;
    let model = kept.model(&session, backend)?;
    let before: RunReport = kept.run.read("report.json")?;
    let trained = Trained {
        ending: Ending::AllEpochs,
        epochs: before.epochs,
        best: crate::train::checkpoint::Best { epoch: before.best_epoch, score: before.score, loss: 0.0 },
        seconds: before.train.seconds,
        examples: (before.train.seconds * before.train.examples_per_second).round() as u64,
        updates: before.train.steps as u64,
    };
    let facts = Facts {
        device: backend.to_string(),
        seed: kept.manifest.seed,
        split_seed: before.split_seed,
        spec_sha256: &kept.manifest.spec_sha256,
        started: &kept.manifest.started,
    };
    // What answering without looking would reach is fitted on the training part, which another file has not.
    let judge = Judge::new(&session.pipeline, &session.prepared);
    let (mut report, _) = summary::report(&session, &model, &judge, &trained, &facts);
    if !overrides.files.is_empty() {
        report.warnings.clear();
    }
    Ok(report)
}
