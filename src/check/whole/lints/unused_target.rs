//! `unused-target`: a target that no loss compares anything with.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};

crate::declare_codes! {
    /// A task makes a target of its label, and no loss compares an output with it.
    ///
    /// Nothing is learnt from it. An output is compared with the target of its own name, or with the one that its loss names.
    ///
    /// ```mtl bad
    /// data d: csv("d.csv") { columns { x: number, cost: number } }
    /// input x from d.x -> standardize
    /// task cost from x {
    ///   label: d.cost
    ///   target {
    ///     any:  above(0)
    ///     size: standardize
    ///   }
    ///   head { size: dense(1) }
    ///   loss:    mse(size)
    ///   predict: size -> inverse(size)
    ///   metrics: [rmse]
    /// }
    /// ```
    ///
    /// ```mtl good
    /// data d: csv("d.csv") { columns { x: number, cost: number } }
    /// input x from d.x -> standardize
    /// task cost from x {
    ///   label: d.cost
    ///   target {
    ///     any:  above(0)
    ///     size: standardize
    ///   }
    ///   head { any: dense(1), size: dense(1) }
    ///   loss:    binary_cross_entropy(any) + mse(size)
    ///   predict: (any -> sigmoid) * (size -> inverse(size))
    ///   metrics: [rmse]
    /// }
    /// ```
    pub UNUSED_TARGET: "unused-target", warn;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    for task in &context.pipeline.tasks {
        for (index, target) in task.targets.iter().enumerate() {
            if task.loss.iter().any(|term| term.target == index) {
                continue;
            }
            let span = if target.span.file == task.span.file { target.span } else { task.span };
            sink.push(
                Diagnostic::new(
                    &UNUSED_TARGET,
                    span,
                    format!("no loss of task `{}` compares anything with its target `{}`", task.name, target.name),
                )
                .here("unused")
                .help(format!(
                    "give the head an output `{0}`, and a loss that takes it, or take the target out",
                    target.name
                )),
            );
        }
    }
}
