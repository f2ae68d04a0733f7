//! `mtlc show`: a page of what the model is given.

use std::path::PathBuf;

use clap::Args;

use super::args::{LevelArgs, SetArgs};
use super::output::{complain, print};
use super::stopped::Stopped;
use super::{Outcome, spec};
use crate::answers::About;
use crate::data::{Batch, Drawing, HostTensor, HostValues, Overrides, Prepared, open_and_split};
use crate::diag::Diagnostic;
use crate::pipeline::{Part, Pipeline, inputs_behind};
use crate::report::show::{ShownPicture, ShownRow, ShownSet, page};
use crate::source::replace;

/// Make a page of what the model is given: pictures after their steps, with their labels drawn in, before and after they are augmented
#[derive(Args, Debug)]
pub struct ShowArgs {
    /// The spec
    #[arg(value_name = "SPEC")]
    spec: PathBuf,
    /// How many rows of each data set
    #[arg(long, value_name = "N", default_value_t = 8)]
    rows: usize,
    /// How many epochs of what is drawn for training
    #[arg(long, value_name = "N", default_value_t = 3)]
    epochs: u64,
    /// Rows of this part
    #[arg(long, value_name = "PART", default_value = "train", value_parser = ["train", "valid", "test"])]
    part: String,
    /// The page
    #[arg(long, value_name = "FILE", default_value = "show.html")]
    out: PathBuf,
    #[command(flatten)]
    levels: LevelArgs,
    #[command(flatten)]
    set: SetArgs,
}

pub fn run(args: ShowArgs) -> Outcome {
    match made(&args) {
        Ok(()) => Outcome::Clean,
        Err(stopped) => stopped.outcome(),
    }
}

fn made(args: &ShowArgs) -> Result<(), Stopped> {
    let mut spec = spec::load_for_data(&args.spec, &args.set, &args.levels)?;
    spec::show(&spec.diagnostics, &spec);
    let Some(pipeline) = spec.pipeline.take() else { return Err(Stopped::Problems) };
    let refuse = |problems: Vec<Diagnostic>| {
        spec::show(&problems, &spec);
        Stopped::Problems
    };
    let (tables, parts) = open_and_split(&pipeline, &Overrides::default()).map_err(refuse)?;
    let prepared = Prepared::fit(&pipeline, &tables, parts).map_err(refuse)?;
    let part = Part::ALL.into_iter().find(|part| part.name() == args.part).unwrap_or(Part::Train);
    let sets = (0..pipeline.data.len()).map(|data| shown(&pipeline, &prepared, data, part, args));
    let sets: Vec<ShownSet> = sets.filter(|set| !set.rows.is_empty()).collect();
    let name = args.spec.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let html = page(&name, &sets, env!("CARGO_PKG_VERSION"));
    replace(&args.out, html.as_bytes()).map_err(|error| error.to_string())?;
    if sets.is_empty() {
        complain(&format!("the part `{}` has no rows", args.part));
    }
    print(&format!("{}\n", args.out.display()));
    Ok(())
}

/// Some rows of a data set.
fn shown(pipeline: &Pipeline, prepared: &Prepared, data: usize, part: Part, args: &ShowArgs) -> ShownSet {
    let all = prepared.parts().0[data].of(part);
    let chosen: Vec<usize> = all.iter().take(args.rows).collect();
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); pipeline.data.len()];
    rows[data].clone_from(&chosen);
    // What is validated is never drawn for.
    let epochs = if part == Part::Train { args.epochs } else { 0 };
    let seed = pipeline.train.seed;
    let drawings = std::iter::once(None).chain((0..epochs).map(|epoch| Some(Drawing { seed, epoch })));
    let reads = |input: &usize| pipeline.inputs[*input].columns.iter().any(|column| column.data == data);
    let inputs: Vec<usize> = (0..pipeline.inputs.len()).filter(reads).collect();
    let tasks: Vec<usize> = (0..pipeline.tasks.len()).filter(|task| pipeline.tasks[*task].label.data == data).collect();
    let mut shown: Vec<ShownRow> = chosen.iter().map(|row| fact_row(prepared, data, *row)).collect();
    for drawing in drawings {
        let batch = match drawing {
            None => prepared.batch(&rows),
            Some(drawing) => prepared.training_batch(&rows, drawing),
        };
        for input in &inputs {
            let of = &pipeline.inputs[*input];
            let Some(pictures) = prepared.pictures(*input, &rows, drawing) else {
                if drawing.is_none() {
                    let facts = shown.iter_mut().enumerate();
                    facts.for_each(|(row, shown)| {
                        shown.facts.push((of.name.clone(), numbers(&batch.inputs[*input], row)))
                    });
                }
                continue;
            };
            if drawing.is_some() && !of.steps.iter().any(|step| step.def.draws_values()) {
                continue;
            }
            let title = match drawing {
                None => format!("{}, as it is", of.name),
                Some(drawing) => format!("{}, epoch {}", of.name, drawing.epoch + 1),
            };
            let in_it = tasks.iter().filter(|task| prepared.pictures_of(pipeline, **task) == Some(*input));
            let marks: Vec<_> = in_it.map(|task| (*task, prepared.marks(*task, &batch))).collect();
            for (row, (shown, frames)) in shown.iter_mut().zip(pictures).enumerate() {
                let of_row = marks.iter().filter_map(|(task, marks)| {
                    let classes = prepared.classes(*task).unwrap_or_default().to_vec();
                    Some((marks.get(row)?.clone()?, classes))
                });
                let marks = of_row.collect();
                let mixed = tasks.iter().filter_map(|task| mixed(pipeline, prepared, *task, *input, &batch, row));
                let title = mixed.fold(title.clone(), |title, mixed| format!("{title}; {mixed}"));
                shown.pictures.push(ShownPicture { title, frames, marks });
            }
        }
    }
    for task in tasks {
        let (label, name) = (prepared.label(task), &pipeline.tasks[task].name);
        let classes = prepared.classes(task).unwrap_or_default().to_vec();
        let about = About { classes, ..About::default() };
        for (shown, row) in shown.iter_mut().zip(&chosen) {
            let said = match label.present.contains(*row) {
                true => prepared.labels(pipeline, task, &[*row]).show(0, &about),
                false => "no label".to_string(),
            };
            shown.facts.push((format!("label of {name}"), said));
        }
    }
    let what = format!("{} of {} rows of the part `{}`", chosen.len(), all.len(), part.name());
    ShownSet { name: pipeline.data[data].name.clone(), what, rows: shown }
}

/// What the label of a task is made of in a row of a batch, if an input mixes its rows by shares: `kind: 70% cat, 30% dog`.
fn mixed(
    pipeline: &Pipeline,
    prepared: &Prepared,
    task: usize,
    input: usize,
    batch: &Batch,
    row: usize,
) -> Option<String> {
    let parts = batch.targets[task].mix.of(row);
    if parts.len() < 2 || parts.iter().any(|part| part.piece.is_some()) {
        return None;
    }
    let of = &pipeline.tasks[task];
    if !inputs_behind(&pipeline.nodes, of).contains(&input) {
        return None;
    }
    let classes = prepared.classes(task).unwrap_or_default().to_vec();
    let about = About { classes, ..About::default() };
    let said = parts.iter().map(|part| {
        // Of a page, all rows are of one data set.
        let own = batch.rows[of.label.data][part.of];
        let said = match prepared.label(task).present.contains(own) {
            true => prepared.labels(pipeline, task, &[own]).show(0, &about),
            false => "no label".to_string(),
        };
        format!("{:.0}% {said}", 100.0 * part.share)
    });
    Some(format!("{}: {}", of.name, said.collect::<Vec<_>>().join(", ")))
}

fn fact_row(prepared: &Prepared, data: usize, row: usize) -> ShownRow {
    ShownRow { name: prepared.row_name(data, row), pictures: Vec::new(), facts: Vec::new() }
}

/// The first numbers of a row of an input.
fn numbers(values: &HostTensor, row: usize) -> String {
    const SHOWN: usize = 12;
    let width: usize = values.shape.iter().skip(1).product();
    let own = row * width..(row + 1) * width;
    let shown: Vec<String> = match &values.values {
        HostValues::F32(all) => all[own].iter().take(SHOWN).map(|value| format!("{value:.4}")).collect(),
        HostValues::I64(all) => all[own].iter().take(SHOWN).map(i64::to_string).collect(),
    };
    let more = if width > SHOWN { format!(", … ({width})") } else { String::new() };
    shown.join(", ") + &more
}
