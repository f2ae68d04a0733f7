//! `one-task-per-batch`: a balancer that compares tasks sees one at a time.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};
use crate::pipeline::Batches;

crate::declare_codes! {
    /// Batches hold one task each, and the balancer compares the gradients of several.
    ///
    /// With one task in a step there is nothing to compare, and the method does nothing.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4)
    /// task y: regression from trunk { label: d.y }
    /// task z: regression from trunk { label: d.z }
    /// weights by pcgrad
    /// train { batches: per_task }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4)
    /// task y: regression from trunk { label: d.y }
    /// task z: regression from trunk { label: d.z }
    /// weights by pcgrad
    /// ```
    pub ONE_TASK_PER_BATCH: "one-task-per-batch", warn;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    let (train, weights) = (&context.pipeline.train, &context.pipeline.weights);
    let (Some(span), Batches::PerTask, true) = (train.span, train.batches, weights.balancer.needs_gradients()) else {
        return;
    };
    let name = weights.balancer.name();
    let diagnostic = Diagnostic::new(
        &ONE_TASK_PER_BATCH,
        span,
        format!("`{name}` compares the gradients of tasks, and each batch has one task"),
    )
    .here("`batches: per_task`")
    .help("use `batches: mixed`, or leave the balancer out");
    sink.push(match weights.span {
        Some(weights) => diagnostic.also(weights, format!("by `{name}`")),
        None => diagnostic,
    });
}
