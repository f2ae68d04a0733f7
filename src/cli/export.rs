//! `mtlc export`: a finished run as a file for other programs.

mod files;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use self::files::Files;
use super::args::DeviceArg;
use super::followed::{self, Follower, Telling};
use super::others::Others;
use super::output::print;
use super::stopped::Stopped;
use super::{Outcome, kept};
use crate::data::{Need, Overrides, count, sizes};
use crate::export::Array;
use crate::export::onnx::sample;
use crate::export::onnx::{self, Asked, Described, Exported, Storage};
use crate::export::pytorch;
use crate::lower::Model;
use crate::pipeline::{Part, Task};
use crate::project::kept::Kept;
use crate::project::opened::session_without_rows;
use crate::report::RunReport;
use crate::score::judge::{Judge, Judged, Keep};
use crate::train::records::Record;
use crate::train::session::Session;
use crate::train::transfer;

/// Write a finished run as a file that other programs compute with
///
/// `onnx`: with the preprocessing of tables and the decoding of answers in it, as far as they have a form there; what has none is said, and
/// stands in the file. A run of several data sets gives a file for each. `pytorch`: one readable file of Python, a module that answers and
/// trains on as it stands, with its weights as safetensors beside it. `mlflow`: the run with its parameters, curves, files and model, as
/// a run of MLflow; `--out` names a folder or a server.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// The run directory, or a pack
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// For what
    #[arg(long, value_name = "FORM")]
    to: Form,
    /// Where to write it [default: NAME.onnx or NAME.py, after the run's spec; of MLflow MLFLOW_TRACKING_URI, else mlruns]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How weights are kept. With f16 or int8, figures before and after are told
    #[arg(long, value_name = "WEIGHTS", default_value = "f32")]
    weights: Weights,
    /// Also write, beside it as .npz, so many test rows of the inputs that are prepared outside; for PyTorch test rows and, as NAME.train.npz,
    /// training rows of all inputs, with their targets
    #[arg(long, value_name = "ROWS")]
    sample: Option<usize>,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    others: Others,
    #[command(flatten)]
    device: DeviceArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    Onnx,
    Pytorch,
    Mlflow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Weights {
    /// As they are
    F32,
    /// Half as large
    F16,
    /// A quarter as large: matrices in whole numbers, with a factor per output
    Int8,
}

impl From<Weights> for Storage {
    fn from(weights: Weights) -> Self {
        match weights {
            Weights::F32 => Storage::F32,
            Weights::F16 => Storage::F16,
            Weights::Int8 => Storage::Int8,
        }
    }
}

impl Form {
    /// What the name of its file ends with.
    fn ending(self) -> &'static str {
        match self {
            Form::Pytorch => "py",
            Form::Onnx | Form::Mlflow => "onnx",
        }
    }
}

pub fn run(args: ExportArgs) -> Outcome {
    match export(&args) {
        Ok(()) => Outcome::Clean,
        Err(stopped) => stopped.outcome(),
    }
}

fn export(args: &ExportArgs) -> Result<(), Stopped> {
    let kept = Kept::open(&args.run)?;
    if args.to == Form::Mlflow {
        return to_mlflow(args, &kept);
    }
    let out = named(args, &kept)?;
    let storage: Storage = args.weights.into();
    let overrides = kept.overrides(&args.others.data, &args.others.format)?;
    // Rows are read where something is told by them.
    let by_rows = storage != Storage::F32 || args.sample.is_some();
    let session = match by_rows || !overrides.is_empty() {
        true => {
            kept::session(&kept, &overrides, if storage == Storage::F32 { Need::Inputs } else { Need::Available })?.0
        }
        false => session_without_rows(&kept).map_err(|wrong| kept::refuse(&kept, &overrides, &wrong))?,
    };
    let backend = args.device.backend_or(kept.trained_on())?;
    let model = kept.model(&session, backend)?;
    if args.to == Form::Pytorch {
        return to_pytorch(args, &kept, &overrides, &session, (model, &out));
    }
    let single = session.pipeline.data.len() == 1;
    let (mut files, mut refused) = (Files::default(), Vec::new());
    for (data, set) in session.pipeline.data.iter().enumerate() {
        let out = if single { out.clone() } else { of_part(&out, &set.name) };
        // All tasks that answer of a row alone, and then each that is given more.
        let tasks = &session.pipeline.tasks;
        let apart = (0..tasks.len()).filter(|task| onnx::stands_alone(&session, &model, *task));
        for alone in std::iter::once(None).chain(apart.map(Some)) {
            let identity = &kept.manifest.identity;
            let asked = Asked { session: &session, model: &model, data, storage, identity, alone };
            let exported = match onnx::file(&asked) {
                Ok(None) => continue,
                Ok(Some(exported)) => exported,
                Err(not_exported) => {
                    refused.push(not_exported);
                    continue;
                }
            };
            let out = alone.map_or_else(|| out.clone(), |task| of_part(&out, &tasks[task].name));
            let said = told(&out, &exported);
            let sample = args.sample.map(|rows| sampled(&asked, &exported, rows));
            files.add(&out, exported.bytes, said);
            match sample {
                Some(Some((arrays, rows))) => files.add_arrays(&out.with_extension("npz"), &arrays, &rows)?,
                Some(None) => files.say("nothing is prepared outside, so that there is no sample\n"),
                None => {}
            }
        }
    }
    if let Some(first) = refused.into_iter().next().filter(|_| files.is_empty()) {
        return Err(Stopped::with(&first.to_string(), "`mtlc predict` answers with every model"));
    }
    files.write(&kept, &overrides, args.force)?;
    if storage != Storage::F32 {
        print(&lost(model, &session, storage)?);
    }
    Ok(())
}

/// Where an export goes.
///
/// # Errors
/// If no file of its form can be called so.
fn named(args: &ExportArgs, kept: &Kept) -> Result<PathBuf, Stopped> {
    let name = format!("{}.{}", kept.manifest.name, args.to.ending());
    match &args.out {
        None => Ok(PathBuf::from(name)),
        Some(out) => files::may_be_named(out, args.to == Form::Pytorch, &name).map(|()| out.clone()),
    }
}

fn to_pytorch(
    args: &ExportArgs,
    kept: &Kept,
    overrides: &Overrides,
    session: &Session,
    (mut model, out): (Model, &Path),
) -> Result<(), Stopped> {
    if args.weights != Weights::F32 {
        let message = "a module of PyTorch has its weights as they are";
        return Err(Stopped::with(&message, "leave `--weights` out; `module.half()` makes them smaller"));
    }
    // What the run did not train in the end, it does not train there.
    transfer::apply(&session.pipeline, &mut model, session.pipeline.train.epochs.saturating_sub(1));
    let weights = out.with_extension("safetensors");
    let name = weights.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let asked = pytorch::Asked { session, model: &model, identity: &kept.manifest.identity, weights: &name };
    let exported = pytorch::module(&asked)
        .map_err(|not| Stopped::with(&not.to_string(), "`mtlc predict` answers with every model"))?;
    let mut files = Files::default();
    let said = told_of_module(out, &weights, &exported);
    files.add(out, exported.python.into_bytes(), String::new());
    files.add(&weights, exported.weights, said);
    let train = out.with_extension("train.npz");
    let samples = [(out.with_extension("npz"), Part::Test), (train, Part::Train)];
    for (path, part) in samples.into_iter().filter(|_| args.sample.is_some()) {
        let mut arrays = Vec::new();
        for (data, of_data) in session.prepared.parts().0.iter().enumerate() {
            let rows: Vec<usize> = of_data.of(part).iter().take(args.sample.unwrap_or(0)).collect();
            if !rows.is_empty() {
                arrays.extend(pytorch::sample::of_rows(&asked, data, &rows));
            }
        }
        files.add_arrays(&path, &arrays, &format!("rows of {}", part.name()))?;
    }
    files.write(kept, overrides, args.force)
}

fn told_of_module(out: &Path, weights: &Path, exported: &pytorch::Exported) -> String {
    let size = sizes::shown(exported.weights.len() as f64);
    let mut text = format!("wrote `{}`, a module of PyTorch, and `{}`: {size}\n", out.display(), weights.display());
    let given = exported.given.iter().map(|(input, words)| format!("  {input}: {words}\n"));
    text += &format!("is given\n{}", given.collect::<String>());
    text += &answered(&exported.tasks, &exported.left_out);
    if !exported.otherwise.is_empty() {
        let lines = exported.otherwise.iter().map(|line| format!("  {line}\n"));
        text += &format!("trains otherwise than the spec\n{}", lines.collect::<String>());
    }
    text
}

/// The whole run, told afterwards.
fn to_mlflow(args: &ExportArgs, kept: &Kept) -> Result<(), Stopped> {
    if let Some(pack) = &kept.run.pack {
        let message = format!("`{}` is a pack, which has no curves", pack.display());
        return Err(Stopped::with(&message, "name the run that it was made of"));
    }
    let at = args.out.as_ref().map_or_else(String::new, |out| out.to_string_lossy().into_owned());
    followed::reach(Some(&at), Telling::Afterwards)?;
    let overrides = kept.overrides(&args.others.data, &args.others.format)?;
    let (session, _) = kept::session(kept, &overrides, Need::Inputs)?;
    let model = kept.model(&session, args.device.backend_or(kept.trained_on())?)?;
    let report: RunReport = kept.run.read("report.json")?;
    let begun = Follower::begin(Some(&at), &kept.run, &kept.manifest, &session, Telling::Afterwards)?;
    let Some(mut follower) = begun else { return Ok(()) };
    let records = kept.run.records();
    let tasks = records.tasks.into_iter().map(Record::Task);
    let all: Vec<Record> = tasks.chain(records.epochs.into_iter().map(Record::Epoch)).collect();
    follower.epoch(&all);
    follower.finish(&kept.run, &kept.manifest, &session, &model, &report);
    print(&format!("told {} of run {}\n", follower.at(), follower.run()));
    Ok(())
}

/// `model.onnx` as `model.posts.onnx`.
fn of_part(out: &Path, part: &str) -> PathBuf {
    let ending = out.extension().map_or_else(String::new, |ending| format!(".{}", ending.to_string_lossy()));
    let stem = out.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    out.with_file_name(format!("{stem}.{part}{ending}"))
}

/// What was written, what it is given and what it gives, and what is left to whoever asks.
fn told(out: &Path, exported: &Exported) -> String {
    let size = sizes::shown(exported.bytes.len() as f64);
    let mut text = format!("wrote `{}`: {size}, ONNX with operators of set {}\n", out.display(), onnx::OPSET);
    let line = |input: &Described| {
        let by = if input.prepared { "prepared outside: " } else { "" };
        format!("  {}: {by}{}\n", input.name, input.given)
    };
    text += &format!("is given\n{}", exported.inputs.iter().map(line).collect::<String>());
    text + &answered(&exported.tasks, &exported.left_out)
}

fn answered(tasks: &[(String, Option<String>)], left_out: &[(String, String)]) -> String {
    let line = |(task, by): &(String, Option<String>)| match by {
        None => format!("  {task}\n"),
        Some(by) => format!("  {task}: the outputs of its head, of which `{by}` is left to whoever asks\n"),
    };
    let mut text = format!("answers\n{}", tasks.iter().map(line).collect::<String>());
    if !left_out.is_empty() {
        let line = |(task, why): &(String, String)| format!("  {task}: {why}\n");
        text += &format!("leaves out\n{}", left_out.iter().map(line).collect::<String>());
    }
    text
}

/// Some rows of what is prepared outside, and how many these are; `None` if nothing is.
fn sampled(asked: &Asked<'_>, exported: &Exported, rows: usize) -> Option<(Vec<Array>, String)> {
    let parts = &asked.session.prepared.parts().0[asked.data];
    let rows: Vec<usize> = parts.of(Part::Test).iter().take(rows).collect();
    let arrays = sample::of_rows(asked, &exported.inputs, &rows);
    (!arrays.is_empty() && !rows.is_empty()).then(|| (arrays, count(rows.len(), "row")))
}

/// The figures of each task with weights as they are and as they are kept in the file.
fn lost(mut model: Model, session: &Session, storage: Storage) -> Result<String, Stopped> {
    let part = [Part::Test, Part::Valid]
        .into_iter()
        .find(|part| session.prepared.parts().0.iter().any(|rows| !rows.of(*part).is_empty()));
    let Some(part) = part else { return Ok("there are no rows to tell by what that costs\n".into()) };
    let judge = Judge::new(&session.pipeline, &session.prepared);
    let figures = |model: &Model| {
        let judged = session.judged(&judge, model, part, Keep::Nothing);
        let selected = |(judged, task): (Judged, &Task)| judged.figures.metrics[task.select].number();
        judged.into_iter().zip(&session.pipeline.tasks).map(selected).collect::<Vec<Option<f64>>>()
    };
    let before = figures(&model);
    let rounded: BTreeMap<String, (Vec<usize>, Vec<f32>)> = model
        .weights
        .to_host()
        .into_iter()
        .map(|(path, shape, values)| {
            let values = onnx::kept(storage, &shape, &values);
            (path, (shape, values))
        })
        .collect();
    model.weights.load(&rounded).map_err(|misfit| Stopped::from(misfit.to_string()))?;
    let after = figures(&model);
    let mut text = format!("on {}, with weights as they are and as they are kept\n", part.name());
    for ((task, before), after) in session.pipeline.tasks.iter().zip(before).zip(after) {
        if let (Some(before), Some(after)) = (before, after) {
            text += &format!("  {}: {} {before:.4} and {after:.4}\n", task.name, task.metrics[task.select].key());
        }
    }
    Ok(text)
}
