//! `early-stop-without-valid`: early stopping with nothing to stop by.

use super::Context;
use crate::check::pipeline::{SplitMethod, Stop};
use crate::diag::{Diagnostic, Sink};

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

pub(super) fn lint(context: &Context<'_>, sink: &mut Sink) {
    let pipeline = context.pipeline;
    let has_valid = pipeline.data.iter().any(|data| match &data.split.method {
        SplitMethod::Shares { valid, .. } => *valid > 0.0,
        SplitMethod::Column { valid, .. } => !valid.is_empty(),
        SplitMethod::Files { valid, .. } => valid.is_some(),
    });
    if let (Stop::Early { .. }, Some(span), false, false) =
        (&pipeline.train.stop, pipeline.train.span, has_valid, pipeline.data.is_empty())
    {
        sink.push(
            Diagnostic::new(
                &EARLY_STOP_WITHOUT_VALID,
                span,
                "training cannot stop early: no data set has a `valid` part",
            )
            .here("`stop: early` has nothing to judge by")
            .also(pipeline.data[0].split.span, "no `valid` here")
            .help("give the split a `valid` part, or leave out `stop`"),
        );
    }
}
