//! `unscaled-target`: a regression loss on a target in its own unit.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};

crate::declare_codes! {
    /// A loss that grows with the unit of its target learns a target that was not brought to standard units.
    ///
    /// A body mass in grams has losses in the millions, one in tons in the millionths: the unit would decide how much the task
    /// counts against the others. `target: standardize` takes the unit out, and `predict: inverse(target)` puts it back.
    ///
    /// ```mtl bad
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y from x {
    ///   label:   d.y
    ///   head:    dense(label.width)
    ///   loss:    mse
    ///   predict: inverse(target)
    ///   metrics: [rmse]
    /// }
    /// ```
    ///
    /// ```mtl good
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y from x {
    ///   label:   d.y
    ///   target:  standardize
    ///   head:    dense(label.width)
    ///   loss:    mse
    ///   predict: inverse(target)
    ///   metrics: [rmse]
    /// }
    /// ```
    pub UNSCALED_TARGET: "unscaled-target", warn;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    for task in &context.pipeline.tasks {
        let unscaled = |target: usize| !task.targets[target].steps.iter().any(|step| step.def.removes_scale());
        let term = task.loss.iter().find(|term| term.def.depends_on_scale() && unscaled(term.target));
        let Some(term) = term.filter(|_| task.label.ty.is_real()) else { continue };
        let span = if term.span.file == task.span.file { term.span } else { task.span };
        sink.push(
            Diagnostic::new(
                &UNSCALED_TARGET,
                span,
                format!("`{}` of task `{}` depends on the unit of its label", term.def.name(), task.name),
            )
            .here("grows with the unit")
            .also(task.label.span, "learned in its own unit")
            .help("learn it in standard units: `target: standardize`, with `predict: inverse(target)`"),
        );
    }
}
