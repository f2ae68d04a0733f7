//! `frozen-at-random`: a part is frozen as it was drawn.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};
use crate::pipeline::{Freeze, NodeId, Op};

crate::declare_codes! {
    /// A part of the model is frozen and starts from nowhere: it stays a random function.
    ///
    /// A frozen part usually starts from weights that were trained before: `init`.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4)
    /// task y: regression from trunk { label: d.y }
    /// transfer { trunk { freeze: true } }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4)
    /// task y: regression from trunk { label: d.y }
    /// transfer { trunk { init: "runs/before/last", freeze: true } }
    /// ```
    pub FROZEN_AT_RANDOM: "frozen-at-random", warn;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    let pipeline = context.pipeline;
    if pipeline.unfreeze.is_some() {
        return;
    }
    for part in &pipeline.transfer {
        let given = |id: NodeId| match &pipeline.node(id).op {
            Op::Layer { weights, .. } => weights.iter().any(|weight| weight.given.is_some()),
            _ => false,
        };
        let started = |id: &NodeId| {
            given(*id) || pipeline.transfer.iter().any(|other| other.init.is_some() && other.nodes.contains(id))
        };
        if part.freeze == Freeze::Always && part.lora.is_none() && !part.nodes.iter().any(started) {
            sink.push(
                Diagnostic::new(
                    &FROZEN_AT_RANDOM,
                    part.span,
                    format!("`{}` is frozen as it was drawn at random", part.path),
                )
                .here("frozen, and no `init`")
                .help("say where its weights come from: `init: \"runs/name/last\"`"),
            );
        }
    }
}
