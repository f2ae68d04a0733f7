//! `balanced-twice`: classes are both drawn and weighed evenly.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};
use crate::pipeline::{ClassWeights, Resample};

crate::declare_codes! {
    /// A task draws its classes evenly and weighs them evenly as well.
    ///
    /// Each of the two makes up for rare classes; together they make the rare ones count more than the common ones.
    ///
    /// ```mtl bad
    /// use std.tasks.{classification}
    /// data d: csv("d.csv") { columns { x: number, y: category } }
    /// input x from d.x -> standardize
    /// task y: classification from x { label: d.y, class_weights: balanced, resample: balanced }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{classification}
    /// data d: csv("d.csv") { columns { x: number, y: category } }
    /// input x from d.x -> standardize
    /// task y: classification from x { label: d.y, resample: balanced }
    /// ```
    pub BALANCED_TWICE: "balanced-twice", warn;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    for task in &context.pipeline.tasks {
        if task.class_weights == ClassWeights::Balanced && task.resample == Resample::Balanced {
            sink.push(
                Diagnostic::new(
                    &BALANCED_TWICE,
                    task.span,
                    format!("task `{}` makes up for rare classes twice", task.name),
                )
                .here("`class_weights` and `resample` are both `balanced`")
                .help("leave one of them out"),
            );
        }
    }
}
