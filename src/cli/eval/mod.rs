//! `mtlc eval`: the figures of a finished run, on its own data or on another file; or those of a file of predictions.

#[cfg(feature = "run")]
mod model;
mod predictions;

use std::path::PathBuf;

use clap::Args;

#[cfg(feature = "run")]
use super::args::DeviceArg;
use super::args::PartArg;
use super::others::Others;
use super::output::print;
#[cfg(feature = "run")]
use super::unseen::UnknownArg;
use super::{Outcome, tables};
use crate::data::Prepared;
use crate::score::Ordered;

/// Evaluate a finished run, on its own data or on another file, or a file of predictions
#[derive(Args, Debug)]
pub struct EvalArgs {
    /// The run directory; with --predictions, a spec as well
    #[arg(value_name = "RUN")]
    run: PathBuf,
    #[command(flatten)]
    others: Others,
    /// Judge these predictions, and ask no model: a file (or the folder) that `mtlc predict` has written, or one of another
    /// program with such columns
    #[cfg_attr(feature = "run", arg(long, value_name = "FILE", conflicts_with_all = ["device", "allow_unknown"]))]
    #[cfg_attr(not(feature = "run"), arg(long, value_name = "FILE"))]
    predictions: Option<PathBuf>,
    /// How they are written, where the name does not say it: --predictions-format 'csv(delimiter: ";")'
    #[arg(long, value_name = "FORMAT", requires = "predictions")]
    predictions_format: Option<String>,
    /// Judge the predictions of this part; without ids, its rows in order
    #[arg(long, value_name = "PART", requires = "predictions", conflicts_with = "data")]
    part: Option<PartArg>,
    /// Judge the rows that are predicted, though others of their part are not
    #[arg(long, requires = "predictions")]
    incomplete: bool,
    #[cfg(feature = "run")]
    #[command(flatten)]
    unknown: UnknownArg,
    #[cfg(feature = "run")]
    #[command(flatten)]
    device: DeviceArg,
    /// Show the figures of every task, however many there are
    #[arg(long)]
    all_tasks: bool,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(args: EvalArgs) -> Outcome {
    let judged = match &args.predictions {
        Some(file) => predictions::judge(&args, file),
        #[cfg(feature = "run")]
        None => model::evaluate(&args),
        #[cfg(not(feature = "run"))]
        None => {
            return super::absent::refuse(
                "can ask no model, and judges answers that there are: `mtlc eval SPEC --predictions FILE`",
            );
        }
    };
    match judged {
        Ok(report) if args.json => {
            print(&report.to_json());
            Outcome::Clean
        }
        Ok(report) => {
            print(&tables::evaluated(&report, args.all_tasks));
            Outcome::Clean
        }
        Err(stopped) => stopped.outcome(),
    }
}

/// A line for each task that is judged though some labels of other files are of classes that it has not learnt.
fn unknown_labels(prepared: &Prepared, not_judged: &Ordered<String>) -> Vec<String> {
    let judged = prepared.unknown_labels().iter().filter(|(task, _)| not_judged.get(task).is_none());
    judged.map(|(task, labels)| format!("task `{task}`: {}; these rows are not judged", labels.words())).collect()
}
