//! `mtlc affinity`: which tasks help each other, and which to train together.

mod group_spec;
mod moved;

use std::path::PathBuf;

use clap::Args;

use super::args::{DeviceArg, LevelArgs, SetArgs};
use super::output::{complain, print};
use super::run::show;
use super::stopped::Stopped;
use super::tables::table;
use super::{Outcome, interrupt, spec};
use crate::data::Overrides;
use crate::source;
use crate::train::affinity::grouping::{self, Grouping};
use crate::train::affinity::{Affinities, LookAhead};
use crate::train::fit::{Failure, Settings, Tick, Watch};
use crate::train::report::affinity_page;
use crate::train::session::{self, Session};

/// Train once, and find which tasks help each other (TAG) and which to train together
#[derive(Args, Debug)]
pub struct AffinityArgs {
    /// The spec
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    /// How many models one can afford: the most groups
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..))]
    models: u32,
    /// Look ahead once in so many steps
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    every: u32,
    /// Where the findings go: affinity.json, affinity.html and a spec per group
    #[arg(long, value_name = "DIR", default_value = "affinity")]
    out: PathBuf,
    /// Epochs, instead of the spec's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    epochs: Option<u32>,
    /// Seed, instead of the spec's
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(flatten)]
    device: DeviceArg,
    #[command(flatten)]
    levels: LevelArgs,
    #[command(flatten)]
    set: SetArgs,
}

pub fn run(args: AffinityArgs) -> Outcome {
    match found(&args) {
        Ok(()) => Outcome::Clean,
        Err(stopped) => stopped.outcome(),
    }
}

/// What `affinity.json` holds.
#[derive(serde::Serialize)]
struct Findings<'a> {
    #[serde(flatten)]
    affinities: &'a Affinities,
    grouping: Vec<Vec<&'a str>>,
    worth: f64,
    /// The worth of one model for all tasks.
    together: f64,
    at_most: f64,
}

fn found(args: &AffinityArgs) -> Result<(), Stopped> {
    let backend = args.device.backend()?;
    let mut spec = spec::load_for_data(&args.spec, &args.set, &args.levels)?;
    show(&spec.diagnostics, &spec);
    let Some(mut pipeline) = spec.pipeline.take() else { return Err(Stopped::Problems) };
    if pipeline.tasks.len() < 2 {
        return Err(Stopped::Message("affinity is between tasks, and the spec has only one".into(), None));
    }
    pipeline.train.seed = args.seed.unwrap_or(pipeline.train.seed);
    if let Some(epochs) = args.epochs {
        pipeline.train.epochs = epochs as usize;
    }
    let refuse = |problems: Vec<crate::diag::Diagnostic>| {
        show(&problems, &spec);
        Stopped::Problems
    };
    let (tables, parts) = session::open(&pipeline, &Overrides::default()).map_err(refuse)?;
    let session = Session::fitted(pipeline, &tables, parts, &[]).map_err(refuse)?;
    let affinities = measure(&session, args, backend)?;
    let grouping = grouping::best(&affinities.affinity, args.models as usize);
    let together = grouping::worth(&affinities.affinity, &(0..affinities.tasks.len()).collect::<Vec<_>>());
    print(&text(&affinities, &grouping, together));
    std::fs::create_dir_all(&args.out)
        .map_err(|error| format!("cannot make the folder `{}`: {error}", args.out.display()))?;
    let names = |group: &Vec<usize>| group.iter().map(|task| affinities.tasks[*task].as_str()).collect::<Vec<&str>>();
    let findings = Findings {
        affinities: &affinities,
        grouping: grouping.groups.iter().map(names).collect(),
        worth: grouping.worth,
        together,
        at_most: grouping.at_most,
    };
    let json = serde_json::to_string_pretty(&findings).unwrap_or_default() + "\n";
    source::replace(&args.out.join("affinity.json"), json.as_bytes())?;
    let page = affinity_page(&session.pipeline.name, &affinities.tasks, &affinities.affinity, &findings.grouping);
    source::replace(&args.out.join("affinity.html"), page.as_bytes())?;
    group_spec::write(&spec, &session.pipeline, &args.spec, &findings.grouping, &args.out)?;
    complain(&format!("Everything is in {}", args.out.display()));
    Ok(())
}

/// Says how far the run is, on a line now and then.
struct Lines {
    epochs: usize,
    said: std::time::Instant,
}

impl Watch for Lines {
    fn tick(&mut self, tick: &Tick<'_>) {
        if self.said.elapsed() > std::time::Duration::from_secs(5) {
            self.said = std::time::Instant::now();
            complain(&format!("epoch {}/{}, step {} of {}", tick.epoch, self.epochs, tick.step, tick.steps));
        }
    }

    fn interrupted(&self) -> bool {
        interrupt::asked()
    }
}

fn measure(session: &Session, args: &AffinityArgs, backend: crate::lower::Backend) -> Result<Affinities, Stopped> {
    let seed = session.pipeline.train.seed;
    let mut engine = session.engine(seed, &backend.device())?;
    let names = session.pipeline.tasks.iter().map(|task| task.name.clone()).collect();
    interrupt::listen();
    let mut lines = Lines { epochs: session.pipeline.train.epochs, said: std::time::Instant::now() };
    let mut watch = LookAhead::new(names, u64::from(args.every), &mut lines);
    let trained = session.train(&mut engine, &Settings::silent(seed), &mut watch).map_err(|failure| match failure {
        Failure::Io(message) => Stopped::Message(message, None),
        Failure::Diverged { task, epoch, .. } => {
            Stopped::Message(format!("task `{task}` diverged in epoch {epoch}"), Some("lower the learning rate".into()))
        }
    })?;
    let affinities = watch.affinities;
    if trained.ending == crate::train::fit::Ending::Interrupted {
        return Err(Stopped::Interrupted("Interrupted: nothing was written".into()));
    }
    if affinities.measured.iter().flatten().all(|count| *count == 0) {
        let message = "no affinity could be measured: no shared weight learns from two tasks in one batch";
        return Err(Stopped::Message(
            message.into(),
            Some("let the tasks share a trunk, and use mixed batches".into()),
        ));
    }
    Ok(affinities)
}

fn text(affinities: &Affinities, grouping: &Grouping, together: f64) -> String {
    let cell = |value: f64| format!("{:+.2}%", 100.0 * value);
    let header: Vec<String> =
        std::iter::once("a step on ↓ helps →".to_string()).chain(affinities.tasks.iter().cloned()).collect();
    let rows: Vec<Vec<String>> = affinities
        .tasks
        .iter()
        .zip(&affinities.affinity)
        .map(|(task, row)| std::iter::once(task.clone()).chain(row.iter().map(|value| cell(*value))).collect())
        .collect();
    let mut text = format!(
        "Affinity: what a step on one task takes off another's loss, the mean over the run\n{}",
        table(&header, &rows)
    );
    text += &format!("\nBest for at most {} models (worth {}", grouping.groups.len(), cell(grouping.worth));
    text += &format!(", one model for all {}", cell(together));
    if grouping.at_most > grouping.worth + 1e-12 {
        text += &format!(", found greedily: no grouping is worth more than {}", cell(grouping.at_most));
    }
    text += "):\n";
    for group in &grouping.groups {
        let names: Vec<&str> = group.iter().map(|task| affinities.tasks[*task].as_str()).collect();
        text += &format!("  {}\n", names.join(" + "));
    }
    text
}
