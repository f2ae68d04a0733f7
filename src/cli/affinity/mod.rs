//! `mtlc affinity`: which tasks help each other, and which to train together.

mod group_spec;
mod moved;
mod written;

use std::path::PathBuf;

use clap::Args;

use super::args::{DeviceArg, LevelArgs, SetArgs};
use super::output::{complain, print};
use super::quoted;
use super::spec::show;
use super::stopped::Stopped;
use super::tables::table;
use super::{Outcome, interrupt, ranks, spec};
use crate::data::{Overrides, open_and_split, sha256};
use crate::project::lock::Lock;
use crate::report::{AffinityPage, affinity_page};
use crate::score::statistics::Spread;
use crate::source;
use crate::study::affinity::advice::Advice;
use crate::study::affinity::{Affinities, LookAhead, Looks, Over};
use crate::train::fit::{Failure, Settings, Tick, Watch};
use crate::train::session::Session;
use written::{FINDINGS, PAGE, Written};

/// Find which tasks help each other (TAG), how sure that is, and which to train together
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
    /// How many runs, each of a seed of its own; with one, how sure a figure is is told from the moments of the run
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    seeds: u32,
    /// Write a spec per group even if the grouping is not recommended
    #[arg(long)]
    groups: bool,
    /// Where the findings go: affinity.json, affinity.html and a spec per group
    #[arg(long, value_name = "DIR", default_value = "affinity")]
    out: PathBuf,
    /// Epochs, instead of the spec's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    epochs: Option<u32>,
    /// The first seed, instead of the spec's
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
    seeds: Vec<u64>,
    #[serde(flatten)]
    affinities: &'a Affinities,
    /// The best one.
    grouping: Vec<Vec<&'a str>>,
    worth: f64,
    /// The worth of one model for all tasks.
    together: f64,
    at_most: f64,
    /// What such a grouping is worth above one model for all, on seeds or stretches that did not choose it.
    gain: &'a Option<Spread>,
    /// What the tasks' own steps take off their losses, summed over the tasks.
    own: f64,
    /// Whether the gain is clear of the noise, and a tenth of that or more.
    recommended: bool,
    /// Of the specs of groups beside it, as they were written.
    written: &'a Written,
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
    written::may_be_written(&args.out, args.models, &spec, &pipeline)?;
    let refuse = |problems: Vec<crate::diag::Diagnostic>| {
        show(&problems, &spec);
        Stopped::Problems
    };
    let (tables, parts) = open_and_split(&pipeline, &Overrides::default()).map_err(refuse)?;
    let session = Session::fitted(pipeline, &tables, parts, &[]).map_err(refuse)?;
    std::fs::create_dir_all(&args.out)
        .map_err(|error| format!("cannot make the folder `{}`: {error}", args.out.display()))?;
    let lock = || Lock::take(&args.out).map_err(|not_locked| Stopped::held(&not_locked));
    let _lock = ranks::agree(ranks::all().leads().then(lock).transpose())?;
    let first = session.pipeline.train.seed;
    let seeds: Vec<u64> = (first..first + u64::from(args.seeds)).collect();
    let affinities = measure(&session, args, backend, &seeds)?;
    if !ranks::all().leads() {
        return Ok(());
    }
    let advice = Advice::of(&affinities, args.models as usize);
    let grouping = &advice.grouping;
    let said = said(&affinities, &advice);
    print(&(text(&affinities, &advice) + &said + "\n"));
    let names = |group: &Vec<usize>| group.iter().map(|task| affinities.tasks[*task].as_str()).collect::<Vec<&str>>();
    let groups: Vec<Vec<&str>> = grouping.groups.iter().map(names).collect();
    let specs = match args.groups || advice.is_to_part() {
        true => group_spec::of(&spec, &session.pipeline, &args.spec, &groups, &args.out),
        false => Vec::new(),
    };
    let mut written = written::before(&args.out);
    written.extend(specs.iter().map(|spec| (spec.name.clone(), sha256(spec.text.as_bytes()))));
    let findings = Findings {
        seeds,
        affinities: &affinities,
        grouping: groups,
        worth: grouping.worth,
        together: advice.together,
        at_most: grouping.at_most,
        gain: &advice.gain,
        own: advice.own,
        recommended: advice.is_to_part(),
        written: &written,
    };
    let json = serde_json::to_string_pretty(&findings).map_err(|error| error.to_string())? + "\n";
    source::replace(&args.out.join(FINDINGS), json.as_bytes())?;
    let page = affinity_page(&AffinityPage {
        name: &session.pipeline.name,
        affinities: &affinities,
        groups: &findings.grouping,
        said: &said,
    });
    source::replace(&args.out.join(PAGE), page.as_bytes())?;
    if !specs.is_empty() {
        for (spec, group) in specs.iter().zip(&findings.grouping) {
            spec.write(&args.out, group)?;
        }
        let specs: Vec<String> = specs.iter().map(|spec| quoted::path(&args.out.join(&spec.name))).collect();
        print(&format!(
            "\nWhether models of their own are better in the end, only training them tells:\n\n\
             mtlc compare {} {} --no-baseline --seeds 5\n",
            quoted::path(&args.spec),
            specs.join(" ")
        ));
    }
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

fn measure(
    session: &Session,
    args: &AffinityArgs,
    backend: crate::lower::Backend,
    seeds: &[u64],
) -> Result<Affinities, Stopped> {
    interrupt::listen();
    // Each process has its share of the seeds, and is told of all.
    let share = || -> Result<Vec<(usize, Looks)>, Stopped> {
        let mut runs = Vec::new();
        for (place, seed) in seeds.iter().enumerate().filter(|(place, _)| ranks::is_mine(*place)) {
            if seeds.len() > 1 {
                complain(&format!("seed {seed}, {} of {}", place + 1, seeds.len()));
            }
            runs.push((place, looks(session, args, backend, *seed)?));
        }
        Ok(runs)
    };
    let own = ranks::agree(ranks::apart(share))?;
    let said = ranks::all().gather(&serde_json::to_vec(&own).map_err(|error| error.to_string())?);
    let mut runs: Vec<(usize, Looks)> = Vec::new();
    for bytes in said {
        runs.extend(serde_json::from_slice::<Vec<_>>(&bytes).map_err(|error| error.to_string())?);
    }
    runs.sort_by_key(|(place, _)| *place);
    let runs: Vec<Looks> = runs.into_iter().map(|(_, looks)| looks).collect();
    let names = session.pipeline.tasks.iter().map(|task| task.name.clone()).collect();
    let affinities = Affinities::of(names, &runs);
    if affinities.measured.iter().flatten().all(|count| *count == 0) {
        let message = "no affinity could be measured: no shared weight learns from two tasks in one batch";
        return Err(Stopped::Message(
            message.into(),
            Some("let the tasks share a trunk, and use mixed batches".into()),
        ));
    }
    Ok(affinities)
}

/// One run.
fn looks(session: &Session, args: &AffinityArgs, backend: crate::lower::Backend, seed: u64) -> Result<Looks, Stopped> {
    let mut engine = session.engine(seed, &backend.device())?;
    let mut lines = Lines { epochs: session.pipeline.train.epochs, said: std::time::Instant::now() };
    let mut watch = LookAhead::new(u64::from(args.every), &mut lines);
    let trained = session.train(&mut engine, &Settings::silent(seed), &mut watch).map_err(|failure| match failure {
        Failure::Refused(refused) => Stopped::Message(refused.to_string(), None),
        Failure::Diverged { task, epoch, .. } => {
            Stopped::Message(format!("task `{task}` diverged in epoch {epoch}"), Some("lower the learning rate".into()))
        }
    })?;
    if trained.ending == crate::train::fit::Ending::Interrupted {
        return Err(Stopped::Interrupted("Interrupted: nothing was written".into()));
    }
    Ok(watch.looks)
}

/// With more tasks than this a cell has no room for its interval.
const WITH_INTERVALS: usize = 6;

fn text(affinities: &Affinities, advice: &Advice) -> String {
    let decimals = affinities.decimals();
    let percent = |value: f64| percent(value, decimals);
    let roomy = affinities.tasks.len() <= WITH_INTERVALS;
    let cell = |from: usize, to: usize| {
        let value = percent(affinities.affinity[from][to]);
        match affinities.intervals[from][to] {
            Some(interval) if roomy => {
                format!("{value} ±{:.decimals$}", 50.0 * (interval.high - interval.low))
            }
            Some(_) if affinities.is_clear(from, to) => format!("{value}*"),
            _ => value,
        }
    };
    let header: Vec<String> =
        std::iter::once("a step on ↓ helps →".to_string()).chain(affinities.tasks.iter().cloned()).collect();
    let row = |from: usize| {
        let cells = (0..affinities.tasks.len()).map(|to| cell(from, to));
        std::iter::once(affinities.tasks[from].clone()).chain(cells).collect::<Vec<String>>()
    };
    let rows: Vec<Vec<String>> = (0..affinities.tasks.len()).map(row).collect();
    let parts = affinities.parts.len();
    let over = match (affinities.over, roomy) {
        (Over::Moments, _) if parts < 2 => "of one run, too short to say how sure it is".to_string(),
        (Over::Seeds, true) => format!("over {parts} seeds, ± its 95% interval"),
        (Over::Seeds, false) => format!("over {parts} seeds, * where its 95% interval leaves out 0"),
        (Over::Moments, true) => format!("over the run, ± its 95% interval over {parts} stretches of it"),
        (Over::Moments, false) => format!("over the run, * where its 95% interval over {parts} stretches leaves out 0"),
    };
    let mut text = format!(
        "Affinity: what a step on one task takes off another's loss, the mean {over}\n{}",
        table(&header, &rows)
    );
    let grouping = &advice.grouping;
    text += &format!("\nBest for at most {} models (worth {}", grouping.groups.len(), percent(grouping.worth));
    text += &format!(", one model for all {}", percent(advice.together));
    if grouping.at_most > grouping.worth + 1e-12 {
        text += &format!(", found greedily: no grouping is worth more than {}", percent(grouping.at_most));
    }
    text += "):\n";
    for group in &grouping.groups {
        let names: Vec<&str> = group.iter().map(|task| affinities.tasks[*task].as_str()).collect();
        text += &format!("  {}\n", names.join(" + "));
    }
    text
}

fn percent(value: f64, decimals: usize) -> String {
    format!("{:+.decimals$}%", 100.0 * value)
}

/// What follows from it, in words.
fn said(affinities: &Affinities, advice: &Advice) -> String {
    let decimals = affinities.decimals();
    let percent = |value: f64| percent(value, decimals);
    let parts = match affinities.over {
        Over::Seeds => "seeds",
        Over::Moments => "stretches of the run",
    };
    if advice.grouping.groups.len() < 2 {
        return "One model for all tasks is the best grouping.".into();
    }
    let Some((gain, interval)) = advice.gain.as_ref().and_then(|gain| Some((gain.mean, gain.ci95?))) else {
        return "How sure that is cannot be told from so few moments, so nothing is recommended: use `--seeds 3`, or look \
                more often (`--every`)."
            .into();
    };
    let above = format!(
        "On {parts} that did not choose it, such a grouping is worth {} [{}, {}] more than one model for all",
        percent(gain),
        percent(interval.low),
        percent(interval.high)
    );
    let instead = "Train all tasks in one model; nothing else is recommended.";
    let share = advice.share().map_or(String::new(), |share| format!("{:.0}%", 100.0 * share));
    let own = format!("{share} of what the tasks' own steps take off their losses");
    match (advice.is_clear(), advice.is_to_part()) {
        (_, true) => format!("{above}:\nclear of the noise, and {own}."),
        (true, false) => format!("{above}:\nclear of the noise, but only {own}.\n{instead}"),
        (false, false) => format!("{above}:\nwithin the noise. {instead}"),
    }
}
