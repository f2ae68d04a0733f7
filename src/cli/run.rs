//! `mtlc run`: trains a spec, and keeps everything in a run directory.

mod gain;
mod longer;
mod seeds;
mod seeds_table;
pub mod words;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::args::{DeviceArg, LevelArgs, SetArgs};
use super::followed::{self, Follower, Telling};
use super::output::{complain, print};
use super::progress::Progress;
use super::spec::{self, show};
use super::stopped::Stopped;
use super::{Outcome, interrupt, quoted, ranks};
use crate::data::{Need, Overrides, sha256};
use crate::graph::passes;
use crate::lower::Backend;
use crate::lower::world::Alone;
use crate::pipeline::Pipeline;
use crate::project::directory::{self, NoRun, RunDirectory, now};
use crate::project::manifest::Manifest;
use crate::project::ready::Ready;
use crate::project::seeds::Turn;
use crate::project::spec::Spec;
use crate::project::{interrupted, saved};
use crate::report::importance;
use crate::report::mlflow::Status;
use crate::report::summary;
use crate::report::{self, ModelPicture, ReportInput, RunReport};
use crate::score::judge::{Judge, Thresholds};
use crate::train::checkpoint::{self, Snapshot};
use crate::train::conflicts;
use crate::train::engine::Engine;
use crate::train::fit::{Ending, Failure, Refused, Settings, Trained};
use crate::train::session::Session;

/// Train a spec; the model, the metrics and a report go to a run directory
#[derive(Args, Clone, Debug)]
pub struct RunArgs {
    /// The spec
    #[arg(value_name = "SPEC", required_unless_present = "resume")]
    spec: Option<PathBuf>,
    /// The run directory [default: runs/NAME/TIME]
    #[arg(long, value_name = "DIR", conflicts_with = "resume")]
    out: Option<PathBuf>,
    /// Go on with an interrupted run, or with --epochs for longer than it was begun with
    #[arg(long, value_name = "DIR", conflicts_with_all = ["spec", "seeds", "seed", "split_seed", "set", "variant", "no_pass"])]
    resume: Option<PathBuf>,
    #[command(flatten)]
    device: DeviceArg,
    /// Seed of initial weights, shuffles and dropout, instead of the spec's
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Seed of the split, instead of the spec's
    #[arg(long, value_name = "N")]
    split_seed: Option<u64>,
    /// Epochs, instead of the spec's; with --resume, in all
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    epochs: Option<u32>,
    /// Train with several seeds, one after another, and report mean and spread
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    seeds: Option<u32>,
    /// With --seeds: a split of its own for each seed
    #[arg(long, requires = "seeds")]
    resplit: bool,
    /// Leave out a pass over the graph
    #[arg(long, value_name = "NAME")]
    no_pass: Vec<String>,
    /// Also write event files for TensorBoard
    #[arg(long)]
    tensorboard: bool,
    /// Also tell MLflow of the run: --mlflow=WHERE, a folder or http://… [default: MLFLOW_TRACKING_URI, else mlruns]
    #[arg(long, value_name = "WHERE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    mlflow: Option<String>,
    /// Show the figures of every task, however many there are
    #[arg(long)]
    all_tasks: bool,
    /// No progress, only the result
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    levels: LevelArgs,
    #[command(flatten)]
    set: SetArgs,
}

pub fn run(args: RunArgs) -> Outcome {
    let result = match (&args.resume, args.seeds) {
        (Some(folder), _) => seeds::resumed(folder, &args).unwrap_or_else(|| resume(folder, &args)),
        (None, Some(seeds)) => seeds::several(&args, seeds),
        (None, None) => one(&args),
    };
    match result {
        Ok(()) => Outcome::Clean,
        Err(stopped) => stopped.outcome(),
    }
}

/// Loads a spec for a run, and shows what is wrong with it; unless `say`, only what keeps it from being trained.
fn load(path: &Path, args: &RunArgs, say: bool) -> Result<Spec, Stopped> {
    let spec = spec::load_for_data(path, &args.set, &args.levels)?;
    if say || spec.pipeline.is_none() {
        show(&spec.diagnostics, &spec);
    }
    if spec.pipeline.is_none() {
        complain("Nothing was trained: the spec has errors.");
        return Err(Stopped::Problems);
    }
    Ok(spec)
}

/// Where a run goes unless `--out` says otherwise, if nothing is there yet.
fn default_folder(name: &str) -> PathBuf {
    let time: String = now().chars().map(|c| if c == ':' { '-' } else { c }).collect();
    Path::new("runs").join(name).join(time)
}

/// Trains once.
fn one(args: &RunArgs) -> Result<(), Stopped> {
    ranks::same(&of_files(args.spec.as_deref()))?;
    let begun = ranks::in_step(|| ready(args, None, true))?;
    ranks::same(&begun.manifest.parts())?;
    let folder = || match &args.out {
        Some(folder) => RunDirectory::create(folder).map_err(|no_run| Stopped::taken(&no_run)),
        None => RunDirectory::create_numbered(&default_folder(&begun.session.pipeline.name)).map_err(Stopped::from),
    };
    begin(&begun, folder, args).map(|_| ())
}

/// What is about to be trained.
struct Begun {
    session: Session,
    manifest: Manifest,
    backend: Backend,
    /// Of the spec.
    text: String,
}

/// Reads spec and data, and says what a run of them is of.
fn ready(args: &RunArgs, turn: Option<&Turn>, say: bool) -> Result<Begun, Stopped> {
    let path = args.spec.clone().unwrap_or_default();
    passes::check_names(&args.no_pass)?;
    let backend = args.device.backend()?;
    let mut spec = load(&path, args, say)?;
    let Some(mut pipeline) = spec.pipeline.take() else { return Err(Stopped::Problems) };
    pipeline.train.seed = turn.map(|turn| turn.seed).or(args.seed).unwrap_or(pipeline.train.seed);
    if let Some(epochs) = args.epochs {
        pipeline.train.epochs = epochs as usize;
    }
    let manifest = Manifest {
        set: args.set.set.clone(),
        variant: args.set.variant.clone(),
        split_seed: turn.map_or(args.split_seed, |turn| turn.split_seed),
        device: backend.to_string(),
        no_pass: args.no_pass.clone(),
        ..Manifest::of(&spec, &path, &pipeline)
    };
    let (session, manifest) = prepare(&spec, pipeline, manifest)?;
    Ok(Begun { session, manifest, backend, text: spec.text().to_string() })
}

/// Makes the run directory, and trains.
fn begin(
    begun: &Begun,
    folder: impl FnOnce() -> Result<RunDirectory, Stopped>,
    args: &RunArgs,
) -> Result<RunReport, Stopped> {
    let Begun { session, manifest, backend, text } = begun;
    // Whatever can go wrong with the model goes wrong before anything is written.
    let engine = ranks::in_step(|| start(session, manifest, *backend, args))?;
    let made = || -> Result<RunDirectory, Stopped> {
        followed::reach(args.mlflow.as_deref(), Telling::Meanwhile)?;
        let run = folder()?;
        directory::name_latest(&run.path);
        run.write_text("spec.mtl", text)?;
        run.write("defaults.json", &words::settings(&session.pipeline))?;
        run.write_fitted(session.prepared.fitted())?;
        run.write("run.json", manifest)?;
        Ok(run)
    };
    let run = first_makes(made)?;
    train(session, engine, &run, manifest, *backend, None, args, text)
}

/// What the first process makes, as every one has it.
fn first_makes(make: impl FnOnce() -> Result<RunDirectory, Stopped>) -> Result<RunDirectory, Stopped> {
    let world = ranks::world();
    let run = ranks::in_step(|| world.leads().then(make).transpose())?;
    if world.is_alone() {
        return run.ok_or(Stopped::Problems);
    }
    let path = ranks::told(run.as_ref().map(|run| run.path.display().to_string()));
    Ok(run.unwrap_or_else(|| RunDirectory::beside(Path::new(&path))))
}

/// What all processes of a training must have alike, before anything is read: the program and the spec.
fn of_files(spec: Option<&Path>) -> Vec<(String, String)> {
    if ranks::world().is_alone() {
        return Vec::new();
    }
    let hash = |path: &Path| std::fs::read(path).map_or_else(|error| error.to_string(), |bytes| sha256(&bytes));
    let program = std::env::current_exe().map_or_else(|error| error.to_string(), |path| hash(&path));
    let spec = spec.map(|spec| (format!("spec `{}`", spec.display()), hash(spec)));
    std::iter::once(("build of mtlc".to_string(), program)).chain(spec).collect()
}

/// The engine, with the initial weights that the spec wants.
fn start<'s>(
    session: &'s Session,
    manifest: &Manifest,
    backend: Backend,
    args: &RunArgs,
) -> Result<Engine<'s>, Stopped> {
    let (engine, loaded) = session.engine_loaded(manifest.seed, &backend.device())?;
    if !args.quiet {
        session.starts.said().iter().for_each(|said| complain(said));
        loaded.iter().for_each(|loaded| complain(&words::loaded(loaded)));
    }
    Ok(engine)
}

/// Goes on with an interrupted run.
fn resume(folder: &Path, args: &RunArgs) -> Result<(), Stopped> {
    let world = ranks::world();
    ranks::same(&of_files(None))?;
    let opened = ranks::in_step(|| Ok(if world.leads() { to_resume(folder, args)? } else { None }))?;
    if !world.any(opened.is_some()) {
        return Ok(());
    }
    let beside = || -> Result<_, Stopped> {
        let (run, manifest) = RunDirectory::open(folder)?;
        Ok((RunDirectory::beside(&run.path), manifest))
    };
    let (run, manifest) = ranks::in_step(|| opened.map_or_else(beside, Ok))?;
    go_on(run, manifest, args).map(|_| ())
}

/// The directory, ready to be gone on in; `None` if there is nothing left to do.
fn to_resume(folder: &Path, args: &RunArgs) -> Result<Option<(RunDirectory, Manifest)>, Stopped> {
    let (mut run, manifest) = RunDirectory::open(folder)?;
    if run.pack.is_some() {
        lock(&mut run)?;
    }
    if run.is_finished() {
        let Some(epochs) = args.epochs else {
            complain(&format!("The run in {} is finished: there is nothing to go on with", folder.display()));
            complain("  help: for longer than it was begun with: `--epochs N`");
            return Ok(None);
        };
        lock(&mut run)?;
        if !longer::open_again(&run, epochs as usize)? {
            return Ok(None);
        }
    }
    Ok(Some((run, manifest)))
}

fn lock(run: &mut RunDirectory) -> Result<(), Stopped> {
    run.lock().map_err(|no_run| {
        let help = match no_run {
            NoRun::IsPack(_) => "name the run that it was made of",
            _ => "wait until it has ended, or stop it: `--resume` goes on from where it was",
        };
        Stopped::with(&no_run.to_string(), help)
    })
}

/// Trains what is left of a run.
fn go_on(run: RunDirectory, manifest: Manifest, args: &RunArgs) -> Result<RunReport, Stopped> {
    let Left { session, run, manifest, backend, text, snapshot } = ranks::in_step(|| left(run, manifest, args))?;
    ranks::same(&manifest.parts())?;
    let engine = ranks::in_step(|| match snapshot {
        Some(_) => Ok(session.engine_to_resume(manifest.seed, &backend.device())?),
        None => start(&session, &manifest, backend, args),
    })?;
    train(&session, engine, &run, &manifest, backend, snapshot, args, &text)
}

/// What is left of a run, ready to be trained.
struct Left {
    session: Session,
    run: RunDirectory,
    manifest: Manifest,
    backend: Backend,
    /// Of the spec.
    text: String,
    snapshot: Option<Snapshot>,
}

fn left(mut run: RunDirectory, manifest: Manifest, args: &RunArgs) -> Result<Left, Stopped> {
    lock(&mut run)?;
    let (spec, mut pipeline) = saved::load(&run, &manifest)?;
    pipeline.train.seed = manifest.seed;
    pipeline.train.epochs = args.epochs.map_or(manifest.epochs, |epochs| epochs as usize);
    let backend = match args.device.given() {
        Some(_) => args.device.backend()?,
        None => manifest.device.parse::<Backend>()?,
    };
    backend.check()?;
    let (session, again) = prepare(&spec, pipeline, manifest.clone())?;
    manifest.same(&again)?;
    let text = run.read_text("spec.mtl")?;
    let snapshot = interrupted::snapshot(&run, &manifest, &session, backend)?;
    let manifest = match args.epochs {
        Some(epochs) => {
            let begun = snapshot.as_ref().map_or_else(Default::default, |snapshot| snapshot.progress.clone());
            longer::lengthened(&run, manifest, &session, &begun, epochs as usize)?
        }
        None => manifest,
    };
    run.rewind(snapshot.as_ref().map_or(0, |snapshot| snapshot.progress.epoch))?;
    Ok(Left { session, run, manifest, backend, text, snapshot })
}

/// Opens the data, shows what is to be said of it, and says what the run is of.
fn prepare(spec: &Spec, pipeline: Pipeline, manifest: Manifest) -> Result<(Session, Manifest), Stopped> {
    let ready = Ready::prepare(spec, pipeline, manifest).map_err(|problems| {
        show(&problems, spec);
        complain("Nothing was trained: the data has errors.");
        Stopped::Problems
    })?;
    show(&ready.outlook, spec);
    Ok((ready.session, ready.manifest))
}

/// Trains and writes everything down.
#[allow(clippy::too_many_arguments)]
fn train(
    session: &Session,
    mut engine: Engine<'_>,
    run: &RunDirectory,
    manifest: &Manifest,
    backend: Backend,
    snapshot: Option<Snapshot>,
    args: &RunArgs,
    text: &str,
) -> Result<RunReport, Stopped> {
    let settings = Settings {
        checkpoint: run.writes().then(|| run.checkpoint()),
        checkpoint_every: Duration::from_secs(5),
        identity: manifest.identity.clone(),
        measure_conflicts: true,
        resume: snapshot,
        world: ranks::world(),
        ..Settings::silent(manifest.seed)
    };
    ranks::resumed_by(format!("mtlc run --resume {}", quoted::path(&run.path)));
    interrupt::listen();
    let mlflow = args.mlflow.as_deref().filter(|_| run.writes());
    let follower = Follower::begin(mlflow, run, manifest, session, Telling::Meanwhile)?;
    let mut progress = Progress::new(session, run, args.quiet || !run.writes()).followed_by(follower);
    progress.start(&engine.model, backend, session);
    let trained = match session.train(&mut engine, &settings, &mut progress) {
        Ok(trained) => trained,
        Err(failure) => {
            progress.ended(Status::Failed);
            // These one process may meet alone, while the others wait for it.
            if !matches!(failure, Failure::Refused(Refused::Unwritten(_) | Refused::NotSummed(_))) {
                ranks::agreed();
            }
            return Err(explain(failure, run));
        }
    };
    progress.finish();
    if trained.ending == Ending::Interrupted {
        progress.ended(Status::Killed);
        ranks::agreed();
        return Err(Stopped::Interrupted(format!(
            "Interrupted after {} of {} epochs. Go on with: mtlc run --resume {}",
            trained.epochs,
            session.pipeline.train.epochs,
            quoted::path(&run.path)
        )));
    }
    // The model first: whatever happens while it is judged, it is there.
    // One entry, because the order of several is not kept, and the same run gives the same bytes.
    let metadata = [("run".to_string(), manifest.identity.clone())];
    if run.writes() {
        checkpoint::write(&run.model(), &checkpoint::weight_tensors(&engine.model.weights), metadata.into())?;
    }
    let thresholds = Thresholds::of(&session.pipeline, &trained.best.thresholds);
    if !thresholds.0.is_empty() {
        run.write(Thresholds::FILE, &thresholds)?;
    }
    let gain = match run.writes() {
        true => ranks::apart(|| gain::gain(session, manifest, backend, args.quiet, &run.path))?,
        false => None,
    };
    let report = write_report(session, run, manifest, backend, &engine.model, &trained, text, gain)?;
    // From here on every process is by itself.
    engine.join(Arc::new(Alone));
    if !run.writes() {
        return Ok(report);
    }
    if args.tensorboard {
        write_events(run)?;
    }
    if let Some(follower) = progress.follower.as_mut() {
        follower.finish(run, manifest, session, &engine.model, &report);
    }
    // A finished run does not need to be resumed, but it may go on for longer.
    let _ = std::fs::rename(run.checkpoint(), run.last());
    print(&words::report(&report, args.all_tasks));
    if report.learnt_nothing {
        complain("warning: this run learnt nothing");
    }
    for fight in conflicts::of_run(&session.pipeline, &engine.model, &run.records().epochs).into_iter().take(3) {
        print(&words::fight(&fight));
    }
    complain(&format!("Everything is in {}", run.path.display()));
    Ok(report)
}

#[allow(clippy::too_many_arguments)]
fn write_report(
    session: &Session,
    run: &RunDirectory,
    manifest: &Manifest,
    backend: Backend,
    model: &crate::lower::Model,
    trained: &Trained,
    text: &str,
    gain: Option<crate::score::statistics::DeltaMReport>,
) -> Result<RunReport, Stopped> {
    let judge = Judge::new(&session.pipeline, &session.prepared).with_thresholds(&trained.best.thresholds);
    let facts = summary::Facts {
        device: backend.to_string(),
        seed: manifest.seed,
        split_seed: manifest
            .split_seed
            .unwrap_or_else(|| session.pipeline.data.first().map_or(0, |data| data.split.seed)),
        spec_sha256: &manifest.spec_sha256,
        started: &manifest.started,
    };
    let (mut report, pictures) = summary::report(session, model, &judge, trained, &facts);
    report.delta_m = gain;
    report.warnings.extend(manifest.notes.iter().cloned());
    report.warnings.extend(session.prepared.lost_of_texts(&session.pipeline));
    if session.pipeline.evaluate.importance {
        // Columns are dealt out as they stand in the files.
        let overrides = Overrides { split_seed: manifest.split_seed, ..Overrides::default() };
        let tables = crate::data::open(&session.pipeline, &overrides, Need::Everything)
            .map_err(|_| Stopped::Message("the data changed while it was trained on".into(), None))?;
        importance::add(&mut report, session, model, &judge, &tables, manifest.seed)?;
    }
    if !run.writes() {
        return Ok(report);
    }
    let page = report::render(&ReportInput {
        report: &report,
        records: &run.records(),
        pictures: &pictures,
        spec: text,
        model: Some(ModelPicture::of(&session.pipeline, &session.graph)),
    });
    run.write_text("report.html", &page)?;
    run.write_text("report.json", &report.to_json())?;
    Ok(report)
}

fn write_events(run: &RunDirectory) -> Result<(), Stopped> {
    use crate::report::tensorboard;
    let seconds =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    let path = run.file(&tensorboard::file_name(seconds));
    crate::source::replace(&path, &tensorboard::events(seconds as f64, &run.records()))?;
    Ok(())
}

fn explain(failure: Failure, run: &RunDirectory) -> Stopped {
    match failure {
        Failure::Refused(Refused::NotSummed(not_summed)) => Stopped::Message(not_summed.why, not_summed.help),
        Failure::Refused(refused) => {
            Stopped::Message(refused.to_string(), Some("what was written before is intact".into()))
        }
        Failure::Diverged { task, epoch, step } => Stopped::Message(
            format!("task `{task}` diverged: its loss is no finite number in epoch {epoch}, at step {step}"),
            Some(format!(
                "lower the learning rate (`--set train.optimizer=…`), clip the gradient (`clip: 1` in `train`), or look \
                 at the task's target for extreme values{}",
                match run.checkpoint().exists() {
                    true => format!("; the last good state is in {}", run.checkpoint().display()),
                    false => String::new(),
                }
            )),
        ),
    }
}
