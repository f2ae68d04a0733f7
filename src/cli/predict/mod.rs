//! `mtlc predict`: what a finished run says of new rows, or of a part of its own.

mod names;
mod safe;
mod table;
mod write;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use self::table::Asked;
use self::write::{Form, Target};
use super::Outcome;
use super::args::DeviceArg;
use super::kept::Kept;
use super::others::Others;
use super::output::complain;
use super::stopped::Stopped;
use super::unseen::{UnknownArg, unseen};
use crate::data::Need;
use crate::pipeline::Part;
use crate::train::evaluate::TaskPredictions;
use crate::train::session::Session;

/// Predict with a finished run
#[derive(Args, Debug)]
pub struct PredictArgs {
    /// The run directory
    #[arg(value_name = "RUN")]
    run: PathBuf,
    #[command(flatten)]
    others: Others,
    /// Predict for the run's own rows of a part, as they were split
    #[arg(long, value_name = "PART", conflicts_with_all = ["data", "format"])]
    part: Option<PartArg>,
    /// Where predictions go: a .csv, .tsv or .jsonl file (.gz packs it), a .parquet file, or - for standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// How to write them, whatever the name says
    #[arg(long, value_name = "FORM")]
    out_format: Option<Form>,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    unknown: UnknownArg,
    #[command(flatten)]
    device: DeviceArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PartArg {
    Train,
    Valid,
    Test,
    /// All three, each row with its part
    All,
}

impl PartArg {
    fn parts(self) -> &'static [Part] {
        match self {
            PartArg::Train => &[Part::Train],
            PartArg::Valid => &[Part::Valid],
            PartArg::Test => &[Part::Test],
            PartArg::All => &Part::ALL,
        }
    }
}

pub fn run(args: PredictArgs) -> Outcome {
    match predict(&args) {
        Ok(rows) => {
            let s = if rows == 1 { "" } else { "s" };
            let place =
                if args.out.as_os_str() == "-" { String::new() } else { format!(", in {}", args.out.display()) };
            complain(&format!("{rows} row{s} predicted{place}"));
            Outcome::Clean
        }
        Err(stopped) => stopped.outcome(),
    }
}

fn predict(args: &PredictArgs) -> Result<usize, Stopped> {
    if args.others.data.is_empty() && args.part.is_none() {
        let message = "nothing says which rows to predict for".to_string();
        let help = "`--data FILE` for rows of a file, `--part test` for rows that the run has split off".to_string();
        return Err(Stopped::Message(message, Some(help)));
    }
    let target = Target::of(&args.out, args.out_format)?;
    let kept = Kept::open(&args.run)?;
    let overrides = kept.overrides(&args.others)?;
    if let Some(path) = &target.path {
        safe::may_write(path, &kept, &overrides)?;
        if path.exists() && !args.force {
            let message = format!("`{}` exists", path.display());
            return Err(Stopped::Message(message, Some("replace it with `--force`, or choose another name".into())));
        }
    }
    let backend = kept.backend(&args.device)?;
    // The run's own rows are found by what splits them, which new rows need not have.
    let need = if args.part.is_some() { Need::Everything } else { Need::Inputs };
    let (session, tables) = kept.session(&overrides, need)?;
    if args.part.is_some() {
        kept.note_changed_data(&tables);
    }
    for line in unseen(&kept, &session, &tables, &overrides, args.unknown)? {
        complain(&format!("Note: {line}"));
    }
    let model = kept.model(&session, backend)?;
    let parts = args.part.map_or(&[Part::Test][..], PartArg::parts);
    let asked = asked(&session, parts, args.part == Some(PartArg::All));
    if asked.is_empty() {
        let what = match args.part {
            Some(_) => "the run has no rows of this part".to_string(),
            None => format!("{} has no rows to predict for", args.others.data.join(", ")),
        };
        complain(&format!("error: {what}"));
        return Err(Stopped::Problems);
    }
    let predictions = parts.iter().map(|part| session.predictions(&model, *part)).reduce(join).unwrap_or_default();
    let answers = table::table(&session, &predictions, &asked);
    target.write(&answers)?;
    answers.remarks.iter().for_each(|remark| complain(&format!("Note: {remark}")));
    Ok(answers.rows.len())
}

/// The rows of some parts, in the order of the files. Of other files, those that were not given have no rows.
fn asked(session: &Session, parts: &[Part], tell: bool) -> Asked {
    let mut asked = Asked::new();
    for (data, rows) in session.prepared.parts().0.iter().enumerate() {
        let of_part = |part: Part| rows.of(part).iter().map(move |row| (data, *row, tell.then_some(part)));
        let mut of_data: Asked = parts.iter().copied().flat_map(of_part).collect();
        of_data.sort_unstable_by_key(|(_, row, _)| *row);
        asked.extend(of_data);
    }
    asked
}

/// The predictions of two parts, task by task.
fn join(mut one: Vec<TaskPredictions>, other: Vec<TaskPredictions>) -> Vec<TaskPredictions> {
    for (one, other) in one.iter_mut().zip(other) {
        // A part without rows does not know how wide an answer is.
        if one.rows.is_empty() {
            *one = other;
        } else {
            one.rows.extend(other.rows);
            one.decoded.values.extend(other.decoded.values);
        }
    }
    one
}
