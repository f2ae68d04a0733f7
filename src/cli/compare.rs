//! `mtlc compare`: several specs over several seeds, against single-task baselines.

use std::path::{Path, PathBuf};

use clap::Args;

use super::args::{DeviceArg, LevelArgs, SetArgs};
use super::output::{complain, print};
use super::run::show;
use super::stopped::Stopped as CliStopped;
use super::tables::{number, table};
use super::{Outcome, spec};
use crate::source;
use crate::train::compare::{self, Comparison, Contender, Stopped, Trials};
use crate::train::fit::Failure;
use crate::train::report::DeltaMReport;

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
    /// Also write what was found to a JSON file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    device: DeviceArg,
    #[command(flatten)]
    levels: LevelArgs,
    #[command(flatten)]
    set: SetArgs,
}

pub fn run(args: CompareArgs) -> Outcome {
    match compared(&args) {
        Ok(()) => Outcome::Clean,
        Err(stopped) => stopped.outcome(),
    }
}

fn compared(args: &CompareArgs) -> Result<(), CliStopped> {
    let backend = args.device.backend()?;
    let mut specs = Vec::new();
    let mut contenders: Vec<Contender> = Vec::new();
    for path in &args.specs {
        let mut spec = spec::load_for_data(path, &args.set, &args.levels)?;
        show(&spec.diagnostics, &spec);
        let Some(mut pipeline) = spec.pipeline.take() else { return Err(CliStopped::Problems) };
        if let Some(epochs) = args.epochs {
            pipeline.train.epochs = epochs as usize;
        }
        let name = contender_name(path, &contenders);
        let variants: Vec<String> = match args.set.variant {
            Some(_) => Vec::new(),
            None => pipeline.variants.iter().map(|variant| variant.name.clone()).collect(),
        };
        contenders.push(Contender { name, pipeline });
        specs.push(spec);
        for variant in variants {
            let set = SetArgs { variant: Some(variant.clone()), ..args.set.clone() };
            let mut spec = spec::load_for_data(path, &set, &args.levels)?;
            let Some(mut pipeline) = spec.pipeline.take() else {
                show(&spec.diagnostics, &spec);
                return Err(CliStopped::Problems);
            };
            if let Some(epochs) = args.epochs {
                pipeline.train.epochs = epochs as usize;
            }
            contenders.push(Contender { name: variant, pipeline });
            specs.push(spec);
        }
    }
    let Some(first) = contenders.first() else { return Ok(()) };
    let evaluate = &first.pipeline.evaluate;
    let count = args.seeds.map_or(evaluate.seeds.max(1), |seeds| seeds as usize);
    let start = first.pipeline.train.seed;
    let trials = Trials {
        seeds: (start..start + count as u64).collect(),
        split_seed: args.split_seed,
        resplit: args.resplit,
        device: backend.device(),
        bootstrap: args.bootstrap,
    };
    let control = args.shuffled_labels || evaluate.control.is_some();
    let found = compare::compare(&contenders, &trials, !args.no_baseline, control, &mut |what| {
        complain(&format!("training {what}"));
    })
    .map_err(|stopped| explain(stopped, |place| &specs[place]))?;
    print(&text(&found));
    if let Some(out) = &args.out {
        let json = serde_json::to_string_pretty(&found).unwrap_or_default() + "\n";
        source::replace(out, json.as_bytes())?;
    }
    Ok(())
}

/// What the command line says of a comparison that ended early.
pub fn explain<'s>(stopped: Stopped, spec: impl Fn(usize) -> &'s spec::Spec) -> CliStopped {
    match stopped {
        Stopped::Data(place, problems) => {
            show(&problems, spec(place));
            CliStopped::Problems
        }
        Stopped::Message(message) => CliStopped::Message(message, None),
        Stopped::Failed(name, Failure::Io(message)) => CliStopped::Message(format!("{name}: {message}"), None),
        Stopped::Failed(name, Failure::Diverged { task, epoch, step }) => CliStopped::Message(
            format!("{name}: task `{task}` diverged in epoch {epoch}, at step {step}"),
            Some("lower the learning rate or clip the gradient".into()),
        ),
    }
}

/// The file's name, numbered if another has it.
fn contender_name(path: &Path, others: &[Contender]) -> String {
    let name = path.file_stem().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let taken = |candidate: &str| others.iter().any(|other| other.name == candidate);
    if !taken(&name) {
        return name;
    }
    (2..).map(|count| format!("{name} ({count})")).find(|candidate| !taken(candidate)).unwrap_or(name)
}

fn percent(share: f64) -> String {
    format!("{:+.1}%", 100.0 * share)
}

/// "+1.2% [-0.3%, +2.7%]"
fn gain(delta: &DeltaMReport) -> String {
    let interval = delta.ci95.map_or(String::new(), |ci| format!(" [{}, {}]", percent(ci.low), percent(ci.high)));
    percent(delta.total) + &interval
}

/// The tables of a comparison.
pub fn text(found: &Comparison) -> String {
    let spread = |spread: &crate::train::statistics::Spread| match spread.sd {
        Some(sd) => format!("{} ± {}", number(spread.mean), number(sd)),
        None => number(spread.mean),
    };
    let names: Vec<&str> = found.contenders.names().collect();
    let mut header: Vec<String> = vec!["figure".into()];
    header.extend(names.iter().map(|name| (*name).to_string()));
    if !found.alone.is_empty() {
        header.push("each task alone".into());
    }
    let mut rows = Vec::new();
    let figures: Vec<(String, String)> = found
        .contenders
        .iter()
        .flat_map(|(_, report)| report.tasks.iter())
        .flat_map(|(task, metrics)| metrics.names().map(move |metric| (task.to_string(), metric.to_string())))
        .collect();
    let mut seen = std::collections::HashSet::new();
    for (task, metric) in figures.into_iter().filter(|figure| seen.insert(figure.clone())) {
        let mut row = vec![format!("{task} {metric}")];
        let of = |report: &crate::train::compare::ContenderReport| report.tasks.get(&task)?.get(&metric).map(spread);
        row.extend(found.contenders.iter().map(|(_, report)| of(report).unwrap_or_else(|| "–".into())));
        if !found.alone.is_empty() {
            row.push(found.alone.get(&task).and_then(|metrics| metrics.get(&metric)).map_or("–".into(), spread));
        }
        rows.push(row);
    }
    let mut line = |title: &str, cell: &dyn Fn(&crate::train::compare::ContenderReport) -> Option<String>| {
        let cells: Vec<Option<String>> = found.contenders.iter().map(|(_, report)| cell(report)).collect();
        if cells.iter().any(Option::is_some) {
            let cells = cells.into_iter().map(|cell| cell.unwrap_or_else(|| "–".into()));
            rows.push(std::iter::once(title.to_string()).chain(cells).collect());
        }
    };
    line("skill, mean over tasks", &|report| report.skill.as_ref().map(spread));
    line("seconds", &|report| report.seconds.as_ref().map(spread));
    for (task, _) in found.alone.iter() {
        line(&format!("Δm {task}"), &|report| {
            let delta = report.delta_m.as_ref()?;
            let value = percent(*delta.tasks.get(task)?);
            let interval = delta.intervals.get(task);
            Some(value + &interval.map_or(String::new(), |ci| format!(" [{}, {}]", percent(ci.low), percent(ci.high))))
        });
    }
    line("Δm total", &|report| report.delta_m.as_ref().map(gain));
    line("  over resampled rows", &|report| {
        report.delta_m_rows.map(|rows| format!("[{}, {}]", percent(rows.low), percent(rows.high)))
    });
    line("Δm beside shuffled labels", &|report| report.shuffled_labels.as_ref().map(|delta| percent(delta.total)));
    let seeds = found.seeds.len();
    let note = match seeds {
        1 => "One seed: no intervals over seeds.".to_string(),
        _ => format!("{seeds} seeds; ± is the standard deviation, brackets are 95% intervals."),
    };
    format!("\nOn {}:\n{}{note}\n", found.part, table(&header, &rows))
}
