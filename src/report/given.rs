//! What the model is given of some rows: their pictures as the steps leave them, and in some epochs of training, and what their labels say.

use super::show::{ShownPicture, ShownRow, ShownSet};
use crate::answers::About;
use crate::data::{Batch, Drawing, HostTensor, HostValues, Prepared};
use crate::pipeline::{Part, Pipeline, inputs_behind};

/// Which rows are shown, and how often.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    pub part: Part,
    /// Of each data set the first so many.
    pub rows: usize,
    /// Epochs of what is drawn for training.
    pub epochs: u64,
}

impl Given {
    /// Some rows of a data set.
    pub fn of(self, pipeline: &Pipeline, prepared: &Prepared, data: usize) -> ShownSet {
        shown(pipeline, prepared, data, self)
    }
}

fn shown(pipeline: &Pipeline, prepared: &Prepared, data: usize, given: Given) -> ShownSet {
    let part = given.part;
    let all = prepared.parts().0[data].of(part);
    let chosen: Vec<usize> = all.iter().take(given.rows).collect();
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); pipeline.data.len()];
    rows[data].clone_from(&chosen);
    // What is validated is never drawn for.
    let epochs = if part == Part::Train { given.epochs } else { 0 };
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
