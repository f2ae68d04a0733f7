//! `mtlc plan`: what a run would do, without training.

mod profile;

use std::path::PathBuf;

use clap::Args;

use super::args::{DeviceArg, LevelArgs, SetArgs};
use super::output::print;
use super::over::{Ours, may_write};
use super::spec::show;
use super::stopped::Stopped;
use super::tables::{number, table};
use super::{Outcome, spec};
use crate::catalog::{Dim, Facts};
use crate::data::sizes::shown;
use crate::data::{Kept, Overrides, Tables, open_and_split};
use crate::graph::{GraphOp, ModelGraph, parameters};
use crate::lower::Backend;
use crate::pipeline::Pipeline;
use crate::pipeline::{BatchSize, Batches, Origin, Owner, Part, StepUse};
use crate::source::replace;
use crate::train::plan;
use crate::train::prefix;
use crate::train::routes::{self, Routes};
use crate::train::session::Session;

/// Show what a run would do: rows per task and part, parameters, memory, weights, device
#[derive(Args, Debug)]
pub struct PlanArgs {
    /// The spec
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    #[command(flatten)]
    device: DeviceArg,
    /// Seed of the split, instead of the spec's
    #[arg(long, value_name = "N")]
    split_seed: Option<u64>,
    /// Train a few steps, and show the time and memory of each node; FILE gets the same as JSON
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    profile: Option<Option<PathBuf>>,
    #[command(flatten)]
    levels: LevelArgs,
    #[command(flatten)]
    set: SetArgs,
}

pub fn run(args: PlanArgs) -> Outcome {
    match plan_of(&args) {
        Ok(text) => {
            print(&text);
            Outcome::Clean
        }
        Err(stopped) => stopped.outcome(),
    }
}

fn plan_of(args: &PlanArgs) -> Result<String, Stopped> {
    let backend = args.device.backend()?;
    let mut spec = spec::load_for_data(&args.spec, &args.set, &args.levels)?;
    show(&spec.diagnostics, &spec);
    let Some(pipeline) = spec.pipeline.take() else { return Err(Stopped::Problems) };
    if let Some(Some(file)) = &args.profile {
        let ours = Ours::Json { field: "optimizer", what: "profile" };
        may_write(file, "--profile", ours, &[(&spec, Some(&pipeline))])?;
    }
    let overrides = Overrides { split_seed: args.split_seed, ..Overrides::default() };
    let refuse = |problems: Vec<crate::diag::Diagnostic>| {
        show(&problems, &spec);
        Stopped::Problems
    };
    let (tables, parts) = open_and_split(&pipeline, &overrides).map_err(refuse)?;
    let session = Session::fitted(pipeline, &tables, parts, &[]).map_err(refuse)?;
    let measured = match &args.profile {
        Some(_) => Some(profile::measured(&session, backend)?),
        None => None,
    };
    if let (Some(Some(file)), Some(measured)) = (&args.profile, &measured) {
        let text = profile::for_programs(&session.pipeline, measured, backend).to_string() + "\n";
        replace(file, text.as_bytes()).map_err(|error| error.to_string())?;
    }
    let sections = [
        data(&session),
        rows(&session, &tables),
        made(&session.pipeline),
        tasks(&session),
        model(&session),
        transfer(&session),
        weights(&session, backend)?,
        training(&session, backend),
        measured.as_ref().map(|measured| profile::text(&session.pipeline, measured)).unwrap_or_default(),
    ];
    Ok(sections.into_iter().filter(|section| !section.is_empty()).collect::<Vec<_>>().join("\n"))
}

fn data(session: &Session) -> String {
    let rows: Vec<Vec<String>> = session
        .pipeline
        .data
        .iter()
        .zip(&session.prepared.parts().0)
        .enumerate()
        .map(|(index, (set, parts))| {
            let counts = Part::ALL.iter().map(|part| parts.of(*part).len().to_string());
            [set.name.clone(), session.prepared.rows(index).to_string()].into_iter().chain(counts).collect()
        })
        .collect();
    table(&["data", "rows", "train", "valid", "test"].map(String::from), &rows)
}

/// What becomes of a row: the steps of each input and target with their sorts, and where what they give is kept.
fn rows(session: &Session, tables: &Tables) -> String {
    let pipeline = &session.pipeline;
    let chain = |steps: &[StepUse]| -> String {
        let shown = |step: &StepUse| format!("{} ({})", step.def.show(), step.def.sort().name());
        if steps.is_empty() { "as it is".into() } else { steps.iter().map(shown).collect::<Vec<_>>().join(" -> ") }
    };
    let kept = |kept: Kept| match kept {
        Kept::Memory(size) => format!("{} in memory", shown(size as f64)),
        Kept::Disk(size) => format!("{} on disk", shown(size as f64)),
        Kept::Computed => "computed for each batch".to_string(),
    };
    let mut lines: Vec<[String; 3]> = Vec::new();
    for (set, table) in pipeline.data.iter().zip(&tables.sets) {
        let place = match table.stored {
            true => "on disk, in the cache".to_string(),
            false => format!("{} in memory", shown(table.bytes() as f64)),
        };
        lines.push([format!("columns of {}", set.name), "as they are read".into(), place]);
    }
    for (index, input) in pipeline.inputs.iter().enumerate() {
        let place = kept(session.prepared.input_kept(index));
        let lacking = Part::ALL.iter().filter_map(|part| session.prepared.lacking(index, *part));
        let lacking: usize = lacking.map(|(lacking, _)| lacking).sum();
        let missing = input.missing.map_or(String::new(), |by| format!("; missing in {lacking} rows: {}", by.word()));
        lines.push([format!("input {}", input.name), chain(&input.steps), place + &missing]);
    }
    for (index, task) in pipeline.tasks.iter().enumerate() {
        for (target, place) in task.targets.iter().zip(session.prepared.targets_kept(index)) {
            let name = if task.targets.len() == 1 { String::new() } else { format!(".{}", target.name) };
            lines.push([format!("target {}{name}", task.name), chain(&target.steps), kept(place)]);
        }
    }
    let width = lines.iter().map(|line| line[0].chars().count()).max().unwrap_or(0);
    lines.iter().map(|[what, steps, place]| format!("{what:width$}  {steps}; {place}\n")).collect()
}

/// Columns that are made of others, and tables that are joined.
fn made(pipeline: &Pipeline) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for set in &pipeline.data {
        for join in &set.joins {
            let (name, files) = (&join.table.name, join.table.format.paths().join(", "));
            let keys = join.keys.iter().map(|key| set.columns[key.own].name.as_str()).collect::<Vec<_>>().join(", ");
            rows.push(vec![format!("{}.{name}", set.name), format!("{files} on {keys}")]);
        }
        for column in set.columns.iter().filter(|column| matches!(column.origin, Origin::Made(_))) {
            let path = format!("{}.{}", set.name, column.name);
            let written = pipeline.settings.iter().find(|setting| setting.path == path);
            rows.extend(written.map(|setting| vec![path.clone(), setting.value.clone()]));
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    let width = rows.iter().map(|row| row[0].chars().count()).max().unwrap_or(0);
    rows.iter().map(|row| format!("{:width$}  {}\n", row[0], row[1])).collect()
}

fn tasks(session: &Session) -> String {
    let pipeline = &session.pipeline;
    let row = |(index, task): (usize, &crate::pipeline::Task)| {
        let present = session.prepared.takes_part(index);
        let parts = &session.prepared.parts().0[task.label.data];
        let labelled = |part: &Part| parts.of(*part).both(present).len().to_string();
        let loss: Vec<String> = task.loss.iter().map(|term| term.def.show()).collect();
        [task.name.clone(), number(pipeline.weights.lambda[index])]
            .into_iter()
            .chain(Part::ALL.iter().map(labelled))
            .chain([task.metrics[task.select].key(), loss.join(" + ")])
            .collect::<Vec<String>>()
    };
    let rows: Vec<Vec<String>> = pipeline.tasks.iter().enumerate().map(row).collect();
    let header = ["task", "λ", "train labels", "valid labels", "test labels", "select", "loss"].map(String::from);
    let mut text = table(&header, &rows);
    if pipeline.train.batches == Batches::PerTask {
        text += &real_weights(session);
    }
    text
}

/// Under task sampling a task counts by λ times how often it is drawn.
fn real_weights(session: &Session) -> String {
    let pipeline = &session.pipeline;
    let sizes: Vec<usize> = (0..pipeline.tasks.len()).map(|task| routes::labelled_rows(session, task)).collect();
    let shares = pipeline.train.sampling.shares(&sizes, 0, pipeline.train.epochs);
    let products: Vec<f64> =
        shares.iter().zip(&pipeline.weights.lambda).map(|(share, lambda)| share * lambda).collect();
    let total: f64 = products.iter().sum();
    let shown: Vec<String> = pipeline
        .tasks
        .iter()
        .zip(&products)
        .map(|(task, product)| format!("{} {}", task.name, number(product / total.max(f64::MIN_POSITIVE))))
        .collect();
    format!("real weights (λ times the share of batches, first epoch): {}\n", shown.join(", "))
}

fn model(session: &Session) -> String {
    let (pipeline, graph, facts) = (&session.pipeline, &session.graph, session.prepared.facts());
    let counts = parameters::count(graph, facts);
    let mut owners: Vec<Owner> = Vec::new();
    for node in graph.graph.node_weights() {
        if !owners.contains(&node.owner) {
            owners.push(node.owner);
        }
    }
    owners.sort();
    let row = |owner: &Owner| {
        let work = operations(graph, facts, |node| node.owner == *owner);
        vec![name(pipeline, *owner), parameters::show(&counts.of_owner(*owner).trainable), size(&work)]
    };
    let mut rows: Vec<Vec<String>> = owners.iter().map(row).collect();
    let total = operations(graph, facts, |_| true);
    rows.push(vec!["total".into(), parameters::show(&counts.total.trainable), size(&total)]);
    table(&["part of the model", "parameters", "multiply-adds per row"].map(String::from), &rows)
}

fn name(pipeline: &Pipeline, owner: Owner) -> String {
    match owner {
        Owner::Input(index) => format!("input {}", pipeline.inputs[index].name),
        Owner::Shared(index) => format!("shared {}", pipeline.shared[index].name),
        Owner::Task(index) => format!("task {}", pipeline.tasks[index].name),
        Owner::Value => "named values".into(),
    }
}

fn size(dim: &Dim) -> String {
    dim.value().map_or_else(|| dim.to_string(), |value| parameters::show(&Dim::int(value)))
}

fn operations(graph: &ModelGraph, facts: &Facts, keep: impl Fn(&crate::graph::GraphNode) -> bool) -> Dim {
    let mut total = Dim::int(0);
    for index in graph.graph.node_indices() {
        let node = &graph.graph[index];
        let GraphOp::Layer { def, .. } = &node.op else { continue };
        if keep(node) {
            let inputs: Vec<_> =
                graph.inputs_of(index).iter().map(|input| graph.graph[*input].ty.resolve(facts)).collect();
            total = total + (def.operations(&inputs, &node.ty) * node.ty.rows().size.per_row()).at_longest(facts);
        }
    }
    total
}

/// What starts from elsewhere, what stays as it is, and what is therefore computed only once.
fn transfer(session: &Session) -> String {
    let (pipeline, facts) = (&session.pipeline, session.prepared.facts());
    let mut text = String::new();
    for entry in &pipeline.transfer {
        let words = super::run::words::transfer(pipeline, entry);
        text += &format!("{}: {}\n", entry.path, words.join(", "));
    }
    let rows = prefix::rows(pipeline, &session.prepared);
    let mut total = 0.0;
    for node in session.graph.graph.node_weights().filter(|node| node.cached) {
        let count: usize = node.rows.iter().map(|data| rows[*data].len()).sum();
        let numbers = node.ty.elements_per_row().resolve(facts).value().unwrap_or(0) as f64;
        total += numbers * count as f64 * 4.0;
        text += &format!("computed once for each of {count} rows: {}, {}\n", node.path, node.ty.resolve(facts));
    }
    if total > 0.0 {
        let place = if total as u64 <= prefix::MEMORY { "memory" } else { "a file of the run" };
        text += &format!("  {} in {place}\n", shown(total));
    }
    text
}

fn weights(session: &Session, backend: Backend) -> Result<String, Stopped> {
    let weights = &session.pipeline.weights;
    let mut text = format!("balancer: {}\n", weights.balancer.show());
    if let Some(Routes { shared, layers }) = routes::of(session, &backend.device())? {
        text += &format!("gradients are compared at the parameters, in {shared} shared weights:\n");
        for (path, route) in layers {
            text += &format!("  {path}: {route}\n");
        }
    }
    Ok(text)
}

fn training(session: &Session, backend: Backend) -> String {
    let train = &session.pipeline.train;
    let first = plan::epoch(&session.pipeline, &session.prepared, train.seed, 0);
    let updates = first.updates();
    let batches = match train.batch {
        BatchSize::Rows(rows) => format!("{rows} rows"),
        BatchSize::Tokens(tokens) => format!("up to {tokens} tokens"),
    };
    let alike = if train.bucket { " of like length" } else { "" };
    let padding = first.padding(&session.prepared);
    let padding =
        padding.map_or(String::new(), |share| format!("padding: {:.0}% of the tokens of a batch\n", 100.0 * share));
    let schedule: Vec<String> = train.schedule.iter().map(|schedule| schedule.show()).collect();
    let memory = Memory::of(session);
    format!(
        "training: {} epochs of {updates} updates, batches of {batches}{alike}, {}, {}\n{padding}\
         memory: {} for weights, gradients and the optimizer, {} for the values of one batch{}\n\
         device: {backend}\n",
        train.epochs,
        train.optimizer.show(),
        if schedule.is_empty() { "a constant learning rate".into() } else { schedule.join(" -> ") },
        shown(memory.weights),
        shown(memory.values),
        if memory.padded { ", every row padded to the longest there is" } else { "" },
    )
}

/// What a step holds at once, in bytes.
struct Memory {
    weights: f64,
    values: f64,
    /// Whether rows differ in length.
    padded: bool,
}

impl Memory {
    fn of(session: &Session) -> Self {
        const FLOAT: f64 = 4.0;
        let (pipeline, facts) = (&session.pipeline, session.prepared.facts());
        let count = parameters::count(&session.graph, facts).total.trainable.resolve(facts).value().unwrap_or(0) as f64;
        // The weights, their gradient, and what the optimizer keeps.
        let copies = 2.0 + pipeline.train.optimizer.state_per_weight() as f64;
        let per_row: f64 = session
            .graph
            .graph
            .node_weights()
            .map(|node| node.ty.elements_per_row() * node.ty.rows().size.per_row())
            .map(|numbers| numbers.at_longest(facts).value().unwrap_or(0) as f64)
            .sum();
        // Each value is kept for the way back, and has a cotangent on it.
        let padded = session.graph.graph.node_weights().any(|node| node.ty.is_variable());
        let longest = session.prepared.longest_of_all(pipeline);
        let rows = pipeline.train.batch.rows(longest as f64) as f64;
        Self { weights: count * copies * FLOAT, values: 2.0 * per_row * rows * FLOAT, padded }
    }
}
