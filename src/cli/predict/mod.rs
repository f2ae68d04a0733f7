//! `mtlc predict`: what a finished run says of new rows, or of a part of its own.

mod beside;
mod files;
mod texts;
mod write;

use std::path::{Path, PathBuf};

use clap::Args;

use self::beside::Beside;
use self::files::Files;
use self::write::{Form, Target};
use super::args::{DeviceArg, PartArg};
use super::others::Others;
use super::output::complain;
use super::stopped::Stopped;
use super::unseen::{UnknownArg, unseen};
use super::{Outcome, kept, ranks};
use crate::answers::Cell;
use crate::catalog::kinds::KindDef;
use crate::data::{Need, PartRows, RowSet};
use crate::pipeline::{ColumnRef, Part, Pipeline, Task};
use crate::project::kept::Kept;
use crate::project::owned::Owned;
use crate::score::judge::TaskAnswers;
use crate::score::predictions::{Table, Unanswered, ending};
use crate::train::evaluate;
use crate::train::plan;
use crate::train::session::Session;

/// Predict with a finished run
#[derive(Args, Debug)]
pub struct PredictArgs {
    /// The run directory
    #[arg(value_name = "RUN")]
    run: PathBuf,
    #[command(flatten)]
    others: Others,
    /// Predict for the run's own rows of a part, as they were split; `all` also says of each row to which it belongs
    #[arg(long, value_name = "PART")]
    part: Option<PartArg>,
    /// Predict for a text; given again, for several. Answers go to standard output, unless `--out` says otherwise
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["data", "part"])]
    text: Vec<String>,
    /// Where predictions go: a .csv, .tsv or .jsonl file (.gz packs it), a .parquet file, - for standard output, or a folder
    /// where an answer is a picture or is found in one
    #[arg(long, value_name = "FILE", required_unless_present = "text")]
    out: Option<PathBuf>,
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

impl PredictArgs {
    fn out(&self) -> &Path {
        self.out.as_deref().unwrap_or(Path::new("-"))
    }
}

pub fn run(args: PredictArgs) -> Outcome {
    match predict(&args) {
        Ok(rows) => {
            let s = if rows == 1 { "" } else { "s" };
            let place =
                if args.out().as_os_str() == "-" { String::new() } else { format!(", in {}", args.out().display()) };
            complain(&format!("{rows} row{s} predicted{place}"));
            Outcome::Clean
        }
        Err(stopped) => stopped.outcome(),
    }
}

fn predict(args: &PredictArgs) -> Result<usize, Stopped> {
    if args.others.data.is_empty() && args.part.is_none() && args.text.is_empty() {
        return Err(no_rows());
    }
    let kept = Kept::open(&args.run)?;
    let pictured = kept.pipeline.tasks.iter().find(|task| ending(task).is_some());
    // What is found in pictures has files of other programs beside the table, where that is in a folder.
    let found = kept.pipeline.tasks.iter().find(|task| is_found(&kept.pipeline, task));
    let found = found.filter(|_| Target::is_folder(args.out(), args.out_format));
    let target = match pictured.or(found) {
        Some(task) => Target::in_folder(args.out(), args.out_format, &task.name)?,
        None => Target::of(args.out(), args.out_format)?,
    };
    let in_folder = pictured.or(found).is_some();
    let mut overrides = kept.overrides(&args.others.data, &args.others.format)?;
    let _texts = match args.text.as_slice() {
        [] => None,
        texts => Some(texts::put(&kept.pipeline, texts, &mut overrides)?),
    };
    match (args.part, overrides.own_rows()) {
        (Some(_), false) => {
            let message = "`--part` asks for rows of the run's own data, and `--data` names others".to_string();
            return Err(Stopped::Message(message, Some("leave one of them out".into())));
        }
        // A table that is joined has no rows to predict for.
        (None, true) => return Err(no_rows()),
        _ => {}
    }
    if let Some(path) = &target.path {
        if let Some(owned) = kept.owns(path, &overrides) {
            return Err(in_its_place(path, &owned));
        }
        if in_folder {
            files::may_write(args.out(), args.force)?;
        } else if path.exists() && !args.force {
            return Err(Stopped::exists(path));
        }
    }
    let backend = args.device.backend_or(kept.trained_on())?;
    // The run's own rows are found by what splits them, which new rows need not have.
    let need = if args.part.is_some() { Need::Everything } else { Need::Inputs };
    let (session, tables) = kept::session(&kept, &overrides, need)?;
    if args.part.is_some() {
        kept::note_changed_data(&kept, &tables, &overrides);
    }
    for line in unseen(&kept, &session, &tables, &overrides, args.unknown)? {
        complain(&format!("Note: {line}"));
    }
    if args.part.is_none() {
        // Of the run's own rows it was said when it was trained.
        session.prepared.cut_short(&session.pipeline).iter().for_each(|line| complain(&format!("Note: {line}")));
    }
    let mut model = kept.model(&session, backend)?;
    let parts = args.part.map_or(&[Part::Test][..], PartArg::parts);
    let asked = asked(&session, parts);
    if asked.is_empty() {
        let what = match args.part {
            Some(_) => "the run has no rows of this part".to_string(),
            None => format!("{} has no rows to predict for", args.others.data.join(", ")),
        };
        complain(&format!("error: {what}"));
        return Err(Stopped::Problems);
    }
    model.world = ranks::world();
    ranks::agree(Ok(()))?;
    if !model.world.leads() {
        // The first process writes what this one answers.
        for (data, rows) in asked.iter().filter(|(data, _)| plan::is_used(&session.pipeline, *data)) {
            let plan = plan::of_rows(&session.pipeline, &session.prepared, *data, rows.clone());
            evaluate::each(&session.pipeline, &model, &session.prepared, plan, |_| {});
        }
        return Ok(0);
    }
    let sets: Vec<usize> = asked.iter().map(|(data, _)| *data).collect();
    let table = Table::new(&session.pipeline, &session.prepared, &sets, args.part == Some(PartArg::All));
    let mut files = Files::new(args.out(), table.files());
    if in_folder {
        std::fs::create_dir_all(args.out())
            .map_err(|error| format!("cannot make the folder `{}`: {error}", args.out().display()))?;
    }
    let tasks = session.pipeline.tasks.iter().enumerate();
    let mut beside = match in_folder {
        true => Beside::new(
            args.out(),
            tasks.map(|(index, task)| {
                let exchanged = is_found(&session.pipeline, task);
                (task.name.as_str(), exchanged.then(|| table.written(index)))
            }),
        ),
        false => Beside::none(),
    };
    let mut writer = target.begin(&table.columns)?;
    let mut written = 0;
    let mut unanswered = Unanswered::default();
    for (data, rows) in &asked {
        let of = |row: usize| {
            let own = &session.prepared.parts().0[*data];
            let part = Part::ALL.into_iter().find(|part| own.of(*part).contains(row));
            (row, part.filter(|_| args.part == Some(PartArg::All)))
        };
        let mut write = |count: usize, answers: &[TaskAnswers]| {
            let batch: Vec<(usize, Option<Part>)> =
                rows.at_places(written..written + count).into_iter().map(of).collect();
            written += count;
            unanswered.add(answers);
            let mut cells = table.cells(*data, &batch, answers);
            let (key, name) = table.key(*data);
            let keys: Vec<Cell> = cells.iter().map(|row| row[key].clone()).collect();
            beside.put((&keys, name), answers, |task| table.written(task))?;
            files.put(&mut cells, key, name)?;
            writer.rows(&cells)
        };
        if plan::is_used(&session.pipeline, *data) {
            let plan = plan::of_rows(&session.pipeline, &session.prepared, *data, rows.clone());
            evaluate::answers(&session.pipeline, &model, &session.prepared, plan, |rows, answers| {
                write(rows[*data].len(), &answers)
            })?;
        } else {
            write(rows.len(), &[])?;
        }
        written = 0;
    }
    writer.finish()?;
    let remarks = beside.finish()?;
    let unanswered = unanswered.words(&session.pipeline);
    table.remarks.iter().chain(&remarks).chain(&unanswered).for_each(|remark| complain(&format!("Note: {remark}")));
    Ok(asked.iter().map(|(_, rows)| rows.len()).sum())
}

/// Whether a task's answers are found in pictures, in pixels, which other programs count in.
fn is_found(pipeline: &Pipeline, task: &Task) -> bool {
    let of = |column: &ColumnRef| match &pipeline.column(*column).kind {
        KindDef::Boxes(boxes) => !boxes.relative,
        KindDef::Instances(_) | KindDef::Keypoints(_) | KindDef::Tracks(_) => true,
        _ => false,
    };
    task.label.columns.iter().any(of)
}

fn no_rows() -> Stopped {
    let message = "nothing says which rows to predict for".to_string();
    let help = "`--data FILE` for rows of a file, `--part test` for rows that the run has split off, `--text \"…\"` for a text".to_string();
    Stopped::Message(message, Some(help))
}

/// What is written may not go over the rows it is made of, nor over what a run is made of. Not even with `--force`.
pub(super) fn in_its_place(out: &Path, owned: &Owned) -> Stopped {
    let what = match owned {
        Owned::Given => "a file that is predicted for (`--data`)".to_string(),
        Owned::Data(name) => format!("the data that the run was trained on (`{name}`)"),
        Owned::Spec => "the spec of the run".into(),
        Owned::Read(read) => read.to_string(),
        Owned::Run => "a file of the run itself".into(),
    };
    let message = format!("`{}` is {what}, whose place would be taken", out.display());
    Stopped::Message(message, Some("choose another name for `--out`".into()))
}

/// For each data set that is asked about, its rows.
type Asked = Vec<(usize, RowSet)>;

/// The rows of some parts. Of other files, those that were not given have no rows.
fn asked(session: &Session, parts: &[Part]) -> Asked {
    let of_data = |(data, rows): (usize, &PartRows)| {
        (data, parts.iter().fold(RowSet::default(), |all, part| all.either(rows.of(*part))))
    };
    session.prepared.parts().0.iter().enumerate().map(of_data).filter(|(_, rows)| !rows.is_empty()).collect()
}
