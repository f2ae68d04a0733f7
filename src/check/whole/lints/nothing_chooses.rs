//! `nothing-chooses`: no task is left to choose the model that is kept.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};

crate::declare_codes! {
    /// Every task that learns says `select: none`, so that nothing tells one epoch from another.
    ///
    /// The model that is kept is the best epoch by the tasks that have a say. `select: none` takes a task's say away: an
    /// auxiliary task is trained and judged, and does not choose. A task of weight 0 has no say either.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4)
    /// task y: regression from trunk { label: d.y, select: none }
    /// task z: regression from trunk { label: d.z, select: none }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4)
    /// task y: regression from trunk { label: d.y }
    /// task z: regression from trunk { label: d.z, select: none }
    /// ```
    pub NOTHING_CHOOSES: "nothing-chooses", error;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    let pipeline = context.pipeline;
    let silent = pipeline.why_silent();
    // Without a `select: none` it is the weights that are wrong, and that has been said. With another error, the tasks
    // that would choose may be those that are not understood.
    let Some(first) = pipeline.tasks.iter().find(|task| !task.chooses) else { return };
    if silent.iter().any(Option::is_none) || sink.has_errors() {
        return;
    }
    let who = if pipeline.tasks.iter().all(|task| !task.chooses) { "every one" } else { "every one that learns" };
    let mut diagnostic = Diagnostic::new(
        &NOTHING_CHOOSES,
        first.span,
        format!("no task chooses the model that is kept: {who} says `select: none`"),
    )
    .here("does not choose")
    .help(format!("leave `select: none` out of the tasks that the model is for, such as `{}`", first.name));
    for (task, why) in pipeline.tasks.iter().zip(&silent).filter(|(task, _)| task.chooses) {
        diagnostic = diagnostic.also(task.span, format!("cannot choose: {}", why.unwrap_or_default()));
    }
    sink.push(diagnostic);
}
