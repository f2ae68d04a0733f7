//! `early-stop-without-valid`: early stopping with nothing to stop by.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};
use crate::pipeline::{SplitMethod, Stop};

crate::declare_codes! {
    /// Training is to stop early, and no data set has a validation part to judge by.
    ///
    /// Without one the run trains all epochs and keeps the last model.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") {
    ///   split { train: 80%, test: 20% }
    ///   columns { x: number, y: number }
    /// }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// train { stop: early(patience: 5) }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") {
    ///   split { train: 70%, valid: 10%, test: 20% }
    ///   columns { x: number, y: number }
    /// }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// train { stop: early(patience: 5) }
    /// ```
    pub EARLY_STOP_WITHOUT_VALID: "early-stop-without-valid", warn;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    let pipeline = context.pipeline;
    let has_valid = pipeline.data.iter().any(|data| match &data.split.method {
        SplitMethod::Shares { valid, .. } => *valid > 0.0,
        SplitMethod::Column { valid, .. } => !valid.is_empty(),
        SplitMethod::Files { valid, .. } => valid.is_some(),
    });
    if has_valid || pipeline.data.is_empty() {
        return;
    }
    let split = pipeline.data[0].split.span;
    let early = |stop: &Stop| matches!(stop, Stop::Early { .. });
    let watches = pipeline.train.schedule.iter().find(|schedule| schedule.watches_score());
    let train = pipeline.train.span.and_then(|span| match watches {
        _ if early(&pipeline.train.stop) => Some((span, "training cannot stop early".to_string(), "`stop`")),
        Some(schedule) => Some((span, format!("`{}` cannot see how training goes", schedule.name()), "`schedule`")),
        None => None,
    });
    let tasks = pipeline.tasks.iter().filter(|task| early(&task.stop));
    let tasks = tasks.map(|task| (task.span, format!("task `{}` cannot stop early", task.name), "`stop`"));
    for (span, message, field) in train.into_iter().chain(tasks) {
        sink.push(
            Diagnostic::new(&EARLY_STOP_WITHOUT_VALID, span, format!("{message}: no data set has a `valid` part"))
                .here(format!("{field} has nothing to judge by"))
                .also(split, "no `valid` here")
                .help(format!("give the split a `valid` part, or leave out {field}")),
        );
    }
}
