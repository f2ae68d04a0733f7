//! `mtlc tune`: searches task weights and params for the best multi-task score.

mod show;
mod write_back;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Mutex;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::args::{DeviceArg, LevelArgs, SetArgs};
use super::output::{complain, print};
use super::over::not_read;
use super::spec;
use super::spec::show as show_problems;
use super::stopped::Stopped;
use super::{Outcome, interrupt, ranks};
use crate::data::{named_files, sha256};
use crate::diag::{Diagnostic, Level};
use crate::pipeline::Pipeline;
use crate::project::manifest::hashes;
use crate::project::spec::{Given, Spec};
use crate::report::{TaskColumns, TunePage, tune_page};
use crate::source;
use crate::study::tune::runner::{NotChecked, Opened, Runner, Unfit};
use crate::study::tune::search::{self, Brief, METHODS, Proposal};
use crate::study::tune::space::{SearchSpace, Setting, weights_fixed};
use crate::study::tune::trials::{SearchOf, TrialsFile};
use crate::study::tune::{Ended, tune};
use crate::train::session::Session;

/// Search the task weights, and every param that says `over`, for the best multi-task score
#[derive(Args, Debug)]
pub struct TuneArgs {
    /// The spec
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    /// How to search
    #[arg(long, value_name = "METHOD", default_value = "bayesian", value_parser = methods())]
    method: String,
    /// How many settings to try, besides the spec as written [default: 20, or all of a grid]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    trials: Option<u32>,
    /// Of a grid: how many values of each continuous param and weight
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    points: Option<u32>,
    /// Score by k-fold cross-validation over train and valid, instead of by the validation part
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(2..))]
    folds: Option<u32>,
    /// Score each setting by the mean over several seeds
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    seeds: u32,
    /// Leave the task weights as they are
    #[arg(long)]
    no_weights: bool,
    /// A column for each task, however many there are
    #[arg(long)]
    all_tasks: bool,
    /// How many trials to train side by side [default: half of the cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    jobs: Option<u32>,
    /// Where what was tried is kept: trials.jsonl, tune.html; the same call goes on there [default: tune/NAME]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write the best into the spec: the defaults of its params, and its weights
    #[arg(long, conflicts_with = "variant")]
    write: bool,
    /// Epochs, instead of the spec's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    epochs: Option<u32>,
    /// Seed of the search and of training, instead of the spec's
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Seed of the split, instead of the spec's
    #[arg(long, value_name = "N")]
    split_seed: Option<u64>,
    #[command(flatten)]
    device: DeviceArg,
    #[command(flatten)]
    levels: LevelArgs,
    #[command(flatten)]
    set: SetArgs,
}

fn methods() -> PossibleValuesParser {
    METHODS.iter().map(|method| PossibleValue::new(method.name).help(method.about)).collect::<Vec<_>>().into()
}

pub fn run(args: TuneArgs) -> Outcome {
    match searched(&args) {
        Ok(()) => Outcome::Clean,
        Err(stopped) => stopped.outcome(),
    }
}

fn searched(args: &TuneArgs) -> Result<(), Stopped> {
    let backend = args.device.backend()?;
    let mut spec = spec::load_for_data(&args.spec, &args.set, &args.levels)?;
    show_problems(&spec.diagnostics, &spec);
    let Some(mut pipeline) = spec.pipeline.take() else { return Err(Stopped::Problems) };
    let text = spec.text().to_string();
    pipeline.train.seed = args.seed.unwrap_or(pipeline.train.seed);
    if let Some(epochs) = args.epochs {
        pipeline.train.epochs = epochs as usize;
    }
    let space = space(args, &pipeline)?;
    if let Some(obstacle) = args.write.then(|| write_back::obstacle(&text, &space)).flatten() {
        let help = "leave `--write` out, and set what is printed by hand";
        return Err(Stopped::Message(format!("`--write` {obstacle}"), Some(help.into())));
    }
    let Some(method) = search::find(&args.method) else {
        return Err(Stopped::Message(format!("there is no search `{}`", args.method), None));
    };
    // What is tried does not change if a file is edited meanwhile.
    let imports = spec.imports();
    let mut kept = imports.clone();
    kept.insert(args.spec.clone(), text.clone());
    let levels = args.levels.list();
    let seed = pipeline.train.seed;
    let check = |set: &Setting| checked(args, &kept, &levels, seed, set);
    let runner = Runner {
        pipeline: &check,
        folds: args.folds.unwrap_or(0) as usize,
        seeds: (seed..seed + u64::from(args.seeds)).collect(),
        split_seed: args.split_seed,
        device: backend.device(),
        asked: &interrupt::asked,
        opened: Mutex::new(HashMap::new()),
    };
    let opened = opened(&runner, &pipeline, &spec)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = args.jobs.map_or((cores / 2).max(1), |jobs| jobs as usize);
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from("tune").join(&pipeline.name));
    for name in ["trials.jsonl", "tune.html"] {
        not_read(&out.join(name), "--out", &[(&spec, Some(&pipeline))])?;
    }
    let brief = Brief {
        trials: args.trials.unwrap_or(20) as usize,
        trials_given: args.trials.is_some(),
        epochs: pipeline.train.epochs,
        seed,
        // As many as are trained at once.
        width: jobs * ranks::all().size(),
        points: args.points.map(|points| points as usize),
        space,
    };
    let start =
        |brief: &Brief| (method.start)(brief).map_err(|why| Stopped::Message(why.to_string(), Some(why.help().into())));
    // Whatever cannot be searched is refused before there is a folder.
    start(&brief)?;
    let of = search_of(args, &pipeline, &runner, &brief, &text, &imports, &opened);
    let world = ranks::all();
    let open = || {
        TrialsFile::open(&out, of).map_err(|no_search| {
            Stopped::Message(no_search.to_string(), Some("choose another folder with `--out`".into()))
        })
    };
    let opened = ranks::agree(world.leads().then(open).transpose())?;
    let width = opened.as_ref().map_or(String::new(), |(_, of)| of.width.to_string());
    let width = ranks::told(Some(width)).parse().unwrap_or(brief.width);
    let file = opened.map_or_else(|| TrialsFile::beside(&out), |(file, _)| file);
    let brief = Brief { width, ..brief };
    let mut searching = start(&brief)?;
    let as_written = Proposal { set: brief.space.as_written(), epochs: brief.epochs };
    interrupt::listen();
    let mut there = 0;
    let tuned = tune(searching.as_mut(), as_written, &runner, &file, jobs, &*world, &mut |trial, kept, _| {
        if kept {
            there += 1;
        } else {
            complain(&show::line(trial));
        }
    })?;
    if !world.leads() {
        if tuned.ended == Ended::Interrupted {
            ranks::agreed();
        }
        return Ok(());
    }
    if there > 0 {
        complain(&format!("{there} of {} trials were in {} already", tuned.trials.len(), out.display()));
    }
    let best = tuned.best(brief.epochs);
    let command = best.map_or(String::new(), |best| show::command(args, best));
    let scored_by = show::scored_by(args);
    let tasks = pipeline.tasks.iter().map(|task| (task.name.clone(), task.metrics[task.select].key()));
    let columns = TaskColumns { tasks: tasks.collect(), all: args.all_tasks };
    print(&show::tables(&tuned, &brief, &scored_by, &columns));
    let page = tune_page(&TunePage {
        name: &pipeline.name,
        method: method.name,
        scored_by: &scored_by,
        space: &brief.space,
        trials: &tuned.trials,
        best,
        epochs: brief.epochs,
        command: &command,
        columns: &columns,
    });
    source::replace(&file.path("tune.html"), page.as_bytes())?;
    if tuned.ended == Ended::Interrupted {
        let done = tuned.trials.len();
        let kept = format!("Interrupted: {done} trials are kept in {}; the same command goes on", out.display());
        return Err(Stopped::Interrupted(kept));
    }
    let Some(best) = best else {
        let why = tuned.trials.iter().find_map(|trial| trial.failed.clone()).unwrap_or_default();
        return Err(Stopped::Message(format!("no trial could be scored: {why}"), None));
    };
    print(&format!("\n{command}\n"));
    if args.write {
        write_back::write(&args.spec, &text, &brief.space, &best.set)?;
        complain(&format!("{} has the best values now", args.spec.display()));
    }
    complain(&format!("Everything is in {}", out.display()));
    Ok(())
}

/// What is searched; an error if there is nothing.
fn space(args: &TuneArgs, pipeline: &Pipeline) -> Result<SearchSpace, Stopped> {
    let fixed = if args.no_weights {
        Some("`--no-weights` leaves them as they are")
    } else {
        weights_fixed(pipeline, &args.set.set)
    };
    let space = SearchSpace::of(pipeline, fixed.is_none());
    let why = fixed.unwrap_or_default();
    if space.axes.is_empty() {
        let given = pipeline.params.iter().any(|param| param.overridden && param.over.is_some());
        let params = if given { "every param with `over` is given" } else { "no param says `over`" };
        return Err(Stopped::Message(
            format!("there is nothing to tune: {params}, and of the task weights, {why}"),
            Some(
                "say what a number may be: `param lr: number = 1e-3 over log(1e-5, 1e-1)`, and use `lr` in its place"
                    .into(),
            ),
        ));
    }
    if fixed.is_some() && !args.no_weights && pipeline.tasks.len() > 1 {
        complain(&format!("The task weights are not searched: {why}."));
    }
    Ok(space)
}

/// The spec with the settings of a trial.
fn checked(
    args: &TuneArgs,
    kept: &BTreeMap<PathBuf, String>,
    levels: &[(String, Level)],
    seed: u64,
    set: &Setting,
) -> Result<Pipeline, NotChecked> {
    let all: Setting = args.set.set.iter().chain(set).cloned().collect();
    let given = Given { set: &all, levels, ..args.set.given() };
    let spec = Spec::load_over(&args.spec, kept, &given).map_err(NotChecked::NotASpec)?;
    let error = spec.diagnostics.into_iter().find(|problem| problem.is_error());
    let mut pipeline = spec.pipeline.ok_or_else(|| NotChecked::Wrong(error.map(Box::new)))?;
    pipeline.train.seed = seed;
    Ok(pipeline)
}

/// Opens the data and prepares each fold once, so that what is wrong is said before the search.
fn opened(runner: &Runner<'_>, pipeline: &Pipeline, spec: &Spec) -> Result<std::sync::Arc<Opened>, Stopped> {
    let refuse = |problems: Vec<Diagnostic>| {
        show_problems(&problems, spec);
        complain("Nothing was tried: the data has errors.");
        Stopped::Problems
    };
    let opened = runner.open(pipeline).map_err(|unfit| match unfit {
        Unfit::Data(problems) => refuse(problems),
        unfit => Stopped::Message(unfit.to_string(), unfit.help().map(str::to_string)),
    })?;
    for parts in &opened.folds {
        Session::fitted(pipeline.clone(), &opened.tables, parts.clone(), &[]).map_err(refuse)?;
    }
    Ok(opened)
}

fn search_of(
    args: &TuneArgs,
    pipeline: &Pipeline,
    runner: &Runner<'_>,
    brief: &Brief,
    text: &str,
    imports: &BTreeMap<PathBuf, String>,
    opened: &Opened,
) -> SearchOf {
    SearchOf {
        mtlc_version: env!("CARGO_PKG_VERSION").into(),
        spec: pipeline.name.clone(),
        spec_sha256: sha256(text.as_bytes()),
        imports: imports.iter().map(|(path, text)| (path.display().to_string(), sha256(text.as_bytes()))).collect(),
        data: hashes(&opened.tables).into_iter().chain(named_files(pipeline)).collect(),
        set: args.set.set.clone(),
        variant: args.set.variant.clone(),
        method: args.method.clone(),
        searched: brief.space.axes.iter().map(|axis| (axis.name().to_string(), axis.show())).collect(),
        folds: runner.folds,
        seeds: runner.seeds.clone(),
        seed: brief.seed,
        split_seed: args.split_seed,
        epochs: brief.epochs,
        width: brief.width,
    }
}
