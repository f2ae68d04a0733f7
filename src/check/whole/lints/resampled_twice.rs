//! `resampled-twice`: two tasks want the rows of one batch drawn in different ways.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};
use crate::pipeline::{Batches, Resample};

crate::declare_codes! {
    /// Two tasks of one data set have `resample`, and mixed batches draw each row for both.
    ///
    /// A row can be drawn by the class of one label only; the first task of the file decides, and the other would not get
    /// what it asks for. Let each task have batches of its own (`batches: per_task`), or weigh the classes of one of
    /// them instead (`class_weights`).
    ///
    /// ```mtl bad
    /// use std.tasks.{classification}
    /// data d: csv("d.csv") { columns { x: number, y: category, z: category } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(8) -> relu
    /// task y: classification from trunk { label: d.y, resample: balanced }
    /// task z: classification from trunk { label: d.z, resample: balanced }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{classification}
    /// data d: csv("d.csv") { columns { x: number, y: category, z: category } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(8) -> relu
    /// task y: classification from trunk { label: d.y, resample: balanced }
    /// task z: classification from trunk { label: d.z, class_weights: balanced }
    /// ```
    pub RESAMPLED_TWICE: "resampled-twice", error;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    let pipeline = context.pipeline;
    if pipeline.train.batches == Batches::PerTask {
        return;
    }
    let resampled: Vec<_> = pipeline.tasks.iter().filter(|task| task.resample != Resample::None).collect();
    for (index, task) in resampled.iter().enumerate() {
        let Some(first) = resampled[..index].iter().find(|first| first.label.data == task.label.data) else { continue };
        sink.push(
            Diagnostic::new(
                &RESAMPLED_TWICE,
                task.span,
                format!("`{}` and `{}` both have `resample`, and their rows are drawn together", first.name, task.name),
            )
            .here("its `resample` would have no effect")
            .also(first.span, "this one decides how rows are drawn")
            .help("write `batches: per_task` in `train`, or `class_weights: balanced` in one of the two tasks"),
        );
    }
}
