//! `batch-of-one`: batches of one row under a layer that compares the rows of a batch.

use super::{Context, Lint};
use crate::diag::{Diagnostic, Sink};
use crate::pipeline::{BatchSize, Op};

crate::declare_codes! {
    /// A layer normalises each feature over the rows of a batch, and a batch holds one row.
    ///
    /// One row has no variance, so that the layer never learns a mean and a variance, and is none of what it is for. Pictures are
    /// normalised over their places too, and are no such case.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x -> dense(8) -> batch_norm -> relu { label: d.y }
    /// train { batch: 1 }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x -> dense(8) -> layer_norm -> relu { label: d.y }
    /// train { batch: 1 }
    /// ```
    pub BATCH_OF_ONE: "batch-of-one", warn;
}

pub(super) static LINT: Lint = Lint { codes: CODES, run: lint };

fn lint(context: &Context<'_>, sink: &mut Sink) {
    let pipeline = context.pipeline;
    if !matches!(pipeline.train.batch, BatchSize::Rows(0 | 1)) {
        return;
    }
    let alone = pipeline.nodes.iter().filter(|node| match &node.op {
        // Rows and channels: there is nothing else to take a mean over.
        Op::Layer { def, .. } => def.capabilities().mixes_rows && node.ty.rank() == 2,
        _ => false,
    });
    let mut alone = alone.map(|node| (node.span, node.path.as_str()));
    let Some((span, path)) = alone.next() else { return };
    let more = alone.count();
    let also = if more == 0 { String::new() } else { format!(" (and {more} more like it)") };
    let diagnostic = Diagnostic::new(
        &BATCH_OF_ONE,
        span,
        format!("`{path}`{also} compares the rows of a batch, and a batch holds one"),
    )
    .here("learns no variance from a single row")
    .help("write `batch: 32` in `train`, or use `layer_norm`, which looks at each row alone");
    sink.push(match pipeline.train.span {
        Some(train) => diagnostic.also(train, "`batch` is 1"),
        None => diagnostic,
    });
}
