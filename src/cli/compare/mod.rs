//! `mtlc compare`: several specs over several seeds, against single-task baselines.

mod names;
mod runs;
mod text;

use std::path::{Path, PathBuf};

use clap::Args;

use super::args::{DeviceArg, LevelArgs, SetArgs};
use super::output::{complain, print};
use super::over::{Ours, may_write};
use super::refused_run::HELD;
use super::spec::show;
use super::stopped::Stopped as CliStopped;
use super::{Outcome, interrupt, ranks, spec};
use crate::project::manifest;
use crate::project::spec::Spec;
use crate::source;
use crate::study::compare::store::{NoStore, Store};
use crate::study::compare::{self, Contender, Keeper, Stopped, Trials};
use crate::train::fit::Failure;
use runs::Runs;

/// Compare specs over seeds, and with training each task alone (Δm)
#[derive(Args, Debug)]
pub struct CompareArgs {
    /// The specs, each with its variants; the first is the one that baselines are made of
    #[arg(required = true, value_name = "SPEC")]
    specs: Vec<PathBuf>,
    /// How many seeds, counted from the spec's own
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    seeds: Option<u32>,
    /// Only compare the specs: train no task alone
    #[arg(long)]
    no_baseline: bool,
    /// Also train each task beside the shuffled labels of the others (Caruana 1997)
    #[arg(long)]
    shuffled_labels: bool,
    /// A split of its own for each seed
    #[arg(long)]
    resplit: bool,
    /// Epochs, instead of the specs'
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    epochs: Option<u32>,
    /// Seed of the split, instead of the specs'
    #[arg(long, value_name = "N")]
    split_seed: Option<u64>,
    /// Resamples of the judged rows, for the interval over rows
    #[arg(long, value_name = "N", default_value_t = 1000)]
    bootstrap: usize,
    /// Also write what was found to a JSON file: every seed's figures, means and intervals
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Where finished trainings are kept; the same call goes on there [default: compare/NAME]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Also keep every trained model, as a run directory below the folder
    #[arg(long)]
    runs: bool,
    /// A row for each task, however many there are
    #[arg(long)]
    all_tasks: bool,
    #[command(flatten)]
    device: DeviceArg,
    #[command(flatten)]
    levels: LevelArgs,
    #[command(flatten)]
    set: SetArgs,
}

pub fn run(args: CompareArgs) -> Outcome {
    match compared(&args) {
        Ok(outcome) => outcome,
        Err(stopped) => stopped.outcome(),
    }
}

fn compared(args: &CompareArgs) -> Result<Outcome, CliStopped> {
    let backend = args.device.backend()?;
    let paths = once(&args.specs);
    let labels = names::labels(&paths);
    let mut specs = Vec::new();
    let mut contenders: Vec<Contender> = Vec::new();
    for path in &paths {
        let (spec, contender) = contender(args, path, args.set.variant.clone(), true)?;
        let variants: Vec<String> = match args.set.variant {
            Some(_) => Vec::new(),
            None => contender.pipeline.variants.iter().map(|variant| variant.name.clone()).collect(),
        };
        contenders.push(contender);
        specs.push(spec);
        for variant in variants {
            let (spec, contender) = self::contender(args, path, Some(variant), false)?;
            contenders.push(contender);
            specs.push(spec);
        }
    }
    names::name(&mut contenders, &paths, &labels, args.set.variant.is_some());
    let Some(first) = contenders.first() else { return Ok(Outcome::Clean) };
    if let Some(out) = &args.out {
        let read: Vec<_> = specs.iter().zip(&contenders).map(|(spec, of)| (spec, Some(&of.pipeline))).collect();
        may_write(out, "--out", Ours::Json { field: "contenders", what: "comparison" }, &read)?;
    }
    let evaluate = &first.pipeline.evaluate;
    let count = args.seeds.map_or(evaluate.seeds.max(1), |seeds| seeds as usize);
    let start = first.pipeline.train.seed;
    let folder = args.folder.clone().unwrap_or_else(|| Path::new("compare").join(names::folder(&labels)));
    let world = ranks::all();
    let open = || {
        Store::open(&folder).map_err(|no_store| {
            let help = match no_store {
                NoStore::Busy(_) => HELD.replace("--out", "--folder"),
                NoStore::IsFile(_) | NoStore::Foreign(_) | NoStore::Cannot(_) => {
                    "choose another folder with `--folder`".into()
                }
            };
            CliStopped::Message(no_store.to_string(), Some(help))
        })
    };
    let store = ranks::agree(world.leads().then(open).transpose())?.unwrap_or_else(|| Store::beside(&folder));
    let kept = args.runs.then(|| Runs::new(&store, &specs, &contenders, args, backend));
    interrupt::listen();
    let trials = Trials {
        seeds: (start..start + count as u64).collect(),
        split_seed: args.split_seed,
        resplit: args.resplit,
        device: backend.device(),
        device_name: backend.to_string(),
        bootstrap: args.bootstrap,
        store: Some(&store),
        asked: &interrupt::asked,
        keeper: kept.as_ref().map(|kept| kept as &dyn Keeper),
    };
    let control = args.shuffled_labels || evaluate.control.is_some();
    if !world.is_alone() {
        let say = &mut |what: &str| complain(&format!("training {what}"));
        let share = ranks::apart(|| {
            compare::train_share(&contenders, &trials, !args.no_baseline, control, &ranks::is_mine, say)
        });
        ranks::agree(share.map_err(|stopped| explain(stopped, |place| &specs[place], &folder)))?;
        if !world.leads() {
            return Ok(Outcome::Clean);
        }
    }
    let found = compare::compare(&contenders, &trials, !args.no_baseline, control, &mut |what| {
        complain(&format!("training {what}"));
    })
    .map_err(|stopped| explain(stopped, |place| &specs[place], &folder))?;
    if let (all, reused @ 1..) = found.trainings {
        complain(&format!("{reused} of {all} trainings were in {} already", folder.display()));
    }
    print(&text::text(&found, args.all_tasks));
    let json = serde_json::to_string_pretty(&found).map_err(|error| error.to_string())? + "\n";
    source::replace(&store.path("compare.json"), json.as_bytes())?;
    if let Some(out) = &args.out {
        source::replace(out, json.as_bytes())?;
    }
    complain(&format!("Everything is in {}", folder.display()));
    let failed = found.contenders.iter().any(|(_, report)| report.failed.is_some());
    Ok(if failed { Outcome::Problems } else { Outcome::Clean })
}

/// The specs without those that were named already: one trained twice with the same seeds says the same.
fn once(specs: &[PathBuf]) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = Vec::new();
    let canonical = |path: &Path| std::fs::canonicalize(path).unwrap_or(path.to_path_buf());
    for path in specs {
        match paths.iter().any(|other| canonical(other) == canonical(path)) {
            true => complain(&format!("`{}` is named twice, and trained once", path.display())),
            false => paths.push(path.clone()),
        }
    }
    paths
}

/// A spec, as one of its variants has it if one is named.
fn contender(
    args: &CompareArgs,
    path: &Path,
    variant: Option<String>,
    say: bool,
) -> Result<(Spec, Contender), CliStopped> {
    let set = SetArgs { variant: variant.clone(), ..args.set.clone() };
    let mut spec = spec::load_for_data(path, &set, &args.levels)?;
    // What is wrong with a spec is wrong with its variants: it is said once.
    if say || spec.pipeline.is_none() {
        show(&spec.diagnostics, &spec);
    }
    let Some(mut pipeline) = spec.pipeline.take() else { return Err(CliStopped::Problems) };
    if let Some(epochs) = args.epochs {
        pipeline.train.epochs = epochs as usize;
    }
    let identity = manifest::of_contender(&spec, &set.given(), &pipeline);
    let shown = path.display().to_string();
    Ok((spec, Contender { name: String::new(), spec: shown, variant, pipeline, identity }))
}

/// What the command line says of a comparison that ended early.
fn explain<'s>(stopped: Stopped, spec: impl Fn(usize) -> &'s Spec, folder: &Path) -> CliStopped {
    match stopped {
        Stopped::Data(place, problems) => {
            show(&problems, spec(place));
            CliStopped::Problems
        }
        Stopped::Nothing(nothing) => CliStopped::Message(nothing.to_string(), None),
        Stopped::NotKept(no_run) => no_run.into(),
        Stopped::Interrupted(done) => {
            let folder = folder.display();
            CliStopped::Interrupted(format!(
                "Interrupted: {done} trainings are kept in {folder}; the same command goes on"
            ))
        }
        Stopped::Failed(name, Failure::Refused(refused)) => CliStopped::Message(format!("{name}: {refused}"), None),
        Stopped::Failed(name, Failure::Diverged { task, epoch, step }) => CliStopped::Message(
            format!("{name}: task `{task}` diverged in epoch {epoch}, at step {step}"),
            Some("lower the learning rate or clip the gradient".into()),
        ),
    }
}
