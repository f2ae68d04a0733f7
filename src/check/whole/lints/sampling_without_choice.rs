//! `sampling-without-choice`: a rule of sampling with one thing to sample.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};
use crate::pipeline::Batches;

crate::declare_codes! {
    /// A rule of sampling is written, and there is one thing to draw from.
    ///
    /// Mixed batches draw among the data sets; with `batches: per_task` tasks are drawn.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// task z: regression from x { label: d.z }
    /// train { sampling: uniform }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// task z: regression from x { label: d.z }
    /// train { sampling: uniform, batches: per_task }
    /// ```
    pub SAMPLING_WITHOUT_CHOICE: "sampling-without-choice", warn;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    let pipeline = context.pipeline;
    let written = pipeline.settings.iter().any(|setting| setting.path == "train.sampling" && !setting.is_default);
    let (count, what, help) = match pipeline.train.batches {
        Batches::Mixed => {
            (pipeline.data.len(), "data set", "leave `sampling` out, or draw among the tasks: `batches: per_task`")
        }
        Batches::PerTask => (pipeline.tasks.len(), "task", "leave `sampling` out"),
    };
    if let (true, 1, Some(span)) = (written, count, pipeline.train.span) {
        let message = format!("`sampling` has nothing to choose from: there is one {what}");
        sink.push(Diagnostic::new(&SAMPLING_WITHOUT_CHOICE, span, message).here(format!("one {what}")).help(help));
    }
}
