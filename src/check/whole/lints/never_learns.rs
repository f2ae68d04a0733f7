//! `never-learns`: a task that gets nothing of the training.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};

crate::declare_codes! {
    /// A task does not learn: its weight is 0 from the first epoch to the last, or `sampling` never draws its rows.
    ///
    /// Its head stays as it was drawn at random, so that what it answers means nothing. It has no say in which epoch is kept
    /// and when training stops. A task that is to be trained and not to choose has a weight and `select: none`.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4)
    /// task y: regression from trunk { label: d.y }
    /// task z: regression from trunk { label: d.z }
    /// weights { y: 1, z: 0 }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4)
    /// task y: regression from trunk { label: d.y }
    /// task z: regression from trunk { label: d.z, select: none }
    /// weights { y: 0.9, z: 0.1 }
    /// ```
    pub NEVER_LEARNS: "never-learns", warn;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    let pipeline = context.pipeline;
    let (learning, weighed) = (pipeline.learning(), pipeline.weighed());
    for ((task, weighed), learns) in pipeline.tasks.iter().zip(weighed).zip(learning) {
        if learns {
            continue;
        }
        let (why, place, block) = match weighed {
            false => ("its weight is 0", pipeline.weights.span, "the weights say so"),
            true => ("`sampling` never draws its rows", pipeline.train.span, "`sampling` says so"),
        };
        let mut diagnostic = Diagnostic::new(
            &NEVER_LEARNS,
            task.span,
            format!("task `{}` does not learn: {why}", task.name),
        )
        .here("stays as it was drawn at random")
        .help(
            "give it a share, or take it out; `select: none` keeps a task from choosing the model, and lets it learn",
        );
        if let Some(place) = place {
            diagnostic = diagnostic.also(place, block);
        }
        sink.push(diagnostic);
    }
}
